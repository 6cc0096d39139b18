"""An estimate with its error. Algorithm `estimation.v1` (docs/algorithms/statistics_sampling.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from pilotzone.rooms.statistics.engine.estimation import variance
from pilotzone.rooms.statistics.engine.estimation.calibration import Calibration
from pilotzone.rooms.statistics.engine.estimation.quantities import Quantity
from pilotzone.rooms.statistics.engine.estimation.sample import Column, Sample

ALGORITHM = "estimation.v1"
TAYLOR, JACKKNIFE = "taylor", "jackknife"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its variance; `deff` against a simple random sample of as many units, None where that has no error."""

    value: float
    variance: float
    units: int
    degrees: int
    method: str
    deff: float | None

    @property
    def error(self) -> float:
        """The standard error."""
        return math.sqrt(self.variance)

    @property
    def cv(self) -> float | None:
        """Standard error ÷ |value|; None where the value is zero."""
        return self.error / abs(self.value) if self.value else None

    def interval(self, level: float = 0.95, *, small: bool = False) -> tuple[float, float]:
        """The confidence interval; `small` takes Student's t with the degrees of freedom instead of the normal."""
        reach = _student(level, self.degrees) if small and self.degrees else NormalDist().inv_cdf(0.5 + level / 2)
        return self.value - reach * self.error, self.value + reach * self.error


def estimate(
    found: Sample, quantity: Quantity, *, calibration: Calibration | None = None, method: str = TAYLOR,
    single: str = variance.REFUSE,
) -> Estimate:  # fmt: skip
    """The quantity under design weights (Horvitz–Thompson) or calibrated ones, with its variance by `method`.

    The jackknife calibrates anew in every replicate. `single`: `refuse` or `centre` (on the overall mean) for a
    stratum with one unit.
    """

    def value(design: Column) -> float:
        return quantity.value(design if calibration is None else calibration.weights(design))

    design = found.weights
    weights = design if calibration is None else calibration.weights(design)
    linear = quantity.linear(weights)
    if calibration is not None:
        linear = calibration.residuals(weights if calibration.raking else design, linear)
    if method == JACKKNIFE:
        spread = variance.jackknife(found, value, single=single)
    else:
        spread = variance.taylor(found, weights * linear, single=single)
    plain = _simple(weights, quantity.linear(weights))
    return Estimate(
        quantity.value(weights), spread, len(found), variance.degrees(found), method, spread / plain if plain else None
    )


def _simple(weights: Column, linear: Column) -> float:
    """The variance a simple random sample of as many units would have had."""
    n, whole = len(weights), float(weights.sum())
    if n < 2 or whole <= n:
        return 0.0
    centre = float(weights @ linear) / whole
    spread = float(weights @ (linear - centre) ** 2) / whole * n / (n - 1)
    return whole**2 * (1 - n / whole) * spread / n


def _student(level: float, degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + level / 2))
