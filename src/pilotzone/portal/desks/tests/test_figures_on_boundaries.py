"""The counties' summaries on old and new boundaries: sums as they were told, hidden stays hidden, a county never reads a short sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pilotzone.kernel.access.actor import DISTRICT, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.desks.figures import lacking, on_boundaries
from pilotzone.rooms.tracking import api as tracking

WANLI, XINJIAN, EAST = (f"zone.districts.d{code}" for code in ("360105", "360112", "360102"))
BEFORE, DAY = date(2019, 11, 1), date(2019, 12, 1)


def cell(unit: str, value: int, *, hidden: bool = False) -> tuple[date, tracking.Figure]:
    if hidden:
        return BEFORE, tracking.Figure(unit, "E9610", True, False, False, None, None, None, 1, None, None)
    return BEFORE, tracking.Figure(unit, "E9610", False, False, False, 4, value, value, 1, Decimal(value), Decimal(1))


@pytest.fixture(autouse=True)
def units(db: None) -> None:
    with scope(PLATFORM):
        load_units()


def test_cells_of_districts_that_merged_are_added_and_tell_no_firms() -> None:
    found = [cell(WANLI, 10), cell(XINJIAN, 5), cell(EAST, 3), cell(tracking.CITY, 18)]
    with scope(PLATFORM):
        assert on_boundaries(found, None) == found
        told = {one.unit: one for _month, one in on_boundaries(found, DAY)}
    assert told.keys() == {XINJIAN, EAST, tracking.CITY}
    own = told[XINJIAN]
    assert (own.declared, own.value, own.returned, own.firms) == (15, 15, 2, None)
    assert (told[EAST].firms, told[tracking.CITY].value) == (4, 18)


def test_a_hidden_cell_hides_what_it_came_to() -> None:
    with scope(PLATFORM):
        told = {one.unit: one for _month, one in on_boundaries([cell(WANLI, 10, hidden=True), cell(XINJIAN, 5)], DAY)}
    own = told[XINJIAN]
    assert own.hidden and own.value is None and own.declared is None and own.returned == 2


def test_a_county_that_does_not_see_who_came_to_it_reads_no_short_sum() -> None:
    with scope(Actor(kind=DISTRICT, unit_path=XINJIAN, role="district_officer")):
        assert lacking({BEFORE, date(2020, 1, 1)}, DAY) == {BEFORE}
        ((_month, own),) = on_boundaries([cell(XINJIAN, 5)], DAY)
    assert own.hidden and own.value is None
    with scope(Actor(kind=DISTRICT, unit_path=EAST, role="district_officer")):
        ((_month, other),) = on_boundaries([cell(EAST, 3)], DAY)
    assert other.value == 3
