"""Sums of every side by currency; what is left between two sides is explained to the cent, or the run says it is not."""

from __future__ import annotations

from dataclasses import dataclass, field

from pilotzone.rooms.tracking.engine.reconcile.records import Residual


@dataclass(slots=True)
class Sum:
    """A pair of sides in one currency, in fen. `waiting`: not due yet; `lawful`: reported or documented."""

    left: int = 0
    right: int = 0
    residual: int = 0
    tolerated: int = 0
    waiting: int = 0
    lawful: int = 0

    @property
    def difference(self) -> int:
        """What the first side tells above the second."""
        return self.left - self.right

    @property
    def unexplained(self) -> int:
        """What no residual, tolerance, open term or report explains: always nothing, or the run is in error."""
        return self.difference - self.residual - self.tolerated - self.waiting - self.lawful


@dataclass(slots=True)
class Totals:
    """Sums by pair and currency; how many rows of each side were read; how many lists agree on every side."""

    sums: dict[tuple[str, str], Sum] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    matched: int = 0

    def of(self, pair: str, currency: str) -> Sum:
        """The sum to add to."""
        found = self.sums.get((pair, currency))
        if found is None:
            found = self.sums[pair, currency] = Sum()
        return found

    def count(self, side: str, n: int) -> None:
        """So many more rows of a side."""
        if n:
            self.rows[side] = self.rows.get(side, 0) + n

    def book(self, found: Residual) -> None:
        """A residual's money, leg by leg."""
        self.kinds[found.kind] = self.kinds.get(found.kind, 0) + 1
        for leg in found.legs:
            self.of(leg.pair, leg.currency).residual += leg.fen

    def add(self, other: Totals) -> None:
        """The totals of another part of the same ledgers."""
        for key, one in other.sums.items():
            mine = self.of(*key)
            for name in one.__slots__:
                setattr(mine, name, getattr(mine, name) + getattr(one, name))
        for side, n in other.rows.items():
            self.count(side, n)
        for kind, n in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + n
        self.matched += other.matched

    def violated(self) -> list[tuple[str, str, int]]:
        """Pairs and currencies whose difference is not explained, and by how much."""
        return [(*key, one.unexplained) for key, one in sorted(self.sums.items()) if one.unexplained]
