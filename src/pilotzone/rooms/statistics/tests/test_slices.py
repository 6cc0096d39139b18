"""Whatever slice is asked, over whatever run of months, it says what the facts say: by the sums kept, by spans, by the cells."""

from __future__ import annotations

import itertools
from dataclasses import replace as changed
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.counting import Counted
from pilotzone.rooms.statistics.engine.grains import DIMENSIONS, FLAGS, GOODS, GRAINS, SPANS, grain_of, spans_of
from pilotzone.rooms.statistics.operations.cube import PARTS
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed

FIRST = date(2020, 5, 3)
HS = ("6109100010", "6109900010", "6204430000", "3304990090", "33049100", "")


def population() -> list[Counted]:
    """Lists over two years and more, with returns, made up (合成数据)."""
    lists = [
        changed(
            listed(
                n, flow="IE"[n % 2], mode=("9610", "1210")[n // 3 % 2], unit=UNITS[n // 5 % 3], country=("116", "502")[n // 7 % 2],
                transport="52"[n // 11 % 2], hs=(HS[n % 6], HS[n // 2 % 6]), amount=f"{n}.17", customs=("4010", "5100")[n % 3 // 2],
            ),
            released=(day := FIRST + timedelta(days=n * 11)), back=day + timedelta(days=40) if n % 4 == 0 else None,
        )
        for n in range(1, 73)
    ]  # fmt: skip
    return facts(*lists)


@pytest.fixture
def counted(db: None) -> list[Counted]:
    told = population()
    with scope(PLATFORM):
        replace(sorted({one.trade for one in told}), told)
    return told


def code(one: Counted, dimension: str) -> str:
    if dimension in GOODS:
        return one.hs[: GOODS[dimension]]
    return f"{one.month:%Y-%m}" if dimension == "month" else str(getattr(one, dimension))


def by_hand(
    told: list[Counted], *, coverage: str, by: str, first: date, last: date, flow: str, filters: dict[str, str]
) -> dict[str, Any]:
    sums: dict[str, list[Decimal]] = {}
    for one in told:
        if (
            not first <= one.month <= last
            or (flow and one.flow != flow)
            or (FLAGS[coverage] and not getattr(one, coverage))
        ):
            continue
        if all(code(one, name) == value for name, value in filters.items()):
            sums.setdefault(code(one, by), [Decimal(0), Decimal(0)])[int(one.back)] += one.cny or 0
    return {name: tuple(pair) for name, pair in sums.items()}


CODES = {
    "hs2": "61",
    "hs4": "6109",
    "hs6": "610910",
    "hs8": "61091000",
    "country": "116",
    "mode": "9610",
    "unit": UNITS[0],
    "transport": "5",
}
months = st.integers(0, 35).map(lambda n: date(2020 + n // 12, n % 12 + 1, 1))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    coverage=st.sampled_from(list(FLAGS)), by=st.sampled_from(DIMENSIONS), flow=st.sampled_from(["", "I", "E"]),
    run=st.tuples(months, months), names=st.sets(st.sampled_from(list(CODES)), max_size=4),
)  # fmt: skip
@example(coverage="platform", by="hs8", flow="", run=(date(2020, 1, 1), date(2022, 12, 1)), names=set())
@example(coverage="platform", by="hs6", flow="", run=(date(2020, 5, 1), date(2022, 2, 1)), names={"mode"})
@example(
    coverage="registered",
    by="country",
    flow="E",
    run=(date(2020, 6, 1), date(2022, 2, 1)),
    names={"mode", "unit", "transport"},
)
def test_a_slice_says_what_the_facts_say(
    counted: list[Counted], coverage: str, by: str, flow: str, run: tuple[date, date], names: set[str]
) -> None:
    asked: dict[str, Any] = {
        "coverage": coverage, "by": by, "flow": flow, "first": min(run), "last": max(run), "filters": {name: CODES[name] for name in names},
    }  # fmt: skip
    with scope(PLATFORM):
        rows = api.ask(**asked)
    assert {row.code: (row.cny, row.back_cny) for row in rows} == by_hand(counted, **asked)


def test_a_cube_that_is_being_filled_answers_and_ends_as_one_counted_at_once(counted: list[Counted]) -> None:
    """As a migration leaves it: months and totals only. Every question is right after each piece, with batches in between."""
    asked: list[dict[str, Any]] = [
        {"coverage": "platform", "by": by, "flow": "", "first": date(2020, 1, 1), "last": date(2022, 12, 1), "filters": filters}
        for by, filters in (("hs8", {}), ("hs4", {"mode": "9610"}), ("country", {"mode": "9610", "transport": "5"}), ("unit", {}))
    ]  # fmt: skip
    trades, pieces = sorted({one.trade for one in counted}), 0
    with scope(PLATFORM):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM statistics_cell WHERE span > 1")
            cursor.execute("DELETE FROM statistics_margin WHERE grain <> ''")
            cursor.execute(
                "INSERT INTO statistics_unfilled (part, year) SELECT p, y FROM unnest(%s::text[]) p, unnest(ARRAY[2020, 2021, 2022]) y",
                [[part for part in PARTS if part]],
            )
        told = list(counted)
        while api.fill():
            pieces += 1
            if pieces % 7 == 0:  # a trade's list is gone, as batches come while it is filled
                gone = trades.pop()
                told = [one for one in told if one.trade != gone]
                replace([gone], [])
            for one in asked[pieces % 2 :: 2]:
                assert {row.code: (row.cny, row.back_cny) for row in api.ask(**one)} == by_hand(told, **one), pieces
        assert pieces == 3 * (len(PARTS) - 1)
        kept = everything()
        api.recount()
        assert everything() == kept


def everything() -> set[str]:
    with connection.cursor() as cursor:
        names = "span, month, flow, back, port, registered, mode, unit, hs, country, transport, cny, usd, facts, orders, unvalued, undollared"
        cursor.execute(
            f"SELECT row({names})::text FROM statistics_cell UNION ALL SELECT t::text FROM statistics_margin t"
        )
        return {row[0] for row in cursor.fetchall()}


@given(run=st.tuples(months, months))
def test_spans_make_up_the_months_without_gap_or_overlap(run: tuple[date, date]) -> None:
    first, last = sorted(run)
    at, spans = first.year * 12 + first.month - 1, spans_of(first, last)
    for span, start in spans:
        assert (start.year * 12 + start.month - 1, at % span) == (at, 0)
        at += span
    assert at == last.year * 12 + last.month and len(spans) <= 2 * (2 + 3) + 3


def test_a_whole_year_is_one_span() -> None:
    assert spans_of(date(2021, 1, 1), date(2021, 12, 1)) == [(12, date(2021, 1, 1))]
    assert spans_of(date(2021, 3, 1), date(2021, 3, 1)) == [(1, date(2021, 3, 1))] and set(SPANS) == {1, 3, 12}


def test_a_question_is_led_to_the_least_that_answers_it() -> None:
    told = {
        grain_of(by, filters)
        for by in DIMENSIONS
        for n in range(3)
        for filters in itertools.combinations(("hs2", "hs4", *CODES), n)
    }
    assert told - {None} == set(GRAINS), "every sum that is kept answers something"
    assert (
        grain_of("hs6", ["mode"]) == "hs8.mode"
        and grain_of("month", ["hs8"]) is None
        and grain_of("hs4", ["hs2", "unit"]) == "hs4.unit"
    )
