"""The Time Release Study counts each stage by way and site, tells incomplete cases, and repeats to the same figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance import api as clearance

pytestmark = pytest.mark.django_db
desk = clearance.inspections
MARCH = date(2031, 3, 1)  # a month no other test knows
START = datetime(2031, 3, 5, 9, tzinfo=SHANGHAI)
COLUMNS = (
    "id", "hash", "key", "flow", "mode", "order_no", "pay_no", "logistics_no", "cop_no", "pre_no", "invt_no", "bill_no", "state",
    "customs_status", "return_time", "missing", "reasons", "holder", "firms", "parties", "buyer", "customs_code", "unit", "stages",
    "first_at", "changed_at", "history",
)  # fmt: skip


def row(
    n: int, minutes: float | None, *, way: str = "I9610", site: str = "4006", begins: datetime = START, **more: float
) -> list[Any]:
    """A trade whose list came at `begins` and which was released so many minutes later; `more`: other stages, in minutes."""
    stages = {"list": begins, **{name: begins + timedelta(minutes=late) for name, late in more.items()}}
    if minutes is not None:
        stages["released"] = begins + timedelta(minutes=minutes)
    told = json.dumps({name: moment.isoformat() for name, moment in stages.items()})
    number = first_id(begins.date()) + 9_000 + n
    return [
        number, number, f"k{n}", way[0], way[1:], f"TRS{n}", "", "", "", "", "", "", "released" if minutes else "stored", "", "", [], "[]",
        "", "{}", [], "", site, "zone", told, begins - timedelta(minutes=10), begins, False,
    ]  # fmt: skip


@pytest.fixture
def trades(flood_connect: Callable[[], psycopg.Connection[Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ten imports released after 10 … 100 minutes, one of them inspected; two elsewhere; one still underway; one of April."""
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=40))
    rows = [row(n, 10.0 * n, **({"inspection": 20.0} if n == 10 else {})) for n in range(1, 11)]
    rows += [row(n, 60, way="E9610", site="4001") for n in (11, 12)]
    rows += [row(13, None), row(14, 60, begins=START + timedelta(days=31))]
    places = ", ".join(["%s"] * len(COLUMNS))
    with flood_connect() as flood:
        for day in sorted({one[24].date() for one in rows}):
            flood.execute("SELECT pz_partition('clearance_trade', %s)", (day,))
        for one in rows:
            flood.execute(f"INSERT INTO clearance_trade ({', '.join(COLUMNS)}) VALUES ({places})", one)
    yield
    with flood_connect() as flood:
        flood.execute("DELETE FROM clearance_trade WHERE order_no LIKE 'TRS%%'")


def by_stage(**asked: str) -> dict[str, dict[str, Any]]:
    told = desk.study(MARCH, **asked)
    assert told is not None
    return {one["stage"]: one for one in told["rows"]}


def test_each_stage_has_its_median_and_ninetieth_percentile_and_what_is_missing(trades: None) -> None:
    with scope(PLATFORM):
        assert desk.publish_month(MARCH) == 12
        first = desk.study_cells(MARCH, MARCH)
        desk.publish_month(MARCH)
        assert desk.study_cells(MARCH, MARCH) == first, "computed anew, the same"
    with scope(NOBODY):
        told = desk.study(MARCH)
        assert told is not None
        assert (told["released"], told["underway"]) == (12, 1)
        assert (told["ways"], told["sites"]) == (["E9610", "I9610"], ["4001", "4006"])
        imports = by_stage(way="I9610")
        assert (imports["release"]["n"], imports["release"]["median_s"], imports["release"]["p90_s"]) == (
            10,
            55 * 60,
            91 * 60,
        )
        assert imports["papers"]["median_s"] == 600
        assert (imports["platform"]["n"], imports["platform"]["missing"]) == (0, 10), (
            "nobody knows when it was forwarded"
        )
        few = by_stage(way="E9610", site="4001")["release"]
        assert (few["n"], few["median_s"], few["p90_s"]) == (2, None, None), "two trades are too few to publish"
        whole = by_stage()
        assert whole["release"]["n"] == 12
        assert (whole["inspection"]["n"], whole["inspection"]["missing"]) == (1, 0), (
            "who was not inspected is not missing there"
        )
        assert desk.study(date(2031, 4, 1)) is None
        assert desk.study_months()[0] == MARCH
        assert [one["month"] for one in desk.trend("release")] == [MARCH]
