"""Months as numbers: 2020-11 is 2020 × 12 + 10."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def number(day: date) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def days(month: int) -> int:
    """How many days it has."""
    return monthrange(month // 12, month % 12 + 1)[1]


def name(month: int) -> str:
    """`2020-11`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
