"""How resources were used lately, counted at most once a minute: the catalogue is open to anybody, and a count reads a month or a year of
queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from pilotzone.exchange.catalogue.measures import Service, Use
from pilotzone.exchange.hub import uses
from pilotzone.kernel import clock

What = TypeVar("What")
KEPT_S = 60.0
_EVERY = ""  # the key of what is counted of all resources together
_kept: dict[str, tuple[float, date, Any]] = {}
_counting = Lock()


def served(code: str, *, anew: bool = False) -> Service:
    """`uses.served` of a resource of the catalogue, at most a minute old and of the zone's day; `anew` counts now."""
    return _lately(code, lambda: uses.served(code), anew=anew)


def measured(*, anew: bool = False) -> dict[str, Use]:
    """`uses.measured` of all resources, at most a minute old and of the zone's day; `anew` counts now. Not to be changed."""
    return _lately(_EVERY, uses.measured, anew=anew)


def forget() -> None:
    """Let the next question count."""
    _kept.clear()


def _lately(key: str, count: Callable[[], What], *, anew: bool) -> What:
    """While somebody counts again, who asks meanwhile reads what was counted before: one count at a time, however many ask."""
    today, kept = clock.today(), _kept.get(key)
    if not anew and kept is not None and kept[1] == today:
        found: What = kept[2]
        if monotonic() - kept[0] < KEPT_S or not _counting.acquire(blocking=False):
            return found
        _counting.release()
    with _counting:
        now_kept = _kept.get(key)
        if not anew and now_kept is not None and now_kept is not kept:
            meanwhile: What = now_kept[2]
            return meanwhile
        counted = count()
        _kept[key] = (monotonic(), today, counted)
        return counted
