"""Which cells to hide so that the attacker stays far enough from every sensitive one.

Algorithm `disclosure.v2` (docs/algorithms/statistics_disclosure.md): for each sensitive cell the cheapest way in which the whole system
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

ALGORITHM = "disclosure.v2"
VALUE, COUNT = "value", "count"
_SLACK, _MOVED, _CANCELLED = 1 + 1e-6, 1e-9, 1e-9
Target = tuple[Key, int, str]  # a sensitive cell, up or down, and the respondent it is kept from: "" is the public


@dataclass(frozen=True)
class Protected:
    """What to hide: `primary` with the rules each breaks, `secondary` only to protect them; and what is lost by it.

    `exposed`: (cell, respondent) where one respondent, knowing his own cells, could still bound another's; only what was published
    before can leave such.
    """

    primary: dict[Key, tuple[str, ...]]
    secondary: frozenset[Key]
    cells: int
    hidden_value: float
    shown_value: float
    exposed: tuple[tuple[Key, str], ...] = ()
    algorithm: str = ALGORITHM

    @property
    def hidden(self) -> frozenset[Key]:
        """All of them."""
        return self.secondary | self.primary.keys()


def protect(
    found: Cells, rules: Rules, *, also: Iterable[Key] = (), cost: str = VALUE, tidy: bool = True, insiders: bool = True
) -> Protected:  # fmt: skip
    """The cells to hide; cells of `also` are hidden in any case. `cost`: what is kept as far as can be, value or number of cells.

    `insiders`: also from each respondent who is alone in a cell and knows it.

    The number of secondary cells is small, not the least possible (that problem is NP-hard). `statistics.table.told` where
    cells published before leave no way.
    """
    check(found)
    work = _Work(found, rules, cost, found.alone() if insiders else {})
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
    if tidy:
        work.tidy(kept)
    secondary = frozenset(work.hidden - work.primary.keys())
    own = found.own()
    return Protected(
        work.primary, secondary, len(own),
        math.fsum(found.value(cell) for cell in own if cell in work.hidden),
        math.fsum(found.value(cell) for cell in own if cell not in work.hidden),
        tuple(sorted(work.exposed)),
    )  # fmt: skip


class _Work:
    """The system of one call, and what is hidden so far."""

    def __init__(self, found: Cells, rules: Rules, cost: str, alone: dict[str, set[Key]]) -> None:
        self.found, self.rules, self.alone = found, rules, alone
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
        for unit in ("", *sorted(self.alone)):
            if unit and (cell in self.alone[unit] or (cell, unit) in self.exposed):
                continue
            for sign in (1, -1):
                if (cell, sign, unit) not in self.ways:
                    self._open(cell, sign, unit)

    def _open(self, cell: Key, sign: int, unit: str) -> None:
        known = self.alone.get(unit, set())
        for other in ("", *self.alone) if unit else ():  # one way serves all whose cells it does not move
            served = self.ways.get((cell, sign, other))
            far_enough = self._far(cell, sign, other) >= self._far(cell, sign, unit)
            if served is not None and far_enough and not served & known:
                self.ways[cell, sign, unit] = served
                return
        way = self._way((cell, sign, unit), barred=self.fixed | known)
        if way is None:
            if not unit:
                raise refused("statistics.table.told", cells=shown(cell))
            self.exposed.add((cell, unit))
            return
        moved = frozenset(way)
        self.hide(moved)
        self.ways[cell, sign, unit] = moved
        for beside, amount in way.items():  # the same way serves whatever it moves far enough
            turn = 1 if amount > 0 else -1
            if beside in self.reach and abs(amount) >= self._far(beside, turn, "") * (1 - 1e-9):
                self.ways.setdefault((beside, turn, ""), moved)

    def _far(self, cell: Key, sign: int, unit: str) -> float:
        """How far a sensitive cell must move: its reach, downward no further than it can; an insider knows his own part of it."""
        far = self.reach[cell] * _SLACK
        return far if sign > 0 else min(far, float(self.values[self.at[cell]]) - self.found.least(cell, unit))

    def _way(self, target: Target, *, barred: set[Key]) -> dict[Key, float] | None:
        """What moves, and how far, when the cell moves by its reach up or down, at the least price; None where it cannot.

        Amounts in units of the reach, so that the smallest secret is as exact as the largest.
        """
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

    def tidy(self, kept: frozenset[Key]) -> None:
        """Show again what no way needs or what other hidden cells can stand in for, the dearest first."""
        for cell in sorted(
            self.hidden - self.primary.keys() - kept, key=lambda cell: (-self.price[self.at[cell]], cell)
        ):
            rest = self.hidden - {cell}
            if any(
                cell in (*one.parts, one.whole) and self._tells(one.whole, one.parts, rest) for one in self.found.sums
            ):
                continue
            barred = self.fixed | (set(self.keys) - rest)
            fresh: dict[Target, frozenset[Key]] = {}
            for target, way in self.ways.items():
                if cell in way:
                    other = self._way(target, barred=barred | self.alone.get(target[2], set()))
                    if other is None:
                        break
                    fresh[target] = frozenset(other)
            else:
                self.hidden.discard(cell)
                self.ways |= fresh

    def _tells(self, whole: Key, parts: tuple[Key, ...], hidden: set[Key]) -> bool:
        shut = [part for part in parts if part in hidden]
        return bool(shut) and whole not in hidden and bool(self.rules.broken(joined(self.found, shut)))


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
