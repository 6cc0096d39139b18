"""The rounds with SAFE and banks: fetched once, handed over, told; who is away is asked again."""

from __future__ import annotations

from typing import Any

import pytest

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.channels import exchange_desks as channel
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.processes.exchange import Desk
from pilotzone.rooms.fx import api as fx

pytestmark = pytest.mark.django_db


class Counterpart:
    """SAFE and one bank, answering from memory."""

    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {"names": [], "rates": [], "months": []}
        self.receipts: list[dict[str, Any]] = []
        self.decides: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.decided: list[dict[str, Any]] = []
        self.away = False

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def receipts(url: str, bank: str, after: int, limit: int = 200) -> list[dict[str, Any]]:
            if self.away:
                raise Unavailable(code="channel.exchange.away", zh="不在", en="away")
            return [one for one in self.receipts if one["id"] > after]

        def reports(url: str, rows: list[dict[str, Any]]) -> dict[int, str]:
            self.reports += rows
            return {one["id"]: f"N{one['id']}" for one in rows}

        monkeypatch.setattr(channel, "safe_rows", lambda url, kind: self.lists[kind])
        monkeypatch.setattr(channel, "bank_receipts", receipts)
        monkeypatch.setattr(channel, "hand_reports", reports)
        monkeypatch.setattr(channel, "tell_advice", lambda url, bank, rows: self.decides)
        monkeypatch.setattr(channel, "tell_decisions", lambda url, bank, rows: self.decided.extend(rows))


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Counterpart:
    made = Counterpart()
    made.install(monkeypatch)
    with scope(PLATFORM):
        for role, code in (("bank", "3601988851"), ("ebc", "3601988801")):
            Organisation.objects.create(name=role, customs_code=code, roles=[role], created_at=clock.now())
    return made


def row(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "id": number, "number": f"FX-{number}", "payee": "3601988801", "payer": "SYNTHETIC LTD", "currency": "USD",
        "amount": "100.00", "received_on": clock.today().isoformat(),
    } | changed  # fmt: skip


def test_receipts_are_taken_once_and_one_without_a_rate_waits_for_it(other: Counterpart) -> None:
    desk = Desk("http://nowhere")
    other.receipts = [row(1), row(2, amount="1.234"), row(3, currency="CNY"), row(4)]
    assert desk.round() == 2
    assert desk.round() == 0, "the fourth is known, the third still has no rate"
    other.lists["rates"] = [
        {"month": clock.today().replace(day=1).isoformat(), "currency": "CNY", "usd": "0.15", "source": "SYNTHETIC"}
    ]
    desk.fetch_lists()
    assert desk.round() == 1
    other.away = True
    assert desk.round() == 0


def test_a_report_is_handed_over_and_a_bank_that_decides_by_itself_is_entered(other: Counterpart) -> None:
    other.receipts = [row(1)]
    other.lists["names"] = [{"code": "3601988801", "kind": "enterprise", "klass": "A", "listed_on": "2019-01-01"}]
    desk = Desk("http://nowhere")
    assert desk.round() == 1
    with scope(PLATFORM):
        bank = Organisation.objects.get(customs_code="3601988851").pk
        firm = Organisation.objects.get(customs_code="3601988801").pk
        (found,) = fx.receipts({"number": "FX-1"})["rows"]
    with scope(Actor(kind=ENTERPRISE, organisation=firm, role="ebc")):
        fx.consent(bank=bank, at=clock.now())
        fx.apply(receipt=found["id"], at=clock.now(), purpose="advance")
        fx.report(receipt=found["id"], kind="advance", at=clock.now())
    other.decides = [{"number": "FX-1", "decision": "settle", "note": ""}, {"number": "FX-9", "decision": "settle"}]
    desk.round()
    desk.round()
    assert [one["kind"] for one in other.reports] == ["advance"]
    assert other.decided == [{"number": "FX-1", "decision": "settle"}]
    with scope(PLATFORM):
        assert fx.receipt(found["id"])["state"] == "done"


def test_a_list_that_stands_as_it_was_is_written_once_and_one_with_an_unknown_firm_again(
    other: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    for kind in ("names", "months"):
        take = getattr(fx, f"take_{kind}")
        monkeypatch.setattr(
            fx, f"take_{kind}", lambda rows, kind=kind, take=take, **how: written.append(kind) or take(rows, **how)
        )
    month = {"code": "3601988801", "month": "2021-11-01", "exports": "10", "receipts": "9"}
    other.lists["months"] = [month]
    other.lists["names"] = [{"code": "3601988899", "kind": "enterprise", "klass": "A"}]  # nobody knows this firm yet
    desk = Desk("http://nowhere")
    for _ in range(3):
        desk.fetch_lists()
    assert (written.count("months"), written.count("names")) == (1, 3)
    other.lists["months"] = [month | {"receipts": "10"}]
    desk.fetch_lists()
    assert written.count("months") == 2
