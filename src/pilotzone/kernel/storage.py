"""Care of the tables by day (kernel/sql/storage.sql): partitions ahead, closed months merged, statistics. The platform's own.

Each step is a transaction of its own, so that nothing is locked for longer than a moment. What is interrupted leaves an
unread table and triggers that note changes; the next merge of that month removes both and begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.cursor import Cursor
from pilotzone.kernel.database import cursor_of

AHEAD_DAYS = 7
# of a month that ended; most of its trades are through by then, and readers of its days are few
MERGE_AFTER_DAYS = 5
ANALYSE_AT_ONCE = 20
_MERGER = 20907  # of session locks: one merger a table

Step = Callable[[str, tuple[Any, ...]], Any]


@dataclass(frozen=True)
class Leaf:
    """One partition: `first` to the day before `until`; rows as the statistics have them, bytes with indexes."""

    parent: str
    leaf: str
    first: date
    until: date
    rows: int
    bytes: int
    analysed: datetime | None

    @property
    def month(self) -> date:
        """The first day of the month it lies in."""
        return self.first.replace(day=1)

    @property
    def merged(self) -> bool:
        """Whether it holds a month."""
        return self.until - self.first > timedelta(days=1)


@dataclass(frozen=True)
class Merged:
    """What came of one month of one table: its days (0: nothing to do), or why not now."""

    parent: str
    month: date
    days: int
    why: str = ""


def leaves(cursor: Cursor) -> list[Leaf]:
    """Every partition by table and day. As the platform, or a role without row-level security."""
    cursor.execute("SELECT * FROM pz_storage_leaves()")
    return [Leaf(*row) for row in cursor.fetchall()]


def step(query: str, words: tuple[Any, ...] = ()) -> Any:
    """The first column of a statement's only row, in a transaction of its own, as the platform."""
    with scope(PLATFORM), cursor_of() as cursor:
        cursor.execute(query, words)
        return cursor.fetchone()[0]


def ahead(days: int = AHEAD_DAYS) -> int:
    """Make the partitions of today and the days after it; answers how many were missing."""
    return int(step("SELECT pz_storage_ahead(%s)", (days,)))


def sweep() -> int:
    """Drop what merges and detaching left beside the tables; answers how many tables."""
    return int(step("SELECT pz_storage_sweep()"))


def analyse(most: int = ANALYSE_AT_ONCE) -> int:
    """Statistics of closed partitions that have none of ours; answers how many were done."""
    return int(step("SELECT pz_storage_analyse(%s)", (most,)))


def due(*, on: date, after_days: int = MERGE_AFTER_DAYS) -> list[tuple[str, date]]:
    """(table, first day of the month) of months that ended so many days ago and lie in days still, the oldest first."""
    with scope(PLATFORM), cursor_of() as cursor:
        months = {(one.month, one.parent) for one in leaves(cursor) if not one.merged}
    begins = (on - timedelta(days=after_days)).replace(day=1)
    return [(parent, month) for month, parent in sorted(months) if month < begins]


def merge(parent: str, month: date, *, step: Step = step) -> Merged:
    """Put the days of a closed month into one partition; readers and writers go on but for the moment of the switch.

    `step` runs one statement in a transaction of its own, each on the same connection.
    """
    if not step("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_MERGER, parent)):
        return Merged(parent, month, 0, "somebody else merges this table")
    try:
        if not step("SELECT pz_merge_begin(%s, %s)", (parent, month)):
            return Merged(parent, month, 0, "no days of a closed month")
        while step("SELECT pz_merge_watch(%s, %s)", (parent, month)):
            pass
        step("SELECT pz_merge_copy(%s, %s)", (parent, month))
        return Merged(parent, month, int(step("SELECT pz_merge_switch(%s, %s)", (parent, month))))
    finally:
        step("SELECT pg_advisory_unlock(%s, hashtext(%s))", (_MERGER, parent))


def care(*, on: date | None = None) -> dict[str, Any]:
    """What the scheduled job does: sweep, make ahead, analyse, merge what is due. A merge that could not be is due again."""
    from django.db import Error

    today = on or clock.today()
    told: dict[str, Any] = {"swept": sweep(), "ahead": ahead(), "analysed": analyse(), "merged": [], "failed": []}
    for parent, month in due(on=today):
        try:
            done = merge(parent, month)
        except Error as failure:
            told["failed"].append({"table": parent, "month": f"{month:%Y-%m}", "error": str(failure)[:200]})
            continue
        if done.days:
            told["merged"].append({"table": parent, "month": f"{month:%Y-%m}", "days": done.days})
    return told


def leaves_before(day: date) -> int:
    """How many months of tables by day ended before that day and lie in the database still (as the caller may see)."""
    with cursor_of() as cursor:
        months = {one.month for one in leaves(cursor)}
    return sum((month.replace(day=28) + timedelta(days=4)).replace(day=1) <= day for month in months)
