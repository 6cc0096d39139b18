"""Facts become the cube; what is kept by batches equals what is counted again, and every total equals its parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, NOBODY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.counting import dealt
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed

NOVEMBER, DECEMBER = date(2021, 11, 1), date(2021, 12, 1)
STATISTICIAN = Actor(kind=AGENCY, person=1, unit_path="zone.statistics", role="statistician")


@pytest.fixture
def platform(db: None) -> Any:
    with scope(PLATFORM):
        yield


def count(*lists: Any) -> None:
    replace([one.trade for one in lists], facts(*lists))


def ask(by: str = "month", coverage: str = "platform", **more: Any) -> dict[str, api.CubeRow]:
    rows = api.ask(coverage=coverage, by=by, first=date(2021, 1, 1), last=date(2021, 12, 31), **more)
    return {row.code: row for row in rows}


def everything() -> list[Any]:
    with connection.cursor() as cursor:
        told = []
        for table in ("statistics_cell", "statistics_margin"):
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            told += [row[0] for row in cursor.fetchall()]
    return told


@given(whole=st.decimals(0, 10_000, places=2), by=st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=9))
def test_a_cost_is_dealt_to_the_cent(whole: Decimal, by: list[Decimal]) -> None:
    parts = dealt(whole, by)
    assert sum(parts) == whole
    assert all(part >= 0 for part in parts)


def test_an_import_is_cif_and_an_export_fob(platform: None) -> None:
    count(listed(1, cost="9.99", hs=("6109100010", "6110200010")), listed(2, flow="E", cost="50", currency="502"))
    assert ask(flow="I")["2021-11"].cny == Decimal("209.99")
    assert (ask(flow="E")["2021-11"].cny, ask(flow="E")["2021-11"].usd) == (Decimal("650.00"), Decimal("100.00"))


def test_told_again_changes_nothing_and_told_late_changes_its_month(platform: None) -> None:
    count(listed(1), listed(2))
    before = everything()
    count(listed(2))
    count(listed(1))
    assert everything() == before
    count(listed(3, month=2))
    assert ask()["2021-02"].cny == 100
    assert ask()["2021-11"].cny == 200


def test_what_returns_is_shown_apart_in_its_own_month(platform: None) -> None:
    count(listed(1, back=30), listed(2))
    assert (ask()["2021-11"].cny, ask()["2021-11"].back_cny) == (200, 0)
    assert (ask()["2021-12"].cny, ask()["2021-12"].back_cny, ask()["2021-12"].net_cny) == (0, 100, -100)
    count(listed(1))
    assert "2021-12" not in ask()


def test_what_returns_is_counted_once_with_the_list_it_came_from(platform: None) -> None:
    went, back = listed(1, flow="E", back=20, amount="100.00"), listed(2, flow="I", mode="9661", amount="100.00")
    for _ in range(2):
        replace([1, 2], facts(went, back))
    (row,) = api.ask(coverage="platform", by="month", first=date(2021, 11, 1), last=date(2021, 11, 30))
    assert (row.cny, row.back_cny, row.net_cny, row.orders) == (100, 100, 0, 1)


def test_a_list_that_counts_no_more_leaves_nothing(platform: None) -> None:
    count(listed(1))
    replace([1], [])
    assert everything() == []


def test_coverages_are_three_and_none_is_another(platform: None) -> None:
    count(listed(1), listed(2, customs="5100"), listed(3, unit=""), listed(4, unit="", customs="5100"))
    assert [ask(coverage=name)["2021-11"].cny for name in ("port", "registered", "platform")] == [200, 200, 400]


def test_what_no_rate_values_is_said(platform: None) -> None:
    count(listed(1, currency="999"), listed(2))
    row = ask()["2021-11"]
    assert (row.cny, row.orders, row.unvalued, row.undollared) == (100, 2, 1, 1)


@pytest.mark.parametrize(
    "filters",
    [{}, {"country": "116"}, {"country": "116", "mode": "9610"}, {"country": "116", "mode": "9610", "unit": UNITS[0]}],
)
@pytest.mark.parametrize("by", ["hs2", "hs4", "hs6", "hs8", "country", "mode", "unit", "transport"])
def test_parts_add_up_to_the_total(platform: None, by: str, filters: dict[str, str]) -> None:
    count(
        *(
            listed(n, unit=UNITS[n % 3], country=("116", "502")[n % 2], amount=f"{n}.17", hs=(f"61{n % 5}0100010",))
            for n in range(1, 25)
        )
    )
    whole = ask(filters=filters)["2021-11"]
    parts = ask(by=by, filters=filters).values()
    assert sum(row.cny for row in parts) == whole.cny
    assert sum(row.orders for row in parts) == whole.orders


@pytest.mark.parametrize("asked", [
    {"coverage": "all"}, {"by": "firm"}, {"flow": "X"}, {"filters": {"firm": "1"}}, {"filters": {"hs2": "6'"}}, {"filters": {"hs4": "61"}},
])  # fmt: skip
def test_a_question_that_does_not_hold_is_refused(platform: None, asked: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        ask(**asked)
    assert refused.value.code == "statistics.cube.question"


one_list = st.builds(
    listed, trade=st.integers(1, 12), firm=st.integers(1, 4), day=st.integers(1, 28), month=st.integers(9, 12),
    flow=st.sampled_from("IE"), mode=st.sampled_from(["9610", "1210"]), unit=st.sampled_from(UNITS),
    customs=st.sampled_from(["4010", "5100"]), back=st.none() | st.integers(0, 60), country=st.sampled_from(["116", "502", ""]),
    hs=st.lists(st.sampled_from(["6109100010", "6109900010", "3304990090", ""]), min_size=1, max_size=3),
    amount=st.decimals(0, 9999, places=2).map(str), currency=st.sampled_from(["142", "502", "999"]),
    cost=st.decimals(0, 99, places=2).map(str),
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(one_list, max_size=6, unique_by=lambda one: one.trade), max_size=6))
def test_what_is_kept_equals_what_is_counted_again(platform: None, batches: list[list[Any]]) -> None:
    api.empty()
    for batch in batches:
        count(*batch)
    kept = everything()
    last = {one.trade: one for batch in batches for one in batch}
    api.recount()
    assert everything() == kept
    api.empty()
    count(*last.values())
    assert everything() == kept


@pytest.mark.parametrize("actor", [
    NOBODY, Actor(kind=CONSUMER, person=1, role="consumer"), Actor(kind=ENTERPRISE, organisation=1, role="ebc"),
    Actor(kind=DISTRICT, unit_path=UNITS[0], role="district_officer"), Actor(kind=ZONE, unit_path="zone", role="zone_officer"),
    Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer"), Actor(kind=AGENCY, unit_path="zone.samr", role="rating_analyst"),
])  # fmt: skip
def test_the_cube_is_the_statisticians(db: None, actor: Actor) -> None:
    with scope(PLATFORM):
        count(listed(1))
    with scope(actor):
        assert ask() == {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM statistics_fact")
            assert cursor.fetchone()[0] == 0
    with scope(STATISTICIAN):
        assert ask()["2021-11"].cny == 100
