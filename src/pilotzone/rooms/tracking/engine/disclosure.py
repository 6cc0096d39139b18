"""Which cells of a table of units by ways stay unpublished, so that nobody reads one firm's business out of it.

Primary: a cell with fewer firms than the rule asks, or in which its largest firms hold more of a measure than
the rule's share. Complementary: more cells are hidden until no hidden cell can be computed from the published ones and the
totals. Algorithm `disclosure.v1`, docs/algorithms/disclosure.md.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ALL = "*"
Place = tuple[str, str]
Firms = Mapping[int, Sequence[Decimal]]
ALGORITHM = "disclosure.v1"
# a complement smaller than what it protects leaves too narrow a range; the grand total is known from elsewhere
_NARROW, _GRAND = Decimal(10) ** 12, Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Rule:
    """`firms`: the fewest firms of a cell that may be shown; `shares`: (n, what the n largest may hold of a measure)."""

    firms: int
    shares: tuple[tuple[int, Decimal], ...]

    def sensitive(self, found: Firms) -> bool:
        """Whether a cell of these firms must not be shown. An empty cell is no secret."""
        if not found:
            return False
        return len(found) < self.firms or any(map(self._dominated, zip(*found.values(), strict=True)))

    def _dominated(self, measure: Sequence[Decimal]) -> bool:
        total, ranked = sum(measure, Decimal(0)), sorted(measure, reverse=True)
        return any(sum(ranked[:n], Decimal(0)) > share * total for n, share in self.shares)


def hidden(cells: Mapping[Place, Firms], rule: Rule) -> frozenset[Place]:
    """The places to hide, among the cells (row, column), the row totals (row, ALL), (ALL, column) and (ALL, ALL).

    `cells` gives per firm the amounts of every measure, all of them not negative. Only cells that hold something are
    ever hidden.
    """
    table = _with_totals(cells)
    closed = {place for place, found in table.items() if rule.sensitive(found)}
    while True:
        more = _too_telling_line(table, closed, rule) or _open_to_sums(table, closed)
        if not more:
            return frozenset(closed)
        closed |= more


def merged(parts: Iterable[Firms]) -> dict[int, tuple[Decimal, ...]]:
    """Several cells as one: the amounts of each firm added up."""
    sums: dict[int, tuple[Decimal, ...]] = {}
    for part in parts:
        for firm, amounts in part.items():
            before = sums.get(firm)
            sums[firm] = (
                tuple(amounts) if before is None else tuple(a + b for a, b in zip(before, amounts, strict=True))
            )
    return sums


def _with_totals(cells: Mapping[Place, Firms]) -> dict[Place, Firms]:
    parts: dict[Place, list[Firms]] = {}
    for (row, column), found in cells.items():
        if found:
            for place in ((row, column), (row, ALL), (ALL, column), (ALL, ALL)):
                parts.setdefault(place, []).append(found)
    return {place: merged(found) for place, found in parts.items()}


def _lines(table: Mapping[Place, Firms]) -> Iterator[tuple[Place, list[Place]]]:
    """Every line as (the place of its total, the places that add up to it)."""
    for row in sorted({place[0] for place in table}):
        yield (row, ALL), sorted(place for place in table if place[0] == row and place[1] != ALL)
    for column in sorted({place[1] for place in table}):
        yield (ALL, column), sorted(place for place in table if place[1] == column and place[0] != ALL)


def _too_telling_line(table: Mapping[Place, Firms], closed: set[Place], rule: Rule) -> set[Place]:
    """Total minus what is shown gives the hidden ones together: they too must pass the rule, else one more is hidden."""
    for total, places in _lines(table):
        shut = [place for place in places if place in closed]
        if not shut or total in closed or not rule.sensitive(merged(table[place] for place in shut)):
            continue
        open_ = [place for place in places if place not in closed]
        return {min(open_, key=lambda place: (_size(table[place]), place)) if open_ else total}
    return set()


def _open_to_sums(table: Mapping[Place, Firms], closed: set[Place]) -> set[Place]:
    """What must be hidden beside a place that the sums alone give away; empty when there is none.

    With rows and columns as points and hidden places as edges between them, a value is free to move exactly when its
    edge lies on a circle.
    """
    for place in sorted(closed):
        found = _way_round(table, closed, place)
        if found - closed:
            return found - closed
    return set()


def _way_round(table: Mapping[Place, Firms], closed: set[Place], place: Place) -> set[Place]:
    """The cheapest circle through a place: hidden ones cost nothing, shown ones what they would have told."""
    edges: dict[str, list[tuple[str, Place]]] = {}
    for other in table:
        if other != place:
            edges.setdefault(f"r{other[0]}", []).append((f"c{other[1]}", other))
            edges.setdefault(f"c{other[1]}", []).append((f"r{other[0]}", other))
    least = _size(table[place])
    start, goal = f"r{place[0]}", f"c{place[1]}"
    queue: list[tuple[Decimal, str, tuple[Place, ...]]] = [(Decimal(0), start, ())]
    done: set[str] = set()
    while queue:
        cost, point, path = heapq.heappop(queue)
        if point == goal:
            return set(path)
        if point in done:
            continue
        done.add(point)
        for beyond, other in edges.get(point, ()):
            if beyond not in done:
                price = Decimal(0) if other in closed else _price(table, other, least)
                heapq.heappush(queue, (cost + price, beyond, (*path, other)))
    raise AssertionError("a table of sums has a circle through every place")


def _price(table: Mapping[Place, Firms], place: Place, least: Decimal) -> Decimal:
    size = _size(table[place])
    grand = _GRAND if place == (ALL, ALL) else Decimal(0)
    return 1 + size + grand + (_NARROW if size < least else Decimal(0))


def _size(found: Firms) -> Decimal:
    """How much a cell holds of its first measure."""
    return sum((amounts[0] for amounts in found.values()), Decimal(0))
