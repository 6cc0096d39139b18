"""Deadlines as plans write them: a month (its last day counts) or lasting work."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

LONG = "long"


def due_day(due: str) -> date | None:
    """The last day in time of `2019-06`; None for `long`. ValueError for anything else."""
    if due == LONG:
        return None
    year, month = (int(part) for part in str(due).split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def elapsed(since: date, last: date, on: date) -> Decimal:
    """What part of the days from `since` to `last`, both whole, has passed at the end of that day: between 0 and 1."""
    passed, whole = (min(on, last) - since).days + 1, (last - since).days + 1
    return max(Decimal(passed), Decimal(0)) / whole
