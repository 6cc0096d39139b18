"""Sums by district on the boundaries of their own day or of another; the sum over all districts is the same on each.

`places` is the one mapping; explorer, bulletin, API and the counties' summaries all ask it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pilotzone.kernel.access.models import Unit
from pilotzone.rooms.statistics.engine.boundaries import Fact, Move, on_boundaries
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.queries.definitions import boundary_moves
from pilotzone.rooms.statistics.queries.releases import Told

Amount = tuple[date, str, Decimal | None]  # the day it was counted on, the unit's path, yuan or None where hidden
THEN, NOW = "then", "now"
BOUNDARIES = (THEN, NOW)


def boundary_day(choice: str, today: date) -> date | None:
    """The day whose boundaries are meant: None for those of each figure's own day (`then`), for `now` the last change up to today.

    Refused `statistics.boundary.choice`.
    """
    if choice not in BOUNDARIES:
        raise refused("statistics.boundary.choice", what=choice[:20])
    return None if choice == THEN else max((move.on for move in boundary_moves() if move.on <= today), default=today)


def places(counted: Iterable[tuple[date, str]], *, of: date | None) -> Mapping[tuple[date, str], tuple[str, bool]]:
    """(day, path) → the path it stands at on the boundaries of `of` (None: of its own day), and whether part of it may belong elsewhere."""
    codes = dict(Unit.objects.values_list("path", "code"))
    paths = {code: path for path, code in codes.items()}
    told = {}
    for day, path in set(counted):
        fact = Fact(day, codes.get(path, path), Decimal(1))
        ((code, figure),) = on_boundaries([fact], boundary_moves(), of=of or day).items()
        told[day, path] = paths.get(code, code), bool(figure.unsure)
    return told


def carried_over(amounts: Iterable[Amount], *, of: date | None) -> tuple[dict[str, Decimal | None], Decimal]:
    """Path → sum on the boundaries of the day `of` (None: of each amount's own day), and how much may belong elsewhere.

    A district is hidden (None) where anything that came to it is hidden.
    """
    rows = list(amounts)
    found = places(((day, path) for day, path, _amount in rows), of=of)
    told: dict[str, Decimal | None] = {}
    unsure = Decimal(0)
    for day, path, amount in rows:
        place, doubtful = found[day, path]
        before = told.get(place, Decimal(0))
        told[place] = None if amount is None or before is None else before + amount
        unsure += (amount or Decimal(0)) if doubtful else Decimal(0)
    return told, unsure


def figures_on(rows: Sequence[Told], *, of: date | None) -> list[Told]:
    """Published figures with those by district on the boundaries of `of`; one is hidden where anything that came to it is."""
    if of is None:
        return list(rows)
    found = places(((row.month, row.code) for row in rows if row.dimension == "unit"), of=of)
    told: list[Told] = []
    merged: dict[tuple[object, ...], int] = {}
    for row in rows:
        if row.dimension != "unit":
            told.append(row)
            continue
        place = found[row.month, row.code][0]
        key = (row.month, row.stage, row.indicator, row.coverage, row.flow, place)
        if key not in merged:
            merged[key] = len(told)
            told.append(replace(row, code=place))
            continue
        other = told[merged[key]]
        value = None if row.value is None or other.value is None else row.value + other.value
        told[merged[key]] = replace(other, value=value, hidden=row.hidden or other.hidden)
    return told


def stretches(first: date, last: date) -> list[tuple[date, date]]:
    """The time from `first` to `last` in pieces within which no district changed."""
    starts = sorted({first, *(move.on for move in boundary_moves() if first < move.on <= last)})
    ends = [date.fromordinal(start.toordinal() - 1) for start in starts[1:]] + [last]
    return list(zip(starts, ends, strict=True))


def moved_within(first: date, last: date) -> Sequence[Move]:
    """The changes after which something counted from `first` on stands in another district, up to the day `last`."""
    return [move for move in boundary_moves() if first < move.on <= last]
