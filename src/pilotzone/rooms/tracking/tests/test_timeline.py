"""A timeline is found by any number, whole for its parties and redacted for strangers."""

from __future__ import annotations

from typing import Any

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import CONSUMER, DISTRICT, ENTERPRISE, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api

pytestmark = pytest.mark.django_db
SELLER, STRANGER = 11, 99


def row(at: str, **told: Any) -> dict[str, Any]:
    return {
        "trade": 7, "at": f"2021-11-11T{at}+08:00", "flow": "I", "mode": "9610", "parties": [SELLER, 12], "buyer": "b7",
        "state": "pending", "holder": "pay", "code": "clearance.waiting", "zh": "等待支付单", "en": "waiting for the payment",
        "numbers": {"orderNo": "ORDER-7", "logisticsNo": "SF70"}, **told,
    }  # fmt: skip


@pytest.fixture
def released() -> None:
    with scope(PLATFORM):
        api.read_in([row("08:00:00")])
        later = row("08:00:05", state="released", holder="", code="clearance.released", zh="放行", en="released")
        api.read_in([{**later, "numbers": {"invtNo": "400120211000000001", "taxNo": "400120211000000001_0"}}])


@pytest.mark.parametrize("number", ["ORDER-7", "SF70", "400120211000000001", "400120211000000001_0", "ＯＲＤＥＲ-7 "])
def test_any_number_finds_the_trade(released: None, number: str) -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=SELLER)):
        (found,) = api.timelines(number)
    assert found.full
    assert [line.code for line in found.lines] == ["clearance.waiting", "clearance.released"]
    assert found.state == "released"
    assert found.numbers["orderNo"] == "ORDER-7"


@pytest.mark.parametrize("actor", [NOBODY, Actor(kind=ENTERPRISE, organisation=STRANGER), Actor(kind=DISTRICT)])
def test_a_stranger_sees_stages_and_nothing_else(released: None, actor: Actor) -> None:
    with scope(actor):
        (found,) = api.timelines("SF70")
    assert not found.full
    assert found.numbers == {}
    assert [line.state for line in found.lines] == ["pending", "released"]
    assert {line.zh for line in found.lines} == {""}


def test_the_buyer_sees_his_own(released: None) -> None:
    with scope(Actor(kind=CONSUMER, buyer="b7")):
        assert api.timelines("ORDER-7")[0].full
    with scope(Actor(kind=CONSUMER, buyer="b8")):
        assert not api.timelines("ORDER-7")[0].full


def test_an_event_that_comes_late_does_not_turn_the_state_back(released: None) -> None:
    with scope(PLATFORM):
        api.read_in([row("08:00:02", state="declaring", holder="customs", code="clearance.sent")])
        (found,) = api.timelines("ORDER-7")
    assert found.state == "released"
    assert [line.code for line in found.lines] == [
        "clearance.waiting",
        "clearance.sent",
        "clearance.released",
    ]


@pytest.mark.parametrize("together", [True, False])
def test_a_line_that_changed_nothing_does_not_hold_the_next_state_back(released: None, together: bool) -> None:
    bill = row("08:00:09", state="released", holder="", code="clearance.tax_bill", zh="税单", en="bill", reached=False)
    closed = row("08:00:07", state="closed", holder="", code="clearance.closed", zh="结关", en="closed")
    with scope(PLATFORM):
        for batch in [[bill, closed]] if together else [[bill], [closed]]:
            api.read_in(batch)
    with scope(Actor(kind=ENTERPRISE, organisation=SELLER)):
        (found,) = api.timelines("ORDER-7")
    assert (found.state, found.lines[-1].code) == ("closed", "clearance.tax_bill")


@pytest.mark.parametrize("together", [True, False])
def test_the_same_state_may_wait_for_another_party(together: bool) -> None:
    first = row("09:00:00", state="waiting", holder="pay,logi")
    then = row("09:00:05", state="waiting", holder="logi", reached=False, turn=True)
    with scope(PLATFORM):
        for batch in [[first, then]] if together else [[first], [then]]:
            api.read_in(batch)
        (found,) = api.timelines("ORDER-7")
    assert (found.state, found.holder, found.since.second) == ("waiting", "logi", 5)


def test_two_changes_in_one_batch_keep_the_last() -> None:
    with scope(PLATFORM):
        api.read_in([row("09:00:00"), row("09:00:00", state="declaring", holder="customs")])
        (found,) = api.timelines("ORDER-7")
    assert (found.state, found.holder) == ("declaring", "customs")


@pytest.mark.parametrize(("typed", "code"), [("ORDER-8", "tracking.not_found"), ("x", "tracking.bad_number"), ("a\x00bcd", "tracking.bad_number")])  # fmt: skip
def test_what_is_not_found_says_so(released: None, typed: str, code: str) -> None:
    with scope(NOBODY), pytest.raises(Refused) as refused:
        api.timelines(typed)
    assert refused.value.code == code


def test_the_board_counts_by_hour(released: None) -> None:
    import datetime

    with scope(NOBODY):
        board = api.today_board(datetime.date(2021, 11, 11))
        other = api.today_board(datetime.date(2021, 11, 12))
    assert {c["key"]: c["value"] for c in board["counters"]} == {"pending": 1, "released": 1}
    assert other == {"counters": [], "series": []}
