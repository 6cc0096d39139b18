"""How fresh and how good a resource is: measured from what was exchanged, each score unfolding into its parts.

Quality is a sum of four parts, the weights below (proposed for the zone, tag P): described (a field's two names, the
abstracts and a sample), fresh (renewed within its cycle), complete (fields filled in the rows last answered) and answered
(queries answered without failure). What was never exchanged has no measured part and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from pilotzone.exchange.catalogue.shapes import Resource

WEIGHTS = {"described": 25, "fresh": 25, "complete": 25, "answered": 25}
FRESH, LATE, NEVER = "fresh", "late", "never"


@dataclass(frozen=True, slots=True)
class Use:
    """What the hub measured of a resource: the last exchange, queries, failures, cells answered and those empty."""

    last_at: datetime | None = None
    asked: int = 0
    failed: int = 0
    cells: int = 0
    empty: int = 0


UNUSED = Use()
SERVICE_DAYS = 30
GREEN, RED = "green", "red"


@dataclass(frozen=True, slots=True)
class Service:
    """What the hub measured of a resource's queries in SERVICE_DAYS: answered, failed at the owner, how many were timed, and within
    how many milliseconds 95 of 100 of those were answered."""

    answered: int = 0
    failed: int = 0
    timed: int = 0
    p95_ms: int | None = None

    @property
    def availability(self) -> Decimal | None:
        """Per cent of queries answered, to two places, never rounded up; None where nobody asked."""
        asked = self.answered + self.failed
        if not asked:
            return None
        return (Decimal(100 * self.answered) / asked).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def kept(resource: Resource, service: Service) -> tuple[str, str]:
    """The lights of the promised availability and of the promised answer: green, red, or empty where nothing was measured."""
    share, level = service.availability, resource.level
    within = service.p95_ms
    return (
        "" if share is None else GREEN if share >= level.availability else RED,
        "" if within is None else GREEN if within <= level.answer_ms else RED,
    )


def freshness(resource: Resource, use: Use, now: datetime) -> tuple[str, int | None]:
    """fresh, late or never, and the days since the last exchange."""
    if use.last_at is None:
        return NEVER, None
    age = now - use.last_at
    return (FRESH if age <= timedelta(days=resource.cycle_days) else LATE), max(0, age.days)


def quality(resource: Resource, use: Use, now: datetime) -> tuple[int | None, Mapping[str, int | None]]:
    """The score of 100 and its parts, each of its weight; None where nothing was exchanged yet."""
    described = sum(bool(one.zh and one.en) for one in resource.fields) + sum(bool(cell) for cell in resource.sample)
    parts: dict[str, int | None] = {"described": _share(described, 2 * len(resource.fields), "described")}
    state, _ = freshness(resource, use, now)
    parts["fresh"] = None if state == NEVER else (WEIGHTS["fresh"] if state == FRESH else 0)
    parts["complete"] = _share(use.cells - use.empty, use.cells, "complete") if use.cells else None
    parts["answered"] = _share(use.asked - use.failed, use.asked, "answered") if use.asked else None
    if any(part is None for part in parts.values()):
        return None, parts
    return sum(part or 0 for part in parts.values()), parts


def _share(part: int, whole: int, name: str) -> int:
    return int((Decimal(WEIGHTS[name] * part) / whole).to_integral_value())
