"""Tables as cells and sums: one table, several linked by common cells, or several releases, all in one system.

A cell is known by what it says, not by its table: its codes by dimension, without the whole (`(("district", "360111"),)`).
So two tables that share a margin share the cell, and the attacker's sums are those of all tables at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from pilotzone.rooms.statistics.errors import refused

Key = tuple[tuple[str, str], ...]
Amounts = Mapping[str, float]
WHOLE: Key = ()
MARK = "~"  # of cells that are no cell of this release: former values, changes
_EXACT = 1e-6


@dataclass(frozen=True, slots=True)
class Dimension:
    """A classification: code → the code above it, "" for those directly below the whole."""

    name: str
    above: Mapping[str, str]

    def chain(self, code: str) -> list[str]:
        """The code and all above it, "" last; `statistics.table.code` or `.dimension` where there is none or a circle."""
        told = [code]
        while told[-1]:
            if told[-1] not in self.above:
                raise refused("statistics.table.code", dimension=self.name, value=told[-1])
            told.append(self.above[told[-1]])
            if len(told) > len(self.above) + 1:
                raise refused(
                    "statistics.table.dimension", dimension=self.name, why=f"{code}循环", why_en=f"a circle at {code}"
                )
        return told


@dataclass(frozen=True, slots=True)
class Record:
    """What one respondent did at one place: its codes by dimension, and an amount that is not negative."""

    codes: Mapping[str, str]
    unit: str
    amount: float


@dataclass(frozen=True, slots=True)
class Sum:
    """One cell is the sum of others."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass
class Cells:
    """Amounts by respondent of every cell, and the sums that bind them.

    `free`: cells that may be negative, with the least they can hold in truth (changes between releases). `told`: cells published
    before, which nothing can hide.
    """

    cells: dict[Key, dict[str, float]] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    free: dict[Key, float] = field(default_factory=dict)
    told: set[Key] = field(default_factory=set)

    def value(self, key: Key) -> float:
        """What the cell holds; a cell nobody contributed to holds 0."""
        return math.fsum(self.cells.get(key, {}).values())

    def floor(self, key: Key) -> float:
        """The least the cell can hold."""
        return self.free.get(key, 0.0)

    def least(self, key: Key, unit: str) -> float:
        """The least a cell can hold for who knows one respondent's part ("" knows none)."""
        own = self.cells.get(key, {}).get(unit, 0.0) if unit and key not in self.free else 0.0
        return max(self.floor(key), own) if own else self.floor(key)

    def alone(self) -> dict[str, set[Key]]:
        """The cells each respondent knows because nobody else is in them; only respondents with such a cell."""
        told: dict[str, set[Key]] = {}
        for cell, amounts in self.cells.items():
            there = [unit for unit, amount in amounts.items() if amount]
            if len(there) == 1:
                told.setdefault(there[0], set()).add(cell)
        return told

    def own(self) -> list[Key]:
        """The cells of this release."""
        return [cell for cell in self.cells if not (cell and cell[-1][0] == MARK)]

    def values(self) -> dict[Key, float]:
        """Every cell with what it holds."""
        return {key: self.value(key) for key in self.cells}


def tabulate(
    records: Iterable[Record], dimensions: Sequence[Dimension], tables: Sequence[Sequence[str]]
) -> Cells:  # fmt: skip
    """The cells of tables, each named by its dimensions, with all their totals and levels.

    Amounts of one respondent in one cell are added up; a sum below zero is refused `statistics.table.negative`.
    """
    by_name = {dimension.name: dimension for dimension in dimensions}
    told = Cells()
    rows = list(records)
    for table in tables:
        for name in table:
            if name not in by_name:
                raise refused("statistics.table.code", dimension=name, value="*")
        _fill(told, rows, [by_name[name] for name in table])
    for key, found in told.cells.items():
        for unit, amount in found.items():
            if not math.isfinite(amount):
                raise refused("statistics.number", what=shown(key))
            if amount < 0:
                raise refused("statistics.table.negative", unit=unit, cell=shown(key))
    return told


def key(codes: Mapping[str, str]) -> Key:
    """The key of a cell: its codes without the whole ("" or missing), by dimension."""
    return tuple(sorted((name, code) for name, code in codes.items() if code))


def shown(cell: Key) -> str:
    """A cell for a sentence."""
    return " ".join(f"{name}={code}" for name, code in cell) or "*"


def _fill(told: Cells, rows: Sequence[Record], dimensions: Sequence[Dimension]) -> None:
    fresh: dict[Key, dict[str, float]] = {}
    for row in rows:
        chains = []
        for dimension in dimensions:
            code = row.codes.get(dimension.name, "")
            if not code:
                raise refused("statistics.table.code", dimension=dimension.name, value="")
            chains.append([(dimension.name, one) for one in dimension.chain(code)])
        for place in product(*chains):
            found = fresh.setdefault(key(dict(place)), {})
            found[row.unit] = found.get(row.unit, 0.0) + row.amount
    for cell, amounts in fresh.items():
        told.cells.setdefault(cell, amounts)  # the same records give the same cell in every table
    known = {(one.whole, frozenset(one.parts)) for one in told.sums}
    for at, dimension in enumerate(dimensions):
        below: dict[str, list[str]] = {}
        for code, above in dimension.above.items():
            below.setdefault(above, []).append(code)
        others = [d for i, d in enumerate(dimensions) if i != at]
        places = {tuple(part for part in cell if part[0] != dimension.name) for cell in fresh}
        assert all(part[0] in {d.name for d in others} for place in places for part in place)
        for place in sorted(places):
            for above, codes in sorted(below.items()):
                whole = key(dict([*place, (dimension.name, above)]))
                if whole not in fresh:
                    continue
                parts = tuple(c for code in codes if (c := key(dict([*place, (dimension.name, code)]))) in fresh)
                if (whole, frozenset(parts)) not in known:
                    known.add((whole, frozenset(parts)))
                    told.sums.append(Sum(whole, parts))


def check(found: Cells) -> None:
    """`statistics.table.parts` where a cell is not the sum of its parts."""
    values = found.values()
    for one in found.sums:
        whole = math.fsum(values.get(part, 0.0) for part in one.parts)
        if abs(whole - values.get(one.whole, 0.0)) > _EXACT * max(1.0, abs(whole)):
            raise refused("statistics.table.parts", cell=shown(one.whole))
