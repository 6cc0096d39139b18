"""Which cells to hide so that the attacker stays far enough from every sensitive one.

Algorithm `disclosure.v3` (docs/algorithms/statistics_disclosure.md): for each sensitive cell the cheapest way in which the whole system
of sums could hold a value that is higher by its reach, and lower by it, is found by a linear programme; whatever such a way moves
is hidden. These ways stay open whatever else is hidden, so the proof of each cell is kept with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, hstack

from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Key, check, shown
from pilotzone.rooms.statistics.engine.disclosure.programme import INFEASIBLE, SOLVED, least
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "disclosure.v3"
VALUE, COUNT = "value", "count"
MOST, MOST_TIDY = 20_000, 1_000  # linear programmes of one call, and of its tidying
_SLACK, _MOVED, _CANCELLED = 1 + 1e-6, 1e-9, 1e-9
Shared = dict[
    tuple[Key, int], list[tuple[float, frozenset[Key]]]
]  # how far each known way of a cell, up or down, moves it
Target = tuple[Key, int, str]  # a sensitive cell, up or down, and the respondent it is kept from: "" is the public


@dataclass(frozen=True)
class Protected:
    """What to hide: `primary` with the rules each breaks, `secondary` only to protect them; and what is lost by it.

    `exposed`: (cell, respondent) where one respondent, knowing his own cells, could still bound another's; only what was published
    before can leave such. `programmes`: how many linear programmes it took; `tidied` is False where tidying ended at its bound
    (safe, but more is hidden than need be).
    """

    primary: dict[Key, tuple[str, ...]]
    secondary: frozenset[Key]
    cells: int
    hidden_value: float
    shown_value: float
    exposed: tuple[tuple[Key, str], ...] = ()
    programmes: int = 0
    tidied: bool = True
    algorithm: str = ALGORITHM

    @property
    def hidden(self) -> frozenset[Key]:
        """All of them."""
        return self.secondary | self.primary.keys()


def protect(
    found: Cells, rules: Rules, *, also: Iterable[Key] = (), cost: str = VALUE, tidy: bool = True, insiders: bool = True,
    most: int = MOST, most_tidy: int = MOST_TIDY,
) -> Protected:  # fmt: skip
    """The cells to hide; cells of `also` are hidden in any case. `cost`: what is kept as far as can be, value or number of cells.

    `insiders`: also from each respondent who is alone in a cell and knows it.

    The number of secondary cells is small, not the least possible (that problem is NP-hard). `statistics.table.told` where
    cells published before leave no way; `statistics.table.long` where it would take more than `most` linear programmes.
    Bounds are counted, not timed: the same tables hide the same cells on any machine.
    """
    check(found)
    work = _Work(found, rules, cost, found.alone() if insiders else {}, most)
    kept = frozenset(cell for cell in also if found.value(cell) or cell in found.free)
    work.hide(kept)
    work.hide(work.primary)
    while True:
        before = len(work.hidden)
        work.lines()
        for cell in sorted(work.needs, key=lambda cell: (-work.reach[cell], cell)):
            work.open_ways(cell)
        if len(work.hidden) == before:
            break
    tidied = work.tidy(kept, most_tidy) if tidy else False
    secondary = frozenset(work.hidden - work.primary.keys())
    own = found.own()
    return Protected(
        work.primary, secondary, len(own),
        math.fsum(found.value(cell) for cell in own if cell in work.hidden),
        math.fsum(found.value(cell) for cell in own if cell not in work.hidden),
        tuple(sorted(work.exposed)), work.programmes, tidied,
    )  # fmt: skip


class _Work:
    """The system of one call, and what is hidden so far."""

    def __init__(self, found: Cells, rules: Rules, cost: str, alone: dict[str, set[Key]], most: int) -> None:
        self.found, self.rules, self.alone, self.most = found, rules, alone, most
        self.programmes = 0
        # whoever knows most first: a way round all his cells serves many who know less
        self.order = ["", *sorted(alone, key=lambda unit: (-len(alone[unit]), unit))]
        self.shared: Shared = {}
        self.exposed: set[tuple[Key, str]] = set()
        sole = {cell for cells in alone.values() for cell in cells}
        self.keys = sorted(found.cells)
        self.at = {cell: i for i, cell in enumerate(self.keys)}
        self.values = np.array([found.value(cell) for cell in self.keys])
        self.fixed = {
            cell for cell in self.keys if cell in found.told or (not found.value(cell) and cell not in found.free)
        }
        self.primary = {
            cell: broken for cell, amounts in found.cells.items() if (broken := rules.broken(_sizes(amounts)))
        }
        told = [cell for cell in self.primary if cell in found.told]
        if told:
            raise refused("statistics.table.told", cells="; ".join(map(shown, sorted(told))))
        self.reach = {cell: rules.reach(_sizes(found.cells[cell])) for cell in self.primary}
        self.needs = list(self.primary)
        self.hidden: set[Key] = set()
        self.ways: dict[Target, frozenset[Key]] = {}
        rows = [
            (row, self.at[cell], sign)
            for row, one in enumerate(found.sums)
            for cell, sign in [*((part, 1.0) for part in one.parts), (one.whole, -1.0)]
        ]
        shape = (len(found.sums), len(self.keys))
        sums = coo_matrix(([s for *_, s in rows], ([r for r, *_ in rows], [c for _, c, _ in rows])), shape=shape)
        self.sums: Any = hstack([sums, -sums]).tocsc()
        self.zero = np.zeros(len(found.sums))
        self.open_below = np.array([cell in found.free for cell in self.keys], dtype=bool)
        # hidden cells cost nothing, those somebody knows next to nothing: a way round them serves more insiders
        self.known = np.array([1e-5 * (cell in sole) for cell in self.keys])
        self.price = 1.0 + (np.abs(self.values) if cost == VALUE else np.zeros(len(self.keys)))

    def hide(self, cells: Iterable[Key]) -> None:
        self.hidden |= set(cells) - self.found.told

    def open_ways(self, cell: Key) -> None:
        """Both ways of a sensitive cell, for the public and for each insider, hiding what they move."""
        for unit in self.order:
            if unit and (cell in self.alone[unit] or (cell, unit) in self.exposed):
                continue
            for sign in (1, -1):
                if (cell, sign, unit) not in self.ways:
                    self._open(cell, sign, unit)

    def _open(self, cell: Key, sign: int, unit: str) -> None:
        known, far = self.alone.get(unit, set()), self._far(cell, sign, unit)
        served = _serving(self.shared.get((cell, sign), ()), far, known)
        if served is not None:
            self.ways[cell, sign, unit] = served
            return
        if self.programmes >= self.most:
            raise refused("statistics.table.long", most=self.most)
        way = self._way((cell, sign, unit), barred=self.fixed | known)
        if way is None:
            if not unit:
                raise refused("statistics.table.told", cells=shown(cell))
            self.exposed.add((cell, unit))
            return
        moved = frozenset(way)
        self.hide(moved)
        self.ways[cell, sign, unit] = moved
        self.shared.setdefault((cell, sign), []).append((far, moved))
        for beside, amount in way.items():  # the same way serves whatever it moves far enough
            turn = 1 if amount > 0 else -1
            if beside in self.reach and beside != cell and abs(amount) >= self._far(beside, turn, "") * (1 - 1e-9):
                self.ways.setdefault((beside, turn, ""), moved)
                self.shared.setdefault((beside, turn), []).append((self._far(beside, turn, ""), moved))

    def _far(self, cell: Key, sign: int, unit: str) -> float:
        """How far a sensitive cell must move: its reach, downward no further than it can; an insider knows his own part of it."""
        far = self.reach[cell] * _SLACK
        return far if sign > 0 else min(far, float(self.values[self.at[cell]]) - self.found.least(cell, unit))

    def _way(self, target: Target, *, barred: set[Key]) -> dict[Key, float] | None:
        """What moves, and how far, when the cell moves by its reach up or down, at the least price; None where it cannot.

        Amounts in units of the reach, so that the smallest secret is as exact as the largest.
        """
        self.programmes += 1
        cell, sign, insider = target
        n, at = len(self.keys), self.at[cell]
        unit = self.reach[cell]
        far = self._far(cell, sign, insider) / unit
        up = np.full(n, np.inf)
        down = np.where(self.open_below, np.inf, self.values / unit)
        shut = [self.at[key] for key in barred]
        up[shut] = down[shut] = 0.0
        low = np.zeros(2 * n)
        up[at], down[at] = (far, 0.0) if sign > 0 else (0.0, far)
        low[at if sign > 0 else n + at] = far
        covered = np.array([key in self.hidden for key in self.keys], dtype=bool)
        price = np.where(covered, self.known, self.price / self.price.max() + 1e-3)
        status, moves, _ = least(np.concatenate([price, price]), self.sums, self.zero, low, np.concatenate([up, down]))
        if status == INFEASIBLE:
            return None
        if status != SOLVED:
            raise refused("statistics.table.unsolved", why=f"HiGHS {status}")
        moved = moves[:n] - moves[n:]
        return {self.keys[i]: float(moved[i]) * unit for i in np.nonzero(np.abs(moved) > _MOVED)[0]}

    def lines(self) -> None:
        """A total minus what is shown gives the hidden cells of a line together: they must pass the rules as one cell.

        So one respondent in two cells does not come back as their sum, nor can one subtract itself and read its neighbour.
        """
        again = True
        while again:
            again = False
            for one in self.found.sums:
                more = self._too_telling(one.whole, one.parts)
                if more is not None:
                    self.hidden.add(more)
                    again = True

    def _too_telling(self, whole: Key, parts: tuple[Key, ...]) -> Key | None:
        shut = [part for part in parts if part in self.hidden]
        if not shut or whole in self.hidden or not self.rules.broken(joined(self.found, shut)):
            return None
        open_ = [part for part in parts if part not in self.hidden and part not in self.fixed]
        if open_:
            return min(open_, key=lambda part: (self.price[self.at[part]], part))
        if whole in self.fixed:
            raise refused("statistics.table.told", cells="; ".join(map(shown, shut)))
        return whole

    def tidy(self, kept: frozenset[Key], most: int) -> bool:
        """Show again what no way needs or what other hidden cells can stand in for, the dearest first; False where it ended at
        its bound."""
        until = self.programmes + most
        for cell in sorted(
            self.hidden - self.primary.keys() - kept, key=lambda cell: (-self.price[self.at[cell]], cell)
        ):
            if self.programmes >= until:
                return False
            rest = self.hidden - {cell}
            if any(
                cell in (*one.parts, one.whole) and self._tells(one.whole, one.parts, rest) for one in self.found.sums
            ):
                continue
            fresh = self._round(cell, self.fixed | (set(self.keys) - rest))
            if fresh is None:
                continue
            self.hidden.discard(cell)
            self.ways |= fresh
            self.shared = {key: [one for one in ways if cell not in one[1]] for key, ways in self.shared.items()}
            for (key, sign, unit), way in fresh.items():
                self.shared.setdefault((key, sign), []).append((self._far(key, sign, unit), way))
        return True

    def _round(self, cell: Key, barred: set[Key]) -> dict[Target, frozenset[Key]] | None:
        """For every target whose way moves a cell, a way that does not and moves hidden cells only; None where one has none."""
        fresh: dict[Target, frozenset[Key]] = {}
        found: Shared = {}
        for target, way in self.ways.items():
            if cell not in way:
                continue
            key, known, far = target[:2], self.alone.get(target[2], set()), self._far(*target)
            there = (one for one in (*found.get(key, ()), *self.shared.get(key, ())) if cell not in one[1])
            other = _serving(there, far, known)
            if other is None:
                moves = self._way(target, barred=barred | known)
                if moves is None:
                    return None
                other = frozenset(moves)
                found.setdefault(key, []).append((far, other))
            fresh[target] = other
        return fresh

    def _tells(self, whole: Key, parts: tuple[Key, ...], hidden: set[Key]) -> bool:
        shut = [part for part in parts if part in hidden]
        return bool(shut) and whole not in hidden and bool(self.rules.broken(joined(self.found, shut)))


def _serving(ways: Iterable[tuple[float, frozenset[Key]]], far: float, known: set[Key]) -> frozenset[Key] | None:
    """The first way that moves its cell far enough and none of the cells somebody knows."""
    return next((way for reach, way in ways if reach >= far and not way & known), None)


def joined(found: Cells, cells: Iterable[Key]) -> dict[str, float]:
    """Several cells as one: the amounts of each respondent added up. A former value with its change is the value now."""
    told: dict[str, float] = {}
    size: dict[str, float] = {}
    for cell in cells:
        for unit, amount in found.cells[cell].items():
            told[unit] = told.get(unit, 0.0) + amount
            size[unit] = max(size.get(unit, 0.0), abs(amount))
    return {unit: abs(amount) for unit, amount in told.items() if abs(amount) > _CANCELLED * size[unit]}


def _sizes(amounts: dict[str, float]) -> dict[str, float]:
    return {unit: abs(amount) for unit, amount in amounts.items()}
