"""The registers over HTTP, as the platform's channel meets them: open part, tickets, referrals, faults on demand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels import registers, singlewindow
from pilotzone.exchange.channels.asking import ask
from pilotzone.kernel import clock
from pilotzone.simulators.registers import serve
from pilotzone.simulators.tests.test_door import served

__all__ = ["served"]
CODE, OLD = "Y1360111DEM000001X", "Y1360111DEM000002X"
HOLDER = {"account": "rep", "code": "123456", "name": "合成法人", "capacity": "legal_rep"}
BOOKS: dict[str, dict[str, Any]] = {
    "samr": {"ENTNAME": "甲", "DOM": "某路", "REGSTATE": "1", "LEREP": "合成法人", "HOLDERS": [HOLDER]},
    "customs": {"tradeName": "甲", "tradeCode": "3601960A01", "creditLevel": "一般信用"},
    "tax": {"NSRMC": "甲", "NSXYJB": "A"}, "safe": {"corpName": "甲", "inList": "Y", "grade": "A"},
}  # fmt: skip


@pytest.fixture
def url(served: Callable[..., str]) -> str:
    address = served()
    for name, data in BOOKS.items():
        registers.enter(address, name, [{"uscc": CODE, "data": data}])
    return address


def behave(url: str, name: str, **how: Any) -> None:
    assert ask(url, f"/registers/{name}/control", how)[0] == 200


def test_without_a_ticket_only_the_open_part_is_told(url: str) -> None:
    told = registers.look_up(url, "samr", CODE)
    assert told.facts == {"name": "甲", "address": "某路", "entity_status": "存续"} and told.serial.startswith("samr-")
    for name in ("customs", "tax", "safe"):
        with pytest.raises(Refused, match=r"channel\.register\.proof"):
            registers.look_up(url, name, CODE)


def test_an_answer_bears_the_zones_day(connect_as: Callable[[str], Any]) -> None:
    with connect_as("counterpart") as connection:
        zone = clock.Clock(
            demo=True, wall_at=clock.wall(), zone_at=datetime(2021, 12, 30, 16, tzinfo=SHANGHAI), rate=1.0
        )
        rows = json.dumps({"rows": [{"uscc": CODE, "data": BOOKS["samr"]}]}).encode()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "read", lambda _connection=None: zone)
            for _ in range(2):  # entered, and entered anew
                serve(connection, "/registers/samr/entries", rows, near=True)
                asked = json.dumps({"uscc": CODE}).encode()
                _, told = serve(connection, "/registers/samr/look-up", asked, near=True)
                assert told["serial"].startswith("samr-2021123016")
        connection.rollback()


def test_the_electronic_licence_opens_every_register(url: str) -> None:
    with pytest.raises(Refused, match=r"channel\.licence\.refused"):
        registers.by_licence(url, CODE, "rep", "654321")
    who = registers.by_licence(url, CODE, "rep", "123456")
    assert (who.name, who.capacity) == ("合成法人", "legal_rep")
    assert registers.look_up(url, "samr", CODE, who.ticket).facts["legal_rep"] == "合成法人"
    assert registers.look_up(url, "customs", CODE, who.ticket).facts["customs_code"] == "3601960A01"
    assert registers.look_up(url, "safe", CODE, who.ticket).facts == {
        "name": "甲",
        "fx_listed": "在名录",
        "fx_class": "A",
    }
    with pytest.raises(Refused, match=r"channel\.register\.unknown"):
        registers.look_up(url, "tax", OLD, who.ticket)
    registers.enter(url, "tax", [{"uscc": OLD, "data": BOOKS["tax"]}])
    with pytest.raises(Refused, match=r"channel\.register\.proof"):
        registers.look_up(url, "tax", OLD, who.ticket)  # the ticket is this body's alone


def test_the_single_window_verifies_a_handler(url: str) -> None:
    singlewindow.register(url, "sw-a", "111111", {"person": "p", "name": "经办", "uscc": CODE, "capacity": "handler"})
    singlewindow.register(url, "sw-b", "222222", {"person": "q", "name": "路人"})
    who = registers.proven(singlewindow.sign_on(url, "sw-a", "111111"))
    assert registers.look_up(url, "tax", who.uscc, who.ticket).facts["tax_credit"] == "A"
    with pytest.raises(Refused, match=r"channel\.licence\.stranger"):
        registers.proven(singlewindow.sign_on(url, "sw-b", "222222"))


def test_a_renumbered_body_is_followed_and_a_circle_is_a_passing_fault(url: str) -> None:
    registers.enter(url, "samr", [{"uscc": OLD, "data": {"see": CODE}}])
    assert registers.look_up(url, "samr", OLD).uscc == CODE
    registers.enter(url, "samr", [{"uscc": CODE, "data": {"see": OLD}}])
    with pytest.raises(Unavailable, match=r"channel\.register\.cycle"):
        registers.look_up(url, "samr", OLD)


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", Unavailable, "away"), ("garbled", Unavailable, "away"), ("cycle", Unavailable, "cycle"),
        ("unknown", Refused, "unknown"),
    ],
)  # fmt: skip
def test_a_register_fails_on_demand_and_alone(url: str, fault: str, error: type[Exception], code: str) -> None:
    behave(url, "samr", **{fault: True})
    with pytest.raises(error, match=rf"channel\.register\.{code}"):
        registers.look_up(url, "samr", CODE)
    with pytest.raises(Refused, match=r"channel\.register\.proof"):
        registers.look_up(url, "tax", CODE)
    behave(url, "samr", **{fault: False})
    assert registers.look_up(url, "samr", CODE).facts["name"] == "甲"


def test_where_nobody_is_or_nothing_is_connected_it_is_away() -> None:
    for address in ("", "http://127.0.0.1:1"):
        with pytest.raises(Unavailable, match=r"channel\.register\.away"):
            registers.look_up(address, "samr", CODE)


def test_what_is_no_address_of_a_register_is_not_found(url: str) -> None:
    for path in ("/registers/police/look-up", "/registers/samr/forget", "/registers/"):
        assert ask(url, path, {"uscc": CODE})[0] == 404
    assert ask(url, "/registers/samr/control", {"wings": 2})[0] == 400
    assert ask(url, "/registers/samr/look-up", {})[0] == 400
