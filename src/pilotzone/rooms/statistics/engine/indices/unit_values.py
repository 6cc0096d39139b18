"""Unit values of customs lines, without lines whose unit value cannot be: a wrong unit, a slipped point.

A line is an outlier where the logarithm of its unit value lies further than `times` median deviations (×1.4826) from the
median of its product and period; below `least` lines nothing is judged. What is left out is counted and told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from pilotzone.rooms.statistics.engine.indices.goods import Sale
from pilotzone.rooms.statistics.errors import refused

_NORMAL = 1.4826  # makes the median deviation that of a normal distribution


@dataclass(frozen=True, slots=True)
class Line:
    """Value and quantity of one line of a product in a period, whose it was, and on which sides of the coverages it lies."""

    period: str
    product: str
    value: float
    quantity: float
    firm: str = ""
    port: bool = False
    home: bool = False


@dataclass(frozen=True, slots=True)
class Trimmed:
    """What stays, as sales and as lines, and the lines left out."""

    sales: tuple[Sale, ...]
    left_out: tuple[Line, ...]
    kept: tuple[Line, ...] = ()


def trimmed(lines: Iterable[Line], *, times: float = 3.5, least: int = 5) -> Trimmed:
    """The lines as sales without outliers; a value or quantity that is not positive is refused `statistics.index.value`."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if not (math.isfinite(line.value) and math.isfinite(line.quantity) and line.value > 0 and line.quantity > 0):
            raise refused("statistics.index.value", product=line.product, period=line.period)
        groups.setdefault((line.period, line.product), []).append(line)
    kept: list[Line] = []
    out: list[Line] = []
    for _, found in sorted(groups.items()):
        logs = [math.log(line.value / line.quantity) for line in found]
        middle = median(logs)
        spread = _NORMAL * median(abs(one - middle) for one in logs)
        for line, one in zip(found, logs, strict=True):
            odd = len(found) >= least and abs(one - middle) > max(times * spread, 1e-12)
            (out if odd and spread > 0 else kept).append(line)
    return Trimmed(
        tuple(Sale(x.period, x.product, x.value / x.quantity, x.quantity) for x in kept), tuple(out), tuple(kept)
    )
