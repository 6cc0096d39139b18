"""The attacker: from what is published and from how the sums go together, the least and most each hidden cell can be.

He knows every published value, every sum, that amounts are not negative, and nothing of the respondents. Linear programmes by HiGHS.
Knows nothing of how cells are protected: proofs are made with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix

from pilotzone.rooms.statistics.engine.disclosure.cells import Key, Sum
from pilotzone.rooms.statistics.engine.disclosure.programme import SOLVED, Vector, least
from pilotzone.rooms.statistics.errors import refused

Range = tuple[float, float]
_FAR = 1e6  # times the largest published value


class Attacker:
    """One system of published values and sums; asked cell by cell."""

    def __init__(
        self, published: Mapping[Key, float], hidden: Iterable[Key], sums: Sequence[Sum],
        free: frozenset[Key] = frozenset(),
    ) -> None:  # fmt: skip
        self.published = dict(published)
        self.hidden = sorted(set(hidden))
        self._at = {cell: i for i, cell in enumerate(self.hidden)}
        self._scale = max((abs(value) for value in self.published.values()), default=1.0) or 1.0
        rows: list[int] = []
        columns: list[int] = []
        entries: list[float] = []
        right: list[float] = []
        for one in sums:
            unknown = [(self._at[part], 1.0) for part in one.parts if part in self._at]
            unknown += [(self._at[one.whole], -1.0)] if one.whole in self._at else []
            if not unknown:
                continue
            known = self.published.get(one.whole, 0.0) if one.whole not in self._at else 0.0
            known -= math.fsum(self.published.get(part, 0.0) for part in one.parts if part not in self._at)
            rows += [len(right)] * len(unknown)
            columns += [at for at, _ in unknown]
            entries += [sign for _, sign in unknown]
            right.append(known / self._scale)
        self._right = np.array(right)
        shape = (len(right), len(self.hidden))
        self._sums: Any = coo_matrix((entries, (rows, columns)), shape=shape).tocsc() if right else None
        self._free = np.array([cell in free for cell in self.hidden], dtype=bool)

    def range(self, cell: Key) -> Range:
        """The least and the most the cell can hold; the same twice where it is published."""
        if cell not in self._at:
            value = self.published.get(cell, 0.0)
            return value, value
        return self._extreme(self._at[cell], 1.0), self._extreme(self._at[cell], -1.0)

    def _extreme(self, at: int, sign: float) -> float:
        cost = np.zeros(len(self.hidden))
        cost[at] = sign
        found = self._solved(cost, math.inf)
        if found is None:  # without bound, or the solver is not sure: with a bound it must be
            found = self._solved(cost, _FAR)
            if found is None:
                raise refused("statistics.table.unsolved", why="no solution within bounds")
            if abs(found) > 0.9 * _FAR:
                return -math.inf if sign > 0 else math.inf
        return found * sign * self._scale

    def _solved(self, cost: Vector, far: float) -> float | None:
        low = np.where(self._free, -far, 0.0)
        status, _, found = least(cost, self._sums, self._right, low, np.full(len(low), far))
        return found if status == SOLVED else None
