"""F7: overseas costs that a platform or a carrier advanced for its client, and the day they are repaid by."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.errors import Reason, reason, refused

OPEN, REPAID, OVERDUE = "open", "repaid", "overdue"


def add_months(day: date, count: int) -> date:
    """The same day some months later; the last day of the month where there is none (2024-02-29 → 2025-02-28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_on(advanced_on: date) -> date:
    """The last day to repay. Raises Refused `rule.fx.advance_not_yet` for a day on which nothing could be advanced."""
    law = Law(advanced_on)
    if not law.stands("fx.advance_repay_months"):
        raise refused("rule.fx.advance_not_yet")
    return add_months(advanced_on, int(law["fx.advance_repay_months"]))


def standing(amount: Decimal, repaid: Decimal, due: date, on: date) -> tuple[str, Reason | None]:
    """repaid, open, or overdue from the day after the last day."""
    if repaid >= amount:
        return REPAID, None
    if on <= due:
        return OPEN, None
    return OVERDUE, reason("rule.fx.repay_overdue", source="汇发〔2020〕11号", due=due.isoformat())
