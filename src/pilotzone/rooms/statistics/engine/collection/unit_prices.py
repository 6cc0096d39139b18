"""Bounds for the unit price of reported goods, from what customs saw of them before."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from pilotzone.rooms.statistics.errors import refused

_NORMAL = 1.4826


@dataclass(frozen=True, slots=True)
class Fence:
    """Between which unit prices a report needs no note, and on how many lines this rests."""

    low: float
    high: float
    lines: int

    def holds(self, price: float) -> bool:
        """Whether a price lies inside."""
        return self.low <= price <= self.high


def fence(prices: Iterable[float], *, times: float = 3.5, least: int = 5, narrowest: float = 1.1) -> Fence | None:
    """Median ÷ and × exp(`times` median deviations of the logarithm), at least ÷ and × `narrowest`; None below `least` prices."""
    logs = []
    for price in prices:
        if not (math.isfinite(price) and price > 0):
            raise refused("statistics.number", what="price")
        logs.append(math.log(price))
    if len(logs) < least:
        return None
    middle = median(logs)
    reach = max(times * _NORMAL * median(abs(one - middle) for one in logs), math.log(narrowest))
    return Fence(math.exp(middle - reach), math.exp(middle + reach), len(logs))
