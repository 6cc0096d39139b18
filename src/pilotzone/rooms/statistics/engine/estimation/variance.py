"""Variances: Taylor linearisation and the stratified delete-one jackknife.

Both take units without replacement: Hájek's form with (1 − π), which for equal probabilities is the formula of stratified
simple random sampling, and gives nothing to units that were certain.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pilotzone.rooms.statistics.engine.estimation.sample import Column, Sample
from pilotzone.rooms.statistics.errors import refused

REFUSE, CENTRE = "refuse", "centre"
_SURE = 1e-12


def chancy(found: Sample) -> list[tuple[str, Column]]:
    """The strata in which there was chance, each with the rows that were not certain."""
    rows: dict[str, list[int]] = {}
    for row, (stratum, chance) in enumerate(zip(found.strata, found.probabilities, strict=True)):
        if chance < 1 - _SURE:
            rows.setdefault(stratum, []).append(row)
    return [(stratum, np.array(here)) for stratum, here in rows.items()]


def degrees(found: Sample) -> int:
    """Degrees of freedom: units drawn by chance less their strata."""
    return sum(len(rows) - 1 for _, rows in chancy(found))


def taylor(found: Sample, scores: Column, *, single: str = REFUSE) -> float:
    """The variance of Σ scores (weight × linearised variable). A stratum of one unit: see `single`."""
    told = 0.0
    overall = float(scores.mean())
    for stratum, rows in chancy(found):
        spare, z = 1 - found.probabilities[rows], scores[rows]
        if len(rows) == 1:
            _lonely(stratum, single)
            told += float(spare[0] * (z[0] - overall) ** 2)
            continue
        centre = (spare @ z) / spare.sum()
        told += len(rows) / (len(rows) - 1) * float(spare @ (z - centre) ** 2)
    return told


def jackknife(found: Sample, value: Callable[[Column], float], *, single: str = REFUSE) -> float:
    """Leave out each unit that chance drew, raise its stratum, and ask again: `value` maps design weights to the estimate.

    Centred on the full estimate.
    """
    weights, told = found.weights, 0.0
    whole = value(weights)
    for stratum, rows in chancy(found):
        if len(rows) == 1:
            _lonely(stratum, single)
            without = weights.copy()
            without[rows[0]] = 0.0
            others = np.arange(len(weights)) != rows[0]
            without[others] *= weights.sum() / weights[others].sum() if others.any() else 0.0
            told += float(1 - found.probabilities[rows[0]]) * (value(without) - whole) ** 2
            continue
        factor = len(rows) / (len(rows) - 1)
        for row in rows:
            without = weights.copy()
            without[rows] *= factor
            without[row] = 0.0
            told += float(1 - found.probabilities[row]) / factor * (value(without) - whole) ** 2
    return told


def _lonely(stratum: str, single: str) -> None:
    if single != CENTRE:
        raise refused("statistics.stratum.single", stratum=stratum)
