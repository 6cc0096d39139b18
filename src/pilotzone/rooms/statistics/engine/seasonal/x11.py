"""The core of X-11 on a series that was cleared of calendar effects and lengthened by forecasts (Shiskin, Young & Musgrave 1967).

Three passes as in X-11's parts B, C and D: trend by the centred year, season by 3×3, trend by Henderson's 13 terms, season by 3×5, in the
last pass by the average the moving seasonality ratio asks for; each pass with the extremes the one before it found weighed down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilotzone.rooms.statistics.engine.seasonal.filters import (
    THREE_BY_FIVE,
    THREE_BY_NINE,
    THREE_BY_THREE,
    YEAR,
    Vector,
    by_month,
    henderson,
    moved,
)

_LOW, _HIGH, _HENDERSON, _YEARS = 1.5, 2.5, 13, 5
_RATIOS = (2.5, 3.5, 5.5, 6.5)


@dataclass(frozen=True, eq=False)
class Parts:
    """Trend, season and irregular: their product is the series, or their sum where additive; weights of 1 are no extremes."""

    trend: Vector
    season: Vector
    irregular: Vector
    weights: Vector


def decompose(y: Vector, *, product: bool, inside: slice) -> Parts:
    """The parts of a series that starts in any month; `inside` is the part that is no forecast."""
    told = _pass(y, y, product, THREE_BY_FIVE)
    weights = np.ones(len(y))
    for last in (False, True):
        weights = _weights(told.irregular, product)
        one = 1.0 if product else 0.0
        mild = one + weights * (told.irregular - one)
        tame = told.trend * told.season * mild if product else told.trend + told.season + mild
        average = _average(_less(tame, told.trend, product)[inside], product) if last else THREE_BY_FIVE
        told = _pass(y, tame, product, average)
    return Parts(told.trend, told.season, told.irregular, weights)


def _pass(y: Vector, tame: Vector, product: bool, average: Vector) -> Parts:
    season = _level(by_month(_less(tame, moved(tame, YEAR), product), THREE_BY_THREE), product)
    trend = _trend(_less(tame, season, product))
    season = _level(by_month(_less(tame, trend, product), average), product)
    trend = _trend(_less(tame, season, product))
    return Parts(trend, season, _less(_less(y, season, product), trend, product), np.ones(len(y)))


def _average(both: Vector, product: bool) -> Vector:
    """3×3, 3×5 or 3×9 by the moving seasonality ratio of season with irregular (Lothian 1984): undecided, a year is left out."""
    for _ in range(6):
        season = by_month(both, np.ones(7) / 7)
        steps = [_steps(_less(both, season, product), product), _steps(season, product)]
        ratio = steps[0] / steps[1] if steps[1] else np.inf
        if ratio < _RATIOS[0]:
            return THREE_BY_THREE
        if _RATIOS[1] <= ratio < _RATIOS[2]:
            return THREE_BY_FIVE
        if ratio >= _RATIOS[3]:
            return THREE_BY_NINE
        if len(both) < 72:
            break
        both = both[:-12]
    return THREE_BY_FIVE


def _steps(values: Vector, product: bool) -> float:
    """The mean change from a year to the next."""
    return float(np.mean(np.abs(values[12:] / values[:-12] - 1 if product else values[12:] - values[:-12])))


def _less(a: Vector, b: Vector, product: bool) -> Vector:
    return np.asarray(a / b if product else a - b)


def _trend(adjusted: Vector) -> Vector:
    return moved(adjusted, henderson(_HENDERSON))


def _level(season: Vector, product: bool) -> Vector:
    """Over each year the season is one (or nothing)."""
    return _less(season, moved(season, YEAR), product)


def _weights(irregular: Vector, product: bool) -> Vector:
    """1 up to 1.5 standard deviations of the five years around, falling to 0 at 2.5."""
    off = irregular - (1.0 if product else 0.0)
    told, reach = np.ones(len(off)), 6 * _YEARS
    for _ in range(2):  # the deviation is taken once more without what lies beyond 2.5 of it
        fresh = np.ones(len(off))
        for at in range(len(off)):
            around = slice(max(0, min(at - reach, len(off) - 2 * reach)), max(at + reach, 2 * reach))
            kept = off[around][told[around] > 0]
            sigma = float(np.sqrt(np.mean(kept**2))) if len(kept) else 0.0
            far = abs(off[at]) / sigma if sigma else 0.0
            fresh[at] = min(1.0, max(0.0, (_HIGH - far) / (_HIGH - _LOW)))
        told = fresh
    return told
