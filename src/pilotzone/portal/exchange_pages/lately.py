"""How resources were used lately, counted at most once a minute by a web process: the catalogue is open to anybody, and a count reads a
month or a year of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from pilotzone.exchange.catalogue.measures import Service, Use
from pilotzone.exchange.hub import uses
from pilotzone.kernel import clock

What = TypeVar("What")
KEPT_S = 60.0
LONGEST_WAIT_S = 2.0
_EVERY = ""  # the key of what is counted of all resources together


@dataclass(frozen=True)
class _Counted:
    began: float
    ended: float
    day: date
    what: Any


@dataclass
class _Kept:
    """What was counted last under a key, and the lock of who counts it."""

    counting: Lock = field(default_factory=Lock)
    last: _Counted | None = None


_kept: dict[str, _Kept] = {}


def served(code: str, *, anew: bool = False) -> Service:
    """`uses.served` of a resource of the catalogue, at most a minute old and of the zone's day unless somebody counts just now; `anew` is
    counted after it was asked."""
    return _lately(code, lambda: uses.served(code), anew=anew)


def measured(*, anew: bool = False) -> dict[str, Use]:
    """`uses.measured` of all resources, as old as `served` tells it. Not to be changed."""
    return _lately(_EVERY, uses.measured, anew=anew)


def forget() -> None:
    """Let the next question count."""
    _kept.clear()


def _lately(key: str, count: Callable[[], What], *, anew: bool) -> What:
    """One count of a key at a time. Who asks meanwhile reads what was counted before. Who cannot, for nothing was or he asks `anew`, waits
    LONGEST_WAIT_S and shares what was begun after he asked, or of today where it need not be anew; else he counts himself."""
    asked, today, kept = monotonic(), clock.today(), _kept.setdefault(key, _Kept())
    last = kept.last
    if last is not None and not anew:
        if (last.day == today and asked - last.ended < KEPT_S) or not kept.counting.acquire(blocking=False):
            return _what(last)
    elif not kept.counting.acquire(timeout=LONGEST_WAIT_S):
        return count()
    try:
        now_kept = kept.last
        if (
            now_kept is not None
            and now_kept is not last
            and now_kept.day == today
            and (not anew or now_kept.began > asked)
        ):
            return _what(now_kept)
        began, counted = monotonic(), count()
        kept.last = _Counted(began, monotonic(), today, counted)
        return counted
    finally:
        kept.counting.release()


def _what(counted: _Counted) -> Any:
    return counted.what
