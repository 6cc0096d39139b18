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


def elapsed(year: int, on: date) -> Decimal:
    """What part of the year has passed at the end of that day, between 0 and 1."""
    if on.year != year:
        return Decimal(0) if on.year < year else Decimal(1)
    return Decimal(on.timetuple().tm_yday) / (366 if calendar.isleap(year) else 365)
