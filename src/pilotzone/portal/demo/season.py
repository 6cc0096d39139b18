"""How many trades a day of the synthetic year has, and at what hour."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pilotzone
from pilotzone.base.days import SHANGHAI
from pilotzone.base.written import plain

# the demonstration zone opens on this afternoon: the whole year of the plan's last target lies behind it
START = datetime(2021, 12, 30, 16, 0, tzinfo=SHANGHAI)
DATA = Path(pilotzone.__file__).parent / "data" / "demo"


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = plain((DATA / "seasons.yaml").read_text(encoding="utf-8"))
    return told


def weight(day: date) -> float:
    """The day's share, relative to an ordinary Monday."""
    told = _told()
    rush = told["rushes"].get(f"{day:%m-%d}", 1.0)
    return float(told["months"][day.month] * told["weekdays"][day.weekday()] * rush)


def spread(first: date, last: date, trades: int, chance: random.Random) -> list[tuple[date, int]]:
    """(day, trades) from `first` to `last`; the counts add up to `trades`. Days without a trade are left out."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    drawn = Counter(chance.choices(days, weights=[weight(day) for day in days], k=trades))
    return sorted(drawn.items())


def moment(day: date, chance: random.Random) -> datetime:
    """A moment of the day, in Shanghai, at an hour people buy."""
    hour = chance.choices(range(24), weights=_told()["hours"])[0]
    return datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=SHANGHAI)
