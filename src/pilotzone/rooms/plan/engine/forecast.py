"""Where a figure will stand at its target's year end if it goes on as it went. plan_forecast.v1

A figure that grows over its line's days is carried on at its average pace; the interval is that pace plus and minus what a count of
this size varies by itself (two square roots, as of a Poisson count), so figures of few cases say little. Tag P.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.rooms.plan.engine.days import elapsed
from pilotzone.rooms.plan.engine.plan import Target

ALGORITHM = "plan_forecast.v1"


@dataclass(frozen=True, slots=True)
class Forecast:
    """The figure expected at the end of the target's year, and the interval it will lie in nineteen times of twenty."""

    value: Decimal
    low: Decimal
    high: Decimal


def forecast(target: Target, value: Decimal | None, on: date) -> Forecast | None:
    """The forecast on a day; None before the count began, after its end, or without a figure."""
    last = date(target.year, 12, 31)
    if value is None or not target.since <= on < last:
        return None
    share = elapsed(target.since, last, on)
    if target.unit == "%":
        return None  # a share is no count: nothing to carry on
    grown = max(value - target.base, Decimal(0))
    coming = grown / share - grown
    spread = 2 * (max(coming, Decimal(1))).sqrt()
    return Forecast(value + coming, max(value, value + coming - spread), value + coming + spread)
