"""Departments' systems over HTTP, as the hub meets them: every shared resource of the catalogue, state, time, faults on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Unavailable
from pilotzone.exchange.catalogue.reading import resources
from pilotzone.exchange.catalogue.shapes import REFUSED
from pilotzone.exchange.channels import registers
from pilotzone.exchange.channels.asking import ask
from pilotzone.exchange.hub import owners
from pilotzone.portal.demo import departments, filing
from pilotzone.portal.demo.firms import everyone, of_role
from pilotzone.portal.demo.people import buyer
from pilotzone.portal.exchange_pages.providers import PROVIDERS
from pilotzone.simulators.departments import SHARED
from pilotzone.simulators.tests.test_door import served

__all__ = ["served"]
NOW = datetime(2021, 6, 1, 12, tzinfo=SHANGHAI)
FIRM = everyone()[0]


@pytest.fixture
def url(served: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(owners, "signed", lambda target, body: {})
    address = served()
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in registers.NAMES}
    for firm in everyone()[:3]:
        filing._enter(rows, firm.uscc, firm.name, firm.number, firm.customs_code, "南昌市")
    for name, entries in rows.items():
        registers.enter(address, name, entries)
    assert departments.tell(address, NOW) > 500
    return address


def rows_of(url: str, code: str, **where: str) -> list[Any]:
    return list(owners.provider(resources()[code], lambda: url, owners.Line())(where, NOW.date()))


def test_every_shared_resource_is_somebodys_to_answer() -> None:
    shared = {code for code, one in resources().items() if one.sharing != REFUSED}
    systems = {code for told in SHARED.values() for code in told}
    assert systems | set(PROVIDERS) == shared and not systems & set(PROVIDERS)
    for name, told in SHARED.items():
        assert {resources()[code].owner for code in told} == {f"zone.{name}"}


@pytest.mark.parametrize("code", sorted({code for told in SHARED.values() for code in told}))
def test_every_answer_is_what_the_catalogue_declares(url: str, code: str) -> None:
    key = resources()[code].key
    assert rows_of(url, code, **{key: "nobody"}) == [] or code == "police.identity_check"


def test_registers_answer_the_hub_as_they_answer_filings(url: str) -> None:
    (person,) = rows_of(url, "samr.persons", uscc=FIRM.uscc)
    assert person["name"] == FIRM.name and person["person"] and len(str(person["document"])) == 18
    (grade,) = rows_of(url, "tax.payer_class", uscc=FIRM.uscc)
    assert grade["level"] in "MAB" and grade["year"]
    assert rows_of(url, "safe.name_list", uscc=FIRM.uscc)[0]["class"] == "A"
    registers.enter(url, "safe", [{"uscc": FIRM.uscc, "data": {"corpName": FIRM.name, "inList": "N"}}])
    assert rows_of(url, "safe.name_list", uscc=FIRM.uscc) == []
    (customs,) = rows_of(url, "customs.enterprise_credit", uscc=FIRM.uscc)
    assert customs["graded_on"] == "2020-03-02"


def test_the_police_says_yes_or_no_and_never_whose_a_document_is(url: str) -> None:
    person = buyer(7)

    def matches(**where: str) -> object:
        (row,) = rows_of(url, "police.identity_check", document=person.document, **where)
        return row["matches"], row["person"]

    assert matches(person=person.name) == ("是", person.name)
    assert matches(person="钱博") == ("否", "钱博")
    assert matches() == ("否", "")


def test_an_item_stands_where_its_steps_have_come(url: str) -> None:
    steps = [
        ["收寄", "2000-01-01T08:00:00+08:00"],
        ["交航", "2000-01-02T08:00:00+08:00"],
        ["妥投", "9000-01-01T08:00:00+08:00"],
    ]
    row = {"item_no": "LX1", "uscc": FIRM.uscc, "recipient": "赵安", "address": "（合成）", "steps": steps}
    told = {"rows": [{"resource": "post.items", "key": "LX1", "rows": [row]}]}
    assert ask(url, "/departments/post/entries", told) == (200, {"told": 1})
    (item,) = rows_of(url, "post.items", item_no="LX1")
    assert (item["state"], item["state_at"]) == ("交航", steps[1][1])


def test_a_department_is_told_its_own_resources_only(url: str) -> None:
    told = {"rows": [{"resource": "post.items", "key": "LX1", "rows": []}]}
    assert ask(url, "/departments/police/entries", told)[0] == 400
    assert ask(url, "/departments/police/post.items", {"where": {}})[0] == 404
    assert ask(url, "/departments/nobody/post.items", {"where": {}})[0] == 404
    assert ask(url, "/departments/post/post.items", {})[0] == 400


def test_a_department_misbehaves_as_the_switchboard_says(url: str) -> None:
    def told(**switches: str) -> None:
        status, answer = ask(url, "/simulators/register:post", switches)
        assert status == 200, answer

    plate = {"uscc": of_role("logi")[0].uscc}
    assert len(rows_of(url, "post.licences", **plate)) == 1
    told(down="yes")
    with pytest.raises(Unavailable, match=r"hub\.owner_away"):
        rows_of(url, "post.licences", **plate)
    told(down="no", garbled="yes")
    with pytest.raises(Unavailable, match=r"hub\.owner_garbled"):
        rows_of(url, "post.licences", **plate)
    told(garbled="no", unknown="yes")
    assert rows_of(url, "post.licences", **plate) == []
    assert ask(url, "/simulators/register:post/reset", {})[1]["state"]["unknown"] is False
    assert len(rows_of(url, "post.licences", **plate)) == 1


@pytest.mark.parametrize("name", ["tax", "safe", "register:samr", "register:police", "customs", "singlewindow"])
def test_every_counterpart_is_on_the_board_and_goes_back_to_usual(url: str, name: str) -> None:
    assert ask(url, f"/simulators/{name}", {"down": "yes"})[1]["state"]["down"] is True
    assert ask(url, f"/simulators/{name}/reset", {})[1]["state"]["down"] is False
    assert ask(url, f"/simulators/{name}", {"nothing": "yes"})[1]["code"] == "simulate.switch"


def test_a_bank_is_on_the_board_once_it_holds_something(url: str) -> None:
    assert ask(url, "/simulators/bank:3601900051", {"down": "yes"})[1]["code"] == "simulate.name"
    row = {
        "number": "FX-1",
        "payee": FIRM.customs_code,
        "payer": "SYN",
        "currency": "USD",
        "amount": "1.00",
        "received_on": "2021-05-20",
    }
    assert ask(url, "/bank/3601900051/remit", {"rows": [row]})[0] == 200
    assert ask(url, "/simulators/bank:3601900051", {"down": "yes"})[1]["state"]["down"] is True
    (receipt,) = rows_of(url, "safe.receipts", uscc=FIRM.uscc)
    assert (receipt["received_on"], receipt["amount"], receipt["account"]) == ("2021-05-20", "1.00", "")


def test_what_is_told_has_lawful_days_and_numbers() -> None:
    entries = list(departments._entries(NOW))
    assert {resource for resource, _, _ in entries} <= {code for told in SHARED.values() for code in told}
    assert all(
        date.fromisoformat(row["until"]) > NOW.date() for _, _, rows in entries for row in rows if "until" in row
    )
    begins = [datetime.fromisoformat(row["steps"][0][1]) for _, _, rows in entries for row in rows if "steps" in row]
    assert all(NOW - timedelta(days=28) < begin < NOW for begin in begins)
