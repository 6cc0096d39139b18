"""Drawing: take-all units surely, the others of each stratum by systematic sampling with probability proportional to size.

Algorithm `sampling.v1` (docs/algorithms/statistics_sampling.md). The draw is a function of frame, numbers and seed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilotzone.rooms.statistics.engine.design.chance import uniform
from pilotzone.rooms.statistics.engine.design.frame import Listed, checked
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "sampling.v1"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit of the sample: the probability with which it was drawn, and its weight 1/probability."""

    key: str
    stratum: str
    probability: float

    @property
    def weight(self) -> float:
        """How many units of the frame it stands for."""
        return 1 / self.probability

    @property
    def certain(self) -> bool:
        """Whether it was taken without chance."""
        return self.probability >= 1


def draw(
    frame: Sequence[Listed], numbers: Mapping[str, int], seed: int | str, *, certain: frozenset[str] = frozenset(),
    by_size: bool = True,
) -> list[Drawn]:  # fmt: skip
    """The units of `certain`, and `numbers[stratum]` of the other units of each stratum, by key.

    `by_size` draws in proportion of size, else every unit of a stratum alike. Numbers are of units beyond the certain ones;
    a stratum that has such units and no number is refused, so is a number above them.
    """
    checked(frame)
    told = [Drawn(unit.key, unit.stratum, 1.0) for unit in frame if unit.key in certain]
    strata: dict[str, list[Listed]] = {}
    for unit in frame:
        if unit.key not in certain:
            strata.setdefault(unit.stratum, []).append(unit)
    for name in sorted(numbers.keys() | strata.keys()):
        units = strata.get(name, [])
        if not units:
            if numbers[name]:
                raise refused("statistics.stratum.empty", stratum=name)
            continue
        size = numbers.get(name, 0)
        if not 1 <= size <= len(units):
            raise refused("statistics.sample.size", size=size, least=1, most=len(units))
        told += _systematic(units, size, seed, name, by_size)
    return sorted(told, key=lambda unit: unit.key)


def probabilities(sizes: Sequence[float], size: int) -> list[float]:
    """Inclusion probabilities in proportion of size that add up to `size`; who would exceed 1 is certain.

    A unit without size counts as the smallest one that has a size, and nobody for less than a millionth of the largest: so
    everybody can be drawn.
    """
    least = max(min((value for value in sizes if value > 0), default=1.0), 1e-6 * max(sizes, default=0.0))
    measures = [max(value, least) for value in sizes]
    told = [0.0] * len(measures)
    left, open_ = size, set(range(len(measures)))
    while True:
        whole = math.fsum(measures[i] for i in open_)
        sure = {i for i in open_ if left * measures[i] >= whole * (1 - 1e-12)}
        if not sure or not left:
            break
        for i in sure:
            told[i] = 1.0
        open_ -= sure
        left -= len(sure)
        if not open_:
            break
    for i in open_:
        told[i] = left * measures[i] / whole
    return told


def _systematic(units: Sequence[Listed], size: int, seed: int | str, stratum: str, by_size: bool) -> list[Drawn]:
    """One start, steps of one along the added-up probabilities; the units lie in an order of their own chance."""
    order = sorted(units, key=lambda unit: (uniform(seed, "order", stratum, unit.key), unit.key))
    chances = probabilities([unit.size if by_size else 1.0 for unit in order], size)
    told = [Drawn(unit.key, stratum, 1.0) for unit, chance in zip(order, chances, strict=True) if chance >= 1]
    rest = [(unit, chance) for unit, chance in zip(order, chances, strict=True) if chance < 1]
    start, reached, wanted = uniform(seed, "start", stratum), 0.0, size - len(told)
    for index, (unit, chance) in enumerate(rest):
        before = reached
        reached = float(wanted) if index == len(rest) - 1 else reached + chance
        if math.ceil(before - start) < math.ceil(reached - start):
            told.append(Drawn(unit.key, stratum, chance))
    return told
