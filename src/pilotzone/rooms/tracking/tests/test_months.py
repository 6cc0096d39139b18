"""Events become facts, closed months become protected figures; a county sees its own and the city's; replay agrees."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, NOBODY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.models import Fact

EAST, WEST = "zone.districts.d360102", "zone.districts.d360103"
NOVEMBER, DECEMBER = date(2021, 11, 1), date(2021, 12, 1)
Told = tuple[dict[str, Any], datetime]


def at(day: int, month: int = 11) -> datetime:
    return datetime(2021, month, day, 9, tzinfo=SHANGHAI)


def told(trade: int, state: str, when: datetime, *, unit: str = EAST, firm: int = 1, **more: Any) -> Told:
    row = {
        "trade": trade, "at": when.isoformat(), "flow": "I", "mode": "9610", "state": state, "reached": True,
        "code": f"clearance.{state}", "unit": unit, "firms": {"ebc": firm}, "value": "100.00", "tax": "9.10", **more,
    }  # fmt: skip
    return row, when


def life(trade: int, **more: Any) -> list[Told]:
    return [
        told(trade, "sent", at(3), **more),
        told(trade, "released", at(4), **more),
        told(trade, "closed", at(5), **more),
    ]


def month(trades: int = 12, unit: str = EAST, first: int = 1, firms: int = 4) -> list[Told]:
    """So many released trades of so many firms, one after the other."""
    return [row for n in range(trades) for row in life(first + n, unit=unit, firm=first + n % firms)]


def figures(month_: date = NOVEMBER) -> dict[tuple[str, str], api.Figure]:
    return {(one.unit, one.way): one for _, one in api.figures(month_, month_)}


def count(*rows: Told) -> None:
    api.count_in(rows)


@pytest.fixture
def platform(db: None) -> Any:
    with scope(PLATFORM):
        yield


def test_a_trade_counts_once_whatever_is_told_again(platform: None) -> None:
    count(*month(), *month())
    assert api.publish(at(10, 12)) == 1
    found = figures()[EAST, "I9610"]
    assert (found.firms, found.declared, found.released, found.returned) == (4, 12, 12, 0)
    assert (found.value, found.tax, found.hidden) == (Decimal("1200.00"), Decimal("109.20"), False)


def test_a_month_is_published_when_it_is_closed(platform: None) -> None:
    count(*month())
    assert api.publish(datetime(2021, 12, 5, 23, tzinfo=SHANGHAI)) == 0
    assert api.publish(datetime(2021, 12, 6, 0, tzinfo=SHANGHAI)) == 1
    assert api.publish(at(10, 12)) == 0
    assert api.months() == [NOVEMBER]
    rule = api.month_rule(NOVEMBER)
    assert rule is not None
    assert (rule.algorithm, rule.firms, rule.tag) == ("disclosure.v1", 3, "P")


def test_what_comes_after_the_close_leaves_the_month_as_it_stands(platform: None) -> None:
    count(*month())
    api.publish(at(10, 12))
    before = figures()
    late, _ = told(99, "released", at(28))
    count((late, at(11, 12)))
    assert api.publish(at(12, 12)) == 0
    assert figures() == before
    assert Fact.objects.get(pk=99).released == DECEMBER


def test_a_return_counts_in_its_own_month_and_only_after_release(platform: None) -> None:
    count(*month(), told(50, "sent", at(3)), told(50, "cancelled", at(4)))
    for trade in (1, 2, 3):
        count(told(trade, "closed", at(20), code="clearance.refunded", reached=False, firm=trade))
    api.publish(at(10, 12))
    assert figures()[EAST, "I9610"].returned == 3
    assert Fact.objects.get(pk=50).returned is None


def gone_back(month_: int, *states: tuple[str, int]) -> list[Told]:
    """Three trades of three firms, each through the same states on the same days."""
    return [told(n, state, at(day, month_), firm=n) for n in (1, 2, 3) for state, day in states]


def test_a_list_released_again_before_the_close_has_not_come_back(platform: None) -> None:
    count(*month(), *gone_back(11, ("cancelled", 20), ("released", 25)))
    api.publish(at(10, 12))
    found, rule = figures()[EAST, "I9610"], api.month_rule(NOVEMBER)
    assert (found.released, found.returned) == (12, 0) and rule is not None and rule.revisions == ()
    count(*gone_back(12, ("cancelled", 20)))
    api.publish(at(10, 1).replace(year=2022))
    assert figures(DECEMBER)[EAST, "I9610"].returned == 3, "and it may be cancelled once more"


def test_a_closed_month_is_revised_when_customs_releases_a_list_again(platform: None) -> None:
    rows = [*month(), *gone_back(11, ("cancelled", 20))]
    count(*rows)
    api.publish(at(10, 12))
    before = figures()[EAST, "I9610"]
    assert before.returned == 3
    again = gone_back(12, ("released", 12))
    count(*again)
    assert figures()[EAST, "I9610"].returned == 3, "what was published stands until it is published anew"
    assert api.publish(at(13, 12)) == 1
    after, rule = figures()[EAST, "I9610"], api.month_rule(NOVEMBER)
    assert after == dataclasses.replace(before, returned=0)
    assert rule is not None and rule.revisions == (date(2021, 12, 12),)
    api.empty_facts()
    count(*rows, *again)
    api.publish(at(13, 12))
    assert (figures()[EAST, "I9610"], api.month_rule(NOVEMBER)) == (after, rule), "replay gives the same month"


def test_a_revision_shows_nothing_the_month_had_hidden(platform: None) -> None:
    hidden = [told(n, "cancelled", at(20), unit=WEST, firm=n) for n in (100, 101)]
    count(*month(), *month(unit=WEST, first=100), *gone_back(11, ("cancelled", 20)), *hidden)
    api.publish(at(10, 12))
    before = {place for place, one in figures().items() if one.returned_hidden}
    assert before
    count(*[told(n, "released", at(12, 12), unit=WEST, firm=n) for n in (100, 101)])
    api.publish(at(13, 12))
    assert before <= {place for place, one in figures().items() if one.returned_hidden and one.returned is None}
    for _ in range(2):  # and a rebuild reads all of it again, however often it is begun and published on the way
        api.empty_facts()
        count(*month())
        api.publish(at(14, 12))
    count(*month(unit=WEST, first=100), *gone_back(11, ("cancelled", 20)), *hidden)
    api.publish(at(14, 12))
    count(*[told(n, "released", at(12, 12), unit=WEST, firm=n) for n in (100, 101)])
    api.publish(at(14, 12))
    assert before <= {place for place, one in figures().items() if one.returned_hidden and one.returned is None}


def test_a_cancelled_list_that_is_declared_anew_is_another_one(platform: None) -> None:
    count(*month(), *gone_back(11, ("cancelled", 20), ("sent", 22), ("released", 23)))
    api.publish(at(10, 12))
    assert figures()[EAST, "I9610"].returned == 3


def test_what_came_back_by_a_return_stays_back_when_the_list_is_released_again(platform: None) -> None:
    returned = [told(n, "closed", at(18), code="clearance.refunded", reached=False, firm=n) for n in (1, 2, 3)]
    count(*month(), *returned, *gone_back(11, ("cancelled", 20), ("released", 25)))
    count(*month(3, first=50, firms=3), *gone_back(11, ("cancelled", 26)))
    api.publish(at(10, 12))
    count(*gone_back(12, ("released", 12)))
    api.publish(at(13, 12))
    assert figures()[EAST, "I9610"].returned == 3


def test_few_firms_are_hidden_and_the_neighbour_does_not_give_them_back(platform: None) -> None:
    count(*month(), *month(4, WEST, 100, firms=1))
    api.publish(at(10, 12))
    found = figures()
    assert found[WEST, "I9610"].hidden
    assert found[EAST, "I9610"].hidden
    assert found[WEST, "I9610"].declared is None
    assert found[api.CITY, api.WHOLE].declared == 16


def test_an_unknown_value_is_not_a_zero(platform: None) -> None:
    count(*month(), *life(70, value="", firm=2))
    api.publish(at(10, 12))
    assert (figures()[EAST, "I9610"].value, figures()[EAST, "I9610"].unvalued) == (None, True)
    assert figures()[EAST, "I9610"].released == 13


def test_replay_gives_the_same_table(platform: None) -> None:
    rows = [
        *month(),
        *month(4, WEST, 100, firms=1),
        told(1, "closed", at(2, 12), code="clearance.refunded", reached=False),
    ]
    count(*rows)
    api.publish(at(10, 12))
    before = figures()
    api.empty_facts()
    assert api.months() == []
    for row in rows:
        count(row)
    api.publish(at(10, 12))
    assert figures() == before


@pytest.mark.parametrize(
    ("actor", "units"),
    [
        (Actor(kind=DISTRICT, unit_path=EAST, role="district_officer"), {EAST, "*"}),
        (Actor(kind=DISTRICT, unit_path="zone.districts", role="district_officer"), {EAST, WEST, "*"}),
        (Actor(kind=DISTRICT, role="district_officer"), {"*"}),
        (Actor(kind=AGENCY, unit_path="zone.commerce", role="agency_officer"), {EAST, WEST, "*"}),
        (Actor(kind=ZONE, unit_path="zone", role="zone_officer"), {EAST, WEST, "*"}),
        (Actor(kind=ENTERPRISE, organisation=1, role="ebc"), set()),
        (Actor(kind=CONSUMER, person=1, role="consumer"), set()),
        (NOBODY, set()),
    ],
)
def test_a_county_officer_reads_its_own_unit_and_the_city(platform: None, actor: Actor, units: set[str]) -> None:
    count(*month(), *month(12, WEST, 100))
    api.publish(at(10, 12))
    with scope(actor):
        assert {unit for unit, _ in figures()} == units
        assert not Fact.objects.exists()
