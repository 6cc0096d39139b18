"""Dated series: what is valid on a day, found by bisection.

An interval begins on its first day and ends on its last; both belong to it. A value is valid until the next
entry begins. That it ended is said by an entry without value, never by silence (docs/dates.md).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

V = TypeVar("V")
DAY = timedelta(days=1)


class Broken(ValueError):
    """A series with an overlap or a silent hole."""


@dataclass(frozen=True, slots=True)
class Stretch(Generic[V]):
    """One entry as written: from a day, optionally to a day; `value` None says that nothing is valid."""

    first: date
    last: date | None
    value: V | None


class Series(Generic[V]):
    """Entries in order, without overlap or silent hole. `starts[i]` belongs to `stretches[i]`."""

    __slots__ = ("starts", "stretches")

    def __init__(self, entries: Iterable[Stretch[V]]) -> None:
        ordered = sorted(entries, key=lambda entry: entry.first)
        if not ordered:
            raise Broken("has no entry")
        closed: list[Stretch[V]] = []
        for entry, following in zip(ordered, [*ordered[1:], None], strict=True):
            closed.append(Stretch(entry.first, _last_day(entry, following), entry.value))
        self.stretches = closed
        self.starts = [entry.first for entry in closed]

    def at(self, day: date) -> Stretch[V] | None:
        """The stretch of `day`; None before the first."""
        index = bisect_right(self.starts, day)
        return self.stretches[index - 1] if index else None


def _last_day(entry: Stretch[V], following: Stretch[V] | None) -> date | None:
    if entry.last is not None and entry.last < entry.first:
        raise Broken(f"ends {entry.last} before it begins {entry.first}")
    if following is None:
        if entry.last is not None:
            raise Broken(f"ends {entry.last} without an entry that says so (value: null from the next day)")
        return None
    before = following.first - DAY
    if before < entry.first or (entry.last is not None and entry.last > before):
        raise Broken(f"overlap at {following.first}")
    if entry.last is not None and entry.last < before:
        raise Broken(f"silent hole from {entry.last + DAY} to {before}")
    return before
