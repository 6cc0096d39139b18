"""When a push that failed is tried again: the zone's schedule (tag P, `webhook.retry_waits`) and what the receiver asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from pilotzone.reference import rates

KEY = "webhook.retry_waits"
LONGEST_S = 86_400  # nobody may ask to be told later than in a day


def schedule(on: date) -> tuple[int, ...]:
    """Seconds after the first, second … failed attempt; after one more failure the delivery is dead."""
    return _read(str(rates.rate(KEY, on=on).value))


def wait_after(attempts: int, waits: tuple[int, ...], asked: int | None = None) -> int | None:
    """Seconds until the next try after so many attempts, never sooner than the receiver asked; None when given up."""
    if attempts > len(waits):
        return None
    return max(waits[attempts - 1], min(asked or 0, LONGEST_S))


def retry_after(text: str | None, wall: datetime) -> int | None:
    """The seconds of a Retry-After header, given as seconds or as a date; None where it says nothing readable."""
    told = (text or "").strip()
    if told.isascii() and told.isdecimal() and len(told) < 10:
        return int(told)
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    return max(0, round((at.replace(tzinfo=at.tzinfo or UTC) - wall).total_seconds()))


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[int, ...]:
    waits = tuple(int(word) for word in text.split())
    if not waits or min(waits) < 1:
        raise ValueError(f"{KEY}: seconds, one or more, separated by blanks")
    return waits
