"""Whoever takes every published cell and total cannot compute a hidden one, nor what hidden ones of few firms make."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.rooms.tracking.engine.disclosure import ALL, Place, Rule, hidden, merged

RULE = Rule(3, ((1, Decimal("0.85")), (2, Decimal("0.95"))))
UNITS, WAYS, FIRMS = ("a", "b", "c", "d"), ("I9610", "I1210", "E9610"), 9
Table = dict[Place, dict[int, tuple[Decimal, ...]]]


def cell(*amounts: int, first: int = 1) -> dict[int, tuple[Decimal, ...]]:
    return {first + n: (Decimal(amount),) for n, amount in enumerate(amounts)}


def amounts() -> st.SearchStrategy[tuple[Decimal, ...]]:
    positive = st.integers(1, 60).map(Decimal)
    return st.tuples(positive, st.integers(0, 900).map(Decimal))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    units, ways = UNITS[: draw(st.integers(1, 4))], WAYS[: draw(st.integers(1, 3))]
    firms = st.dictionaries(st.integers(1, FIRMS), amounts(), max_size=6)
    found = {place: draw(firms) for place in itertools.product(units, ways)}
    return {place: firms_ for place, firms_ in found.items() if firms_}


def sums_of(table: Table) -> dict[Place, dict[int, tuple[Decimal, ...]]]:
    """The attacker's frame: every cell and total that holds something."""
    parts: dict[Place, list[dict[int, tuple[Decimal, ...]]]] = {}
    for (unit, way), found in table.items():
        for place in itertools.product((unit, ALL), (way, ALL)):
            parts.setdefault(place, []).append(found)
    return {place: dict(merged(found)) for place, found in parts.items()}


def equations(places: set[Place]) -> list[dict[Place, int]]:
    """Every sum a reader knows: parts minus their total are nothing."""
    units, ways = {p[0] for p in places}, {p[1] for p in places}
    lines = [{(u, w): 1 if w != ALL else -1 for w in ways if (u, w) in places} for u in units]
    return lines + [{(u, w): 1 if u != ALL else -1 for u in units if (u, w) in places} for w in ways]


def determined(unknown: list[Place], known: list[dict[Place, int]]) -> set[Place]:
    """The unknowns with one solution only, by elimination over fractions."""
    rows = [[Fraction(line.get(place, 0)) for place in unknown] for line in known]
    pivots: list[int] = []
    at = 0
    for column in range(len(unknown)):
        pivot = next((n for n in range(at, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][column] for value in rows[at]]
        for n in range(len(rows)):
            if n != at and rows[n][column]:
                rows[n] = [a - rows[n][column] * b for a, b in zip(rows[n], rows[at], strict=True)]
        pivots.append(column)
        at += 1
    return {unknown[pivot] for n, pivot in enumerate(pivots) if sum(1 for value in rows[n] if value) == 1}


@given(tables())
def test_no_hidden_cell_follows_from_the_published_ones(table: Table) -> None:
    whole, shut = sums_of(table), hidden(table, RULE)
    assert {place for place, found in whole.items() if RULE.sensitive(found)} <= shut <= set(whole)
    assert determined(sorted(shut), equations(set(whole))) == set()


@given(tables())
def test_what_total_minus_published_gives_is_itself_no_secret(table: Table) -> None:
    whole, shut = sums_of(table), hidden(table, RULE)
    for unit in {p[0] for p in whole}:
        gone = [whole[p] for p in whole if p[0] == unit and p[1] != ALL and p in shut]
        assert (unit, ALL) in shut or not RULE.sensitive(merged(gone))
    for way in {p[1] for p in whole}:
        gone = [whole[p] for p in whole if p[1] == way and p[0] != ALL and p in shut]
        assert (ALL, way) in shut or not RULE.sensitive(merged(gone))


@given(tables())
def test_nothing_is_hidden_without_a_reason(table: Table) -> None:
    whole = sums_of(table)
    if not any(RULE.sensitive(found) for found in whole.values()):
        assert hidden(table, RULE) == frozenset()


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (2, 1, 1, 2), (1, 2, 2, 1), (1, 1, 2, 2)])
@pytest.mark.parametrize("lone", range(4))
def test_every_hidden_cell_of_a_small_table_could_be_something_else(sizes: tuple[int, ...], lone: int) -> None:
    """Exhaustive: all tables of whole numbers that agree with what is published."""
    places = list(itertools.product("ab", "xy"))
    firms = [1 if n == lone else 3 for n in range(4)]
    table = {p: cell(*[sizes[n]] * firms[n], first=n * 10) for n, p in enumerate(places)}
    whole, shut = sums_of(table), hidden(table, RULE)
    truth = {p: sum(int(v[0]) for v in found.values()) for p, found in whole.items()}
    fitting: list[dict[Place, int]] = []
    for values in itertools.product(range(max(truth[p] for p in places) + 3), repeat=4):
        guess = dict(zip(places, values, strict=True))
        full = {p: sum(v for q, v in guess.items() if p[0] in (q[0], ALL) and p[1] in (q[1], ALL)) for p in whole}
        if all(full[p] == truth[p] for p in whole if p not in shut):
            fitting.append(full)
    assert places[lone] in shut
    for place in shut:
        assert len({one[place] for one in fitting}) > 1


@pytest.mark.parametrize(
    ("found", "secret"),
    [
        ({}, False),
        (cell(5, 5), True),
        (cell(5, 5, 5), False),
        (cell(85, 10, 5), False),
        (cell(86, 9, 5), True),
        (cell(60, 36, 4), True),
        (cell(60, 35, 5), False),
    ],
)
def test_both_sides_of_the_thresholds(found: dict[int, tuple[Decimal, ...]], secret: bool) -> None:
    assert RULE.sensitive(found) is secret


def test_one_firm_in_two_ways_of_a_county_is_not_given_back_by_the_countys_total() -> None:
    many = cell(9, 9, 9, 9, first=20)
    table = {("a", "x"): cell(5), ("a", "y"): cell(7), ("a", "z"): many}
    table |= {("b", way): cell(8, 8, 8, 8, first=40) for way in "xyz"}
    shut = hidden(table, RULE)
    assert {("a", "x"), ("a", "y")} <= shut
    # x and y of county a are one firm's: their sum must not follow from the county's total either
    assert ("a", "z") in shut or ("a", ALL) in shut


def test_a_zone_of_one_firm_publishes_nothing() -> None:
    assert hidden({("a", "x"): cell(5)}, RULE) == {("a", "x"), ("a", ALL), (ALL, "x"), (ALL, ALL)}
