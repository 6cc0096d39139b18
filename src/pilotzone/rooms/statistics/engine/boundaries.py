"""Districts that moved: a figure on the boundaries of any day, old or new.

Algorithm `boundaries.v1` (docs/algorithms/statistics_boundaries.md). What is known of a change is data (data/statistics/boundaries.yaml).
A whole district that merged is carried over exactly. A part that moved is known by its streets: facts that name one are carried
exactly, the others stay where they were recorded and the figure says how much that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "boundaries.v1"
_FIELDS = {"day", "from", "to", "streets", "held", "document", "tag"}


@dataclass(frozen=True, slots=True)
class Move:
    """From a day on the land of `source` (all of it, or the named streets) belongs to `target`.

    `held`: the streets a district had that ended, where they are known; by them later facts are carried back.
    """

    on: date
    source: str
    target: str
    streets: frozenset[str]
    held: frozenset[str]
    document: str
    tag: str

    @property
    def whole(self) -> bool:
        """Whether the district ended with it."""
        return not self.streets


@dataclass(frozen=True, slots=True)
class Fact:
    """An amount recorded on a day in the district it then was, with the street where it is known."""

    on: date
    unit: str
    amount: Decimal
    street: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a district holds on the boundaries of a day; `unsure` is the part of it that may belong to another."""

    amount: Decimal
    unsure: Decimal


def moves(content: Mapping[str, Any]) -> tuple[Move, ...]:
    """The changes of the data file in their order; `statistics.boundary.file` where it is not in order."""
    told = []
    for row in content["moves"]:
        if not isinstance(row, dict) or not {"day", "from", "to", "document", "tag"} <= set(row) <= _FIELDS:
            raise refused("statistics.boundary.file", what=str(row)[:80])
        if type(row["day"]) is not date or row["from"] == row["to"] or row["tag"] not in ("A", "B", "C", "P"):
            raise refused("statistics.boundary.file", what=str(row)[:80])
        streets, held = frozenset(row.get("streets", ())), frozenset(row.get("held", ()))
        told.append(Move(row["day"], row["from"], row["to"], streets, held, row["document"], row["tag"]))
    told.sort(key=lambda move: (move.on, not move.streets, move.source))
    ended: dict[str, date] = {}
    for move in told:
        if move.source in ended and move.on >= ended[move.source]:
            raise refused("statistics.boundary.file", what=f"{move.source} {move.on}")
        if move.whole:
            ended[move.source] = move.on
    return tuple(told)


def on_boundaries(facts: Iterable[Fact], changes: Iterable[Move], *, of: date) -> dict[str, Figure]:
    """Every district's figure on the boundaries of the day `of`: facts before it are carried forward, facts after it back.

    The sum over all districts never changes.
    """
    ordered = tuple(changes)
    sums: dict[str, list[Decimal]] = {}
    for fact in facts:
        if not fact.amount.is_finite():
            raise refused("statistics.number", what=fact.unit)
        unit, unsure = _forward(fact.unit, fact, ordered, max(fact.on, of))
        if of < fact.on:
            unit, more = _back(unit, fact, ordered, of)
            unsure = unsure or more
        found = sums.setdefault(unit, [Decimal(0), Decimal(0)])
        found[0] += fact.amount
        found[1] += fact.amount if unsure else Decimal(0)
    return {unit: Figure(amount, unsure) for unit, (amount, unsure) in sums.items()}


def _forward(unit: str, fact: Fact, changes: tuple[Move, ...], of: date) -> tuple[str, bool]:
    """A district that ended, and a street that is known, are carried whenever the fact was recorded."""
    unsure, moved_on = False, None
    for move in changes:
        if move.on > of or move.source != unit or move.on == moved_on:
            continue  # what came by a change is not moved on by another of the same day
        if move.whole or fact.street in move.streets:
            unit, moved_on = move.target, move.on
        elif not fact.street and fact.on < move.on:
            unsure = True
    return unit, unsure


def _back(unit: str, fact: Fact, changes: tuple[Move, ...], of: date) -> tuple[str, bool]:
    unsure, moved_on = False, None
    for move in reversed(changes):
        if not of < move.on <= fact.on or move.target != unit or move.on == moved_on:
            continue
        if fact.street and fact.street in move.streets | move.held:
            unit, moved_on, unsure = move.source, move.on, False
        elif not fact.street or (move.whole and not move.held):
            unsure = True
    return unit, unsure
