"""A whole design from the sizes of firms: the largest for certain, the others drawn in two strata by size. Algorithm `survey.v1`
(docs/algorithms/statistics_sampling.md; shares and strata tag P)."""

from __future__ import annotations

from collections.abc import Mapping

from pilotzone.rooms.statistics.engine.design.allocation import proportional
from pilotzone.rooms.statistics.engine.design.frame import Listed, take_all
from pilotzone.rooms.statistics.engine.design.selection import Drawn, draw

ALGORITHM = "survey.v1"
CERTAIN, MIDDLE, SMALL = "certain", "middle", "small"
SHARE, APART, LEAST = (
    0.80,
    8,
    2,
)  # of the size taken for certain; firms from which two strata are made; least of a stratum


def planned(sizes: Mapping[str, float], size: int, seed: str) -> list[Drawn]:
    """Who is asked, of `size` firms in all, with which probability; the same for the same sizes and seed.

    The certain firms are asked whatever `size` says, and at least two of each stratum. Refused `statistics.frame.empty`.
    """
    frame = [Listed(key, "", value) for key, value in sorted(sizes.items())]
    certain = take_all(frame, SHARE) if any(sizes.values()) else frozenset[str]()
    rest = sorted((unit for unit in frame if unit.key not in certain), key=lambda unit: (unit.size, unit.key))
    cut = len(rest) // 2 if len(rest) >= APART else 0
    place = {unit.key: SMALL if at < cut else MIDDLE for at, unit in enumerate(rest)}
    counts = {name: n for name in (MIDDLE, SMALL) if (n := sum(found == name for found in place.values()))}
    least = sum(min(LEAST, n) for n in counts.values())
    numbers = proportional(counts, min(max(size - len(certain), least), len(rest)), least=LEAST) if counts else {}
    listed = [Listed(unit.key, place.get(unit.key, CERTAIN), unit.size) for unit in frame]
    return draw(listed, numbers, seed, certain=certain)
