"""Who did not answer: weights raised inside adjustment classes, or values carried on by the class's growth, marked so."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from pilotzone.rooms.statistics.engine.finite import finite
from pilotzone.rooms.statistics.errors import refused


def adjusted(probabilities: Sequence[float], groups: Sequence[Hashable], answered: Sequence[bool]) -> list[float]:
    """The probability of being drawn and answering: of those who answered, in order.

    Inside a class everybody answers alike: probability × Σ weights that answered ÷ Σ weights. A class in which nobody
    answered is refused `statistics.sample.silent`.
    """
    if not len(probabilities) == len(groups) == len(answered):
        raise refused("statistics.columns", what="probabilities, groups, answered")
    asked: dict[Hashable, list[float]] = {}
    heard: dict[Hashable, list[float]] = {}
    for row, (chance, group, here) in enumerate(zip(probabilities, groups, answered, strict=True)):
        if not 0 < chance <= 1:
            raise refused("statistics.sample.probability", row=row)
        asked.setdefault(group, []).append(1 / chance)
        if here:
            heard.setdefault(group, []).append(1 / chance)
    for group in asked:
        if group not in heard:
            raise refused("statistics.sample.silent", group=group)
    rates = {group: math.fsum(heard[group]) / math.fsum(asked[group]) for group in asked}
    return [
        min(1.0, chance * rates[group])
        for chance, group, here in zip(probabilities, groups, answered, strict=True)
        if here
    ]


@dataclass(frozen=True, slots=True)
class Filled:
    """A value, and whether it was imputed: None where neither an answer nor a former value is there."""

    value: float | None
    imputed: bool


def carried(
    now: Mapping[str, float | None], before: Mapping[str, float], groups: Mapping[str, str], *, least: int = 3
) -> dict[str, Filled]:  # fmt: skip
    """Ratio imputation: a missing value is the unit's former one times the growth of its class, and marked.

    Growth is Σ now ÷ Σ before of those with both; below `least` such units, or where they add up to zero, that of all.
    Without any growth to go by the value stays missing, never zero.
    """
    pairs: dict[str, list[tuple[float, float]]] = {}
    for key, value in now.items():
        if value is not None and key in before:
            pairs.setdefault(groups.get(key, ""), []).append((finite([value], key)[0], finite([before[key]], key)[0]))
    everybody = [pair for found in pairs.values() for pair in found]
    told = {}
    for key, value in now.items():
        if value is not None:
            told[key] = Filled(value, False)
            continue
        own = pairs.get(groups.get(key, ""), [])
        rate = _growth(own) if len(own) >= least else None
        rate = rate if rate is not None else _growth(everybody)
        filled = None if rate is None or key not in before else before[key] * rate
        told[key] = Filled(filled, filled is not None)
    return told


def _growth(pairs: Sequence[tuple[float, float]]) -> float | None:
    below = math.fsum(before for _, before in pairs)
    return math.fsum(now for now, _ in pairs) / below if below > 0 else None
