"""A question by district on the boundaries of then and of now: both sides of the day, the total the same, hidden stays hidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.models import Figure, Release

WANLI, XINJIAN, EAST = (f"zone.districts.d{code}" for code in ("360105", "360112", "360102"))
AMOUNTS = {
    date(2019, 11, 1): {WANLI: Decimal(10), XINJIAN: Decimal(5), EAST: Decimal(3)},
    date(2019, 12, 1): {XINJIAN: Decimal(20), EAST: Decimal(4)},
}
NOW = date(2021, 11, 1)


@pytest.fixture
def visitor(db: None) -> Iterator[Client]:
    with scope(PLATFORM):
        load_units()
    yield Client()


def publish(hidden: str = "") -> None:
    """Both months as published exports by district (合成数据)."""
    with scope(PLATFORM):
        for month, units in AMOUNTS.items():
            one = Release.objects.create(
                month=month, stage="final", due_on=date(2020, 7, 1), state="published", consent="同意（合成）", digest="0" * 64,
                published_on=date(2020, 7, 1), published_at=datetime(2020, 7, 1, tzinfo=SHANGHAI), rule={},
            )  # fmt: skip
            for unit, amount in units.items():
                Figure.objects.create(
                    release=one, indicator="export_cny", version="1", coverage="registered", flow="E", dimension="unit", code=unit,
                    hidden=unit == hidden, value=None if unit == hidden else amount,
                )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (None, {WANLI: 10, XINJIAN: 25, EAST: 7}),
        (date(2019, 11, 30), {WANLI: 10, XINJIAN: 25, EAST: 7}),
        (date(2019, 12, 1), {XINJIAN: 35, EAST: 7}),
        (NOW, {XINJIAN: 35, EAST: 7}),
    ],
)
def test_sums_stand_on_either_side_of_the_day_and_add_up(
    visitor: Client, of: date | None, told: dict[str, int]
) -> None:
    rows = [(month, unit, amount) for month, units in AMOUNTS.items() for unit, amount in units.items()]
    found, _unsure = api.carried_over(rows, of=of)
    assert found == told and sum(amount or 0 for amount in found.values()) == 42


def test_time_is_cut_where_a_district_changed() -> None:
    day = date(2019, 12, 1)
    assert api.stretches(date(2019, 10, 1), date(2020, 2, 1)) == [
        (date(2019, 10, 1), date(2019, 11, 30)), (day, date(2020, 2, 1)),
    ]  # fmt: skip
    assert api.stretches(day, date(2020, 2, 1)) == [(day, date(2020, 2, 1))]


def file(visitor: Client, bounds: str) -> dict[str, str]:
    where = f"/statistics/explore.csv?by=unit&coverage=registered&flow=E&first=2019-11&last=2019-12&boundaries={bounds}"
    lines = b"".join(visitor.get(where)).decode("utf-8-sig").splitlines()[1:]
    return {line.split(",")[1]: line.split(",")[4] for line in lines}


def test_the_reader_chooses_and_the_note_names_the_document(visitor: Client) -> None:
    publish()
    assert file(visitor, "then") == {WANLI: "10.00", XINJIAN: "25.00", EAST: "7.00"}
    assert file(visitor, "now") == {XINJIAN: "35.00", EAST: "7.00"}
    said = visitor.get(
        "/statistics/explore/?by=unit&coverage=registered&flow=E&first=2019-11&last=2019-12"
    ).content.decode()
    assert "按现行区划" in said and "2019年12月撤销湾里区、并入新建区" in said
    later = visitor.get("/statistics/explore/?by=unit&first=2020-01&last=2020-12").content.decode()
    assert "撤销湾里区" not in later


def test_what_is_hidden_hides_the_district_it_came_to(visitor: Client) -> None:
    publish(hidden=WANLI)
    assert file(visitor, "then") == {WANLI: "", XINJIAN: "25.00", EAST: "7.00"}
    assert file(visitor, "now") == {XINJIAN: "", EAST: "7.00"}
