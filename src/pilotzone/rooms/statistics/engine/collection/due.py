"""When a report is due and how it stands, by working days. Algorithm `collection_due.v1` (docs/algorithms/statistics_collection.md; P)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

ALGORITHM = "collection_due.v1"
OPEN, NEAR, OVERDUE, ON_TIME, LATE = "open", "near", "overdue", "on_time", "late"
NEAR_DAYS = 3  # working days before the due day from which a firm is reminded
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """The state, the day it is due, and working days: left where it is open, late where it is."""

    state: str
    due: date
    days: int


def due_on(month: date, day: int, working: Callable[[date], bool]) -> date:
    """The last day in time: that day of the month after, or the next working day."""
    told = (month.replace(day=1) + timedelta(days=32)).replace(day=day)
    while not working(told):
        told += _DAY
    return told


def standing(due: date, filed: date | None, on: date, working: Callable[[date], bool]) -> Standing:
    """How a report due that day stands; `filed` is the day it came."""
    at = filed or on
    late = sum(working(due + _DAY * n) for n in range(1, (at - due).days + 1))
    if filed is not None:
        return Standing(LATE if filed > due else ON_TIME, due, late)
    if on > due:
        return Standing(OVERDUE, due, late)
    left = sum(working(on + _DAY * n) for n in range(1, (due - on).days + 1))
    return Standing(NEAR if left <= NEAR_DAYS else OPEN, due, left)
