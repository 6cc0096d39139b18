"""When a month is published: announced ahead by rule."""

from __future__ import annotations

from datetime import date

from pilotzone.rooms.statistics.engine.vintages import FINAL, PRELIMINARY, REVISED

DAY = 20  # of the month after (handbook §7.4, P)
FINAL_MONTH = 7


def due_days(month: date) -> tuple[tuple[str, date], ...]:
    """(stage, day) of a month's publications before a weekend or holiday moves them: the 20th of the month after, of the one after
    that, and of July of the next year."""
    return (
        (PRELIMINARY, _later(month, 1)),
        (REVISED, _later(month, 2)),
        (FINAL, date(month.year + 1, FINAL_MONTH, DAY)),
    )


def _later(month: date, count: int) -> date:
    at = month.year * 12 + month.month - 1 + count
    return date(at // 12, at % 12 + 1, DAY)
