"""Numbers that begin with their day, and the partitions they lie in (kernel/sql/partitions.sql).

A number is the Shanghai day it was given on (days since 2000-01-01) times 2^38, plus a running number: it stays below
2^53, so it survives JSON, and a look-up by number reads one partition of years.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

BITS = 38
_FIRST = date(2000, 1, 1)


def first_id(day: date) -> int:
    """The lowest number of a day."""
    return (day - _FIRST).days << BITS


def day_of_id(number: int) -> date:
    """The day a number was given on."""
    return _FIRST + timedelta(days=number >> BITS)


class Partitions:
    """Sees to it that the partitions of some tables exist before rows are written; remembers what it saw to."""

    def __init__(self, tables: Iterable[str]) -> None:
        self._tables = tuple(tables)
        self._ready: set[date] = set()
        self._months: set[date] = set()  # whole ones, by their first day

    def ready(self, days: Iterable[date]) -> bool:
        """Whether all these days have been seen to."""
        return not self._missing(days)

    def ensure(self, connection: Any, days: Iterable[date]) -> None:
        """Make what is missing for these days, each in a transaction of its own, outside of the caller's.

        `connection` is a raw psycopg connection of role flood with no transaction open.
        """
        for day in sorted(self._missing(days)):
            if not self._missing([day]):
                continue  # its month was made whole for a day before it
            leaves = []
            for table in self._tables:
                with connection.transaction():
                    leaves.append(connection.execute("SELECT pz_partition(%s, %s)", (table, day)).fetchone()[0])
            self._ready.add(day)
            if all(leaf.endswith(f"_m{day:%Y%m}") for leaf in leaves):
                self._months.add(day.replace(day=1))

    def _missing(self, days: Iterable[date]) -> set[date]:
        return {day for day in days if day not in self._ready and day.replace(day=1) not in self._months}
