"""Until when a refund can be filed, by the day of export (handbook §3.5)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter, source_of

WINDOW, MONTH, LATE = "refund.filing_window_months", "refund.filing_month_of_next_year", "refund.late_filing"


@dataclass(frozen=True, slots=True)
class Deadline:
    """`last`: the last day. `hard`: afterwards the goods are taxed as sold inside; else a late filing needs papers and
    proof of receipt."""

    exported_on: date
    last: date
    hard: bool
    source: str
    parameters: tuple[dict[str, Any], ...]

    def passed(self, on: date) -> bool:
        """Whether the last day is over."""
        return on > self.last

    def expired(self, on: date) -> bool:
        """Whether nothing can be filed any more."""
        return self.hard and self.passed(on)


def deadline(exported_on: date) -> Deadline:
    """From 2026-01-01: within 36 months. Before: April of the next year, later with complete papers."""
    law = Parameters(exported_on)
    try:
        last = add_months(exported_on, int(law[WINDOW]))
        hard = True
    except Gap:
        month = int(law[MONTH])
        last = date(exported_on.year + 1, month, monthrange(exported_on.year + 1, month)[1])
        hard = not law[LATE]
    used = law.used()
    return Deadline(exported_on, last, hard, source_of(used[0]), tuple(parameter(one) for one in used))


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or its last where the month is shorter."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_of_next_month(day: date) -> date:
    """The first day of the month after."""
    return add_months(day.replace(day=1), 1)
