"""What the keeping of storage must know of the rooms."""

from __future__ import annotations

from datetime import date, timedelta

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

# states of a trade in which something more is expected; the others are its end (docs/operations.md, Storage)
OPEN = (
    "waiting", "gap", "passed", "sent", "declaring", "at_customs", "send_failed", "stored", "review", "examined",
    "inspection", "handed_over", "suspended", "unknown",
)  # fmt: skip


def month_after(month: date) -> date:
    """The first day after a month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def refuse_unfinished(month: date) -> None:
    """Refused `storage.unfinished` while a trade of the month has not come to its end: its term has not begun."""
    from pilotzone.rooms.clearance import api as clearance

    with scope(PLATFORM):
        asked = {"state": OPEN, "since": month, "until": month_after(month) - timedelta(days=1)}
        found = clearance.trades(asked, size=1)["total"]
    if found:
        raise Refused(
            code="storage.unfinished", zh=f"{month:%Y-%m} 还有 {found} 票未了结，不能移出。",
            en=f"{found} trades of {month:%Y-%m} have not come to their end: the month cannot be moved out.",
            source="docs/operations.md, Storage", whose="zone",
        )  # fmt: skip
