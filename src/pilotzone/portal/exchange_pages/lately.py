"""How a resource answered lately, counted once a minute: its page is open to anybody, and each count reads thirty days of queries."""

from __future__ import annotations

from datetime import date
from time import monotonic

from pilotzone.exchange.catalogue.measures import Service
from pilotzone.exchange.hub import uses
from pilotzone.kernel import clock

KEPT_S = 60.0
_kept: dict[str, tuple[float, date, Service]] = {}


def served(code: str, *, anew: bool = False) -> Service:
    """`uses.served` of a resource of the catalogue, at most a minute old and of the zone's day; `anew` counts now."""
    today, kept = clock.today(), _kept.get(code)
    if not anew and kept is not None and kept[1] == today and monotonic() - kept[0] < KEPT_S:
        return kept[2]
    counted = uses.served(code)
    _kept[code] = (monotonic(), today, counted)
    return counted


def forget() -> None:
    """Let the next question count."""
    _kept.clear()
