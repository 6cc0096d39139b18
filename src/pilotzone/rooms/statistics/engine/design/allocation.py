"""How many units of each stratum are asked: proportional or Neyman, with a least number, never more than there are."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pilotzone.rooms.statistics.errors import refused


def proportional(counts: Mapping[str, int], size: int, *, least: int = 2) -> dict[str, int]:
    """`size` units over strata of `counts` units, in proportion of their number."""
    return _shared(counts, {name: float(count) for name, count in counts.items()}, size, least)


def neyman(
    counts: Mapping[str, int], spreads: Mapping[str, float], size: int, *, least: int = 2
) -> dict[str, int]:  # fmt: skip
    """In proportion of number times standard deviation: the smallest variance of a total (Neyman 1934).

    A spread that is missing, negative or no number is refused `statistics.number`; where all are zero the share is proportional.
    """
    for name in counts:
        if not (name in spreads and math.isfinite(spreads[name]) and spreads[name] >= 0):
            raise refused("statistics.number", what=f"{name} σ")
    return _shared(counts, {name: counts[name] * spreads[name] for name in counts}, size, least)


def _shared(counts: Mapping[str, int], weights: Mapping[str, float], size: int, least: int) -> dict[str, int]:
    if not counts:
        raise refused("statistics.frame.empty")
    for name, count in counts.items():
        if count < 1:
            raise refused("statistics.stratum.empty", stratum=name)
    floor = {name: min(least, count) for name, count in counts.items()}
    lowest, most = sum(floor.values()), sum(counts.values())
    if not lowest <= size <= most:
        raise refused("statistics.sample.size", size=size, least=lowest, most=most)
    fixed: dict[str, int] = {}
    while True:  # a stratum outside its bounds is set to the bound and the others share what is left
        open_ = [name for name in counts if name not in fixed]
        left = size - sum(fixed.values())
        whole = math.fsum(weights[name] for name in open_)
        wanted = {
            name: left * (weights[name] / whole if whole else counts[name] / sum(counts[n] for n in open_))
            for name in open_
        }
        over = {name: counts[name] for name in open_ if wanted[name] > counts[name]}
        under = {name: floor[name] for name in open_ if wanted[name] < floor[name]}
        # whichever bound binds more in sum is set first, else the two could undo each other
        excess = sum(wanted[n] - counts[n] for n in over) - sum(floor[n] - wanted[n] for n in under)
        bound = over if over and excess >= 0 else under or over
        if not bound:
            return {name: found for name, found in (fixed | _rounded(wanted, left, counts)).items() if name in counts}
        fixed |= bound


def _rounded(wanted: Mapping[str, float], whole: int, counts: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers that add up: largest remainders first, none above its stratum."""
    told = {name: math.floor(value + 1e-9) for name, value in wanted.items()}
    order = sorted(wanted, key=lambda name: (told[name] - wanted[name], name))
    left = whole - sum(told.values())
    while left > 0:
        before = left
        for name in order:
            if left and told[name] < counts[name]:
                told[name] += 1
                left -= 1
        if left == before:
            break
    return told
