"""The frame: who could be asked, with what size, in which stratum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pilotzone.rooms.statistics.errors import refused


@dataclass(frozen=True, slots=True)
class Listed:
    """One unit of the frame: its key, its stratum, its size (last year's value; 0 where it is new)."""

    key: str
    stratum: str
    size: float


def checked(frame: Sequence[Listed]) -> Sequence[Listed]:
    """The frame, or `statistics.frame.empty`, `.twice`, `.size`."""
    if not frame:
        raise refused("statistics.frame.empty")
    seen: set[str] = set()
    for unit in frame:
        if unit.key in seen:
            raise refused("statistics.frame.twice", unit=unit.key)
        if not (math.isfinite(unit.size) and unit.size >= 0):
            raise refused("statistics.frame.size", unit=unit.key)
        seen.add(unit.key)
    return frame


def take_all(frame: Sequence[Listed], share: float = 0.80) -> frozenset[str]:
    """The fewest of the largest units that together hold `share` of the frame's size (handbook §7.4: 80 %).

    Units as large as the last one taken are taken too, so that nobody hangs on the order of the frame.
    """
    checked(frame)
    if not 0 < share <= 1:
        raise refused("statistics.share")
    whole = math.fsum(unit.size for unit in frame)
    if whole <= 0:
        raise refused("statistics.frame.zero")
    held, last, taken = 0.0, math.inf, set()
    for unit in sorted(frame, key=lambda unit: (-unit.size, unit.key)):
        if unit.size <= 0 or (held >= share * whole * (1 - 1e-12) and unit.size < last):
            break
        taken.add(unit.key)
        held, last = held + unit.size, unit.size
    return frozenset(taken)
