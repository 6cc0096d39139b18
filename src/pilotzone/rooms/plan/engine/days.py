"""Deadlines as plans write them: a month (its last day counts) or lasting work."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal

from pilotzone.rooms.plan.errors import refused

LONG = "long"
_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])", re.ASCII)


def due_day(due: str) -> date | None:
    """The last day in time of `2019-06`; None for `long`. ValueError for anything else."""
    if due == LONG:
        return None
    year, month = (int(part) for part in str(due).split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def named_due(due: str) -> date | None:
    """The same for what somebody typed. Refused `plan.due` for anything but `yyyy-mm` and `long`."""
    if due != LONG and not _MONTH.fullmatch(due):
        raise refused("plan.due")
    return due_day(due)


def elapsed(since: date, last: date, on: date) -> Decimal:
    """What part of the days from `since` to `last`, both whole, has passed at the end of that day: between 0 and 1."""
    passed, whole = (min(on, last) - since).days + 1, (last - since).days + 1
    return max(Decimal(passed), Decimal(0)) / whole
