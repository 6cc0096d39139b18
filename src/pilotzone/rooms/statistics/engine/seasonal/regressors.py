"""What moves with the calendar: the days before and after Chinese New Year, working days, leap years, single events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from pilotzone.rooms.statistics.engine.seasonal.months import days, first_day, number
from pilotzone.rooms.statistics.errors import refused

Matrix = np.ndarray[Any, np.dtype[np.float64]]
ADDITIVE, SHIFT = "additive", "shift"
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Event:
    """A month that stands out (`additive`) or from which the level is another (`shift`); the name is for the reader."""

    month: int
    kind: str
    name: str = ""


def new_year(months: Sequence[int], new_years: Mapping[int, date], first: int, last: int) -> Matrix:
    """The part of the days `first` … `last` from Chinese New Year (0 is the day itself) that falls into each month,
    less the mean of its calendar month over all known years: what is always so belongs to the season.

    A year that is not known is refused `statistics.series.holidays`.
    """
    for month in months:
        if month // 12 not in new_years:
            raise refused("statistics.series.holidays", year=month // 12)
    shares: dict[int, float] = {}
    for day in new_years.values():
        for offset in range(first, last + 1):
            month = number(day + timedelta(days=offset))
            shares[month] = shares.get(month, 0.0) + 1 / (last - first + 1)
    means = [0.0] * 12
    for month, share in shares.items():
        means[month % 12] += share / len(new_years)
    return np.array([shares.get(month, 0.0) - means[month % 12] for month in months])


def working_days(months: Sequence[int]) -> Matrix:
    """Mondays to Fridays less 5/2 of Saturdays and Sundays."""
    told = []
    for month in months:
        start, count = first_day(month).weekday(), days(month)
        week = sum((start + i) % 7 < _WEEKEND for i in range(count))
        told.append(week - 2.5 * (count - week))
    return np.array(told)


def leap(months: Sequence[int]) -> Matrix:
    """The length of February as a part of its mean of 28.25 days; 1 in every other month. A known factor, not estimated."""
    return np.array([days(month) / 28.25 if month % 12 == 1 else 1.0 for month in months])


def event(months: Sequence[int], one: Event) -> Matrix:
    """1 in the month of the event, or from it on."""
    return np.array([float(month >= one.month if one.kind == SHIFT else month == one.month) for month in months])
