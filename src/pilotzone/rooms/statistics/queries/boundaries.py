"""Sums by district on the boundaries of their own day or of another; the sum over all districts is the same on each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from pilotzone.kernel.access.models import Unit
from pilotzone.rooms.statistics.engine.boundaries import Fact, Move, on_boundaries
from pilotzone.rooms.statistics.queries.definitions import boundary_moves

Amount = tuple[date, str, Decimal | None]  # the day it was counted on, the unit's path, yuan or None where hidden


def stretches(first: date, last: date) -> list[tuple[date, date]]:
    """The time from `first` to `last` in pieces within which no district changed."""
    starts = sorted({first, *(move.on for move in boundary_moves() if first < move.on <= last)})
    ends = [date.fromordinal(start.toordinal() - 1) for start in starts[1:]] + [last]
    return list(zip(starts, ends, strict=True))


def carried_over(amounts: Iterable[Amount], *, of: date | None) -> tuple[dict[str, Decimal | None], Decimal]:
    """Path → sum on the boundaries of the day `of` (None: of each amount's own day), and how much may belong elsewhere.

    A district is hidden (None) where anything that came to it is hidden.
    """
    codes = dict(Unit.objects.values_list("path", "code"))
    paths = {code: path for path, code in codes.items()}
    told: dict[str, Decimal | None] = {}
    unsure = Decimal(0)
    for day, path, amount in amounts:
        fact = Fact(day, codes.get(path, path), amount or Decimal(0))
        ((code, figure),) = on_boundaries([fact], boundary_moves(), of=of or day).items()
        place = paths.get(code, code)
        before = told.get(place, Decimal(0))
        told[place] = None if amount is None or before is None else before + figure.amount
        unsure += figure.unsure
    return told, unsure


def moved_within(first: date, last: date) -> Sequence[Move]:
    """The changes after which something counted from `first` on stands in another district, up to the day `last`."""
    return [move for move in boundary_moves() if first < move.on <= last]
