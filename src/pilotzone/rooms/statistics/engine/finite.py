"""Numbers that are numbers: nothing below this line ever sees NaN or infinity."""

from __future__ import annotations

import math
from collections.abc import Iterable

from pilotzone.rooms.statistics.errors import refused


def finite(values: Iterable[float], what: str) -> tuple[float, ...]:
    """The values as floats; `statistics.number` where one is no number, infinite or NaN."""
    told = []
    for value in values:
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise refused("statistics.number", what=what) from error
        if not math.isfinite(number):
            raise refused("statistics.number", what=what)
        told.append(number)
    return tuple(told)
