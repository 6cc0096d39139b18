"""Seasonal adjustment that knows Chinese New Year. Algorithm `seasonal.v1` (docs/algorithms/statistics_seasonal.md).

1. An airline model with regressors before and after Chinese New Year, working days and events, on the logarithm or not;
   where multiplicative February is first set to its mean length.
Months that stand out are found. 2. Calendar and events taken out, the series lengthened by the model's forecasts both ways. 3. X-11's moving averages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pilotzone.rooms.statistics.engine.seasonal import airline, outliers, regressors
from pilotzone.rooms.statistics.engine.seasonal.filters import Vector
from pilotzone.rooms.statistics.engine.seasonal.months import name
from pilotzone.rooms.statistics.engine.seasonal.regressors import SHIFT, Event, Matrix
from pilotzone.rooms.statistics.engine.seasonal.x11 import decompose
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "seasonal.v1"
LEAST, _LENGTHEN, _PREFER_LOG = 48, 36, 2.0
BEFORE, AFTER = (-6, -1), (0, 6)


@dataclass(frozen=True, slots=True)
class Effect:
    """One regressor: its coefficient (of the logarithm where multiplicative) and t value."""

    name: str
    value: float
    t: float


@dataclass(frozen=True, eq=False)
class Adjusted:
    """By month: value, seasonally adjusted, trend, season, calendar (with Chinese New Year), irregular; as factors where `product`.

    Value = trend × season × calendar × irregular, or their sum. `effects`, `theta`, `seasonal_theta` and `aic` tell the model;
    `stable` is the F value of stable seasonality (7 and more: clearly seasonal).
    """

    start: int
    product: bool
    adjusted: tuple[float, ...]
    trend: tuple[float, ...]
    season: tuple[float, ...]
    calendar: tuple[float, ...]
    irregular: tuple[float, ...]
    effects: tuple[Effect, ...]
    theta: float
    seasonal_theta: float
    aic: float
    stable: float
    forecast: tuple[float, ...]
    algorithm: str = ALGORITHM


def adjust(
    values: Sequence[float | None], start: int, new_years: Mapping[int, date], *, product: bool | None = None,
    working_days: bool = True, holidays: bool = True, events: Sequence[Event] = (), detect: bool = True,
) -> Adjusted:  # fmt: skip
    """The parts of a monthly series from month `start` (`months.number`) on, and twelve forecasts.

    `events` are known beforehand; `detect` finds more, which are told among the effects.
    `product` None: chosen by AIC, additive where a value is not positive. Refused: `statistics.series.gap` with the first
    month without figure, `.short`, `.constant`, `.log`, `.holidays`.
    """
    y = _checked(values, start)
    positive = bool((y > 0).all())
    if product and not positive:
        raise refused("statistics.series.log")
    months = list(range(start - _LENGTHEN, start + len(y) + _LENGTHEN))
    here = slice(_LENGTHEN, _LENGTHEN + len(y))
    names, whole = _matrix(months, new_years, working_days, holidays, events)
    product = positive and _logs(y, whole[here][:, _moving(whole[here])]) if product is None else product
    fixed = np.log(regressors.leap(months)) if product and working_days else np.zeros(len(months))
    scale = np.log(y) - fixed[here] if product else y
    if detect:
        more = outliers.found(scale, whole[here][:, _moving(whole[here])], months[here])
        fresh = [one for one in more if not any(one.month == old.month and one.kind == old.kind for old in events)]
        names, whole = _matrix(months, new_years, working_days, holidays, [*events, *fresh])
    keep = _moving(whole[here])
    names, whole = [n for n, k in zip(names, keep, strict=True) if k], whole[:, keep]
    x = whole[here]
    model = airline.fit(scale, x)
    long = whole @ model.beta
    shift = np.array([n.startswith(SHIFT) for n in names], dtype=bool)
    single = np.array([n.startswith(regressors.ADDITIVE) for n in names], dtype=bool)
    clear = scale - long[_LENGTHEN : _LENGTHEN + len(y)]
    ahead, back = airline.forecast(clear, model, _LENGTHEN), airline.forecast(clear[::-1], model, _LENGTHEN)[::-1]
    series = np.concatenate([back, clear, ahead])
    parts = decompose(np.exp(series) if product else series, product=product, inside=here)

    def effect(mask: Vector) -> Vector:
        told = x[:, mask] @ model.beta[mask]
        return np.asarray(np.exp(told) if product else told)

    calendar, jumps, points = effect(~shift & ~single), effect(shift), effect(single)
    calendar = calendar * np.exp(fixed[here]) if product else calendar
    season = parts.season[here]
    trend = parts.trend[here] * jumps if product else parts.trend[here] + jumps
    irregular = parts.irregular[here] * points if product else parts.irregular[here] + points
    adjusted = y / season / calendar if product else y - season - calendar
    next_year = (ahead + (long + fixed)[_LENGTHEN + len(y) :])[:12]
    return Adjusted(
        start, product, _plain(adjusted), _plain(trend), _plain(season), _plain(calendar), _plain(irregular),
        tuple(Effect(n, float(b), float(t)) for n, b, t in zip(names, model.beta, model.t, strict=True)),
        model.theta, model.seasonal, model.aic, _stable(parts.season[here], parts.irregular[here], start, product),
        _plain(np.exp(next_year) if product else next_year),
    )  # fmt: skip


def _checked(values: Sequence[float | None], start: int) -> Vector:
    if len(values) < LEAST:
        raise refused("statistics.series.short", months=len(values), least=LEAST)
    for at, value in enumerate(values):
        if value is None or not math.isfinite(value):
            raise refused("statistics.series.gap", month=name(start + at))
    y = np.array(values, dtype=float)
    if np.ptp(y) <= 1e-12 * np.abs(y).max():
        raise refused("statistics.series.constant")
    return y


def _matrix(
    months: Sequence[int], new_years: Mapping[int, date], working: bool, holidays: bool, events: Sequence[Event]
) -> tuple[list[str], Matrix]:  # fmt: skip
    columns: list[tuple[str, Matrix]] = []
    if holidays:
        columns += [(f"new_year{span}", regressors.new_year(months, new_years, *span)) for span in (BEFORE, AFTER)]
    if working:
        columns.append(("working_days", regressors.working_days(months)))
    columns += [(f"{one.kind}:{name(one.month)}", regressors.event(months, one)) for one in events]
    told = np.column_stack([column for _, column in columns]) if columns else np.zeros((len(months), 0))
    return [label for label, _ in columns], told


def _moving(x: Matrix) -> Vector:
    """Which regressors have anything to say in this span."""
    z = airline.differenced(x)
    return np.array([bool(np.abs(z[:, i]).max() > 1e-9) for i in range(x.shape[1])], dtype=bool)


def _logs(y: Vector, x: Matrix) -> bool:
    """Whether the logarithm fits better, with a small preference for it (X-13's `aicdiff`)."""
    jacobian = 2 * float(np.sum(np.log(y[13:])))
    return airline.fit(np.log(y), x).aic + jacobian <= airline.fit(y, x).aic + _PREFER_LOG


def _stable(season: Vector, irregular: Vector, start: int, product: bool) -> float:
    """F of a one-way analysis of the season with irregular by month."""
    both = season * irregular if product else season + irregular
    groups = [both[(np.arange(len(both)) + start) % 12 == month] for month in range(12)]
    mean = both.mean()
    between = sum(len(g) * (g.mean() - mean) ** 2 for g in groups) / 11
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups) / (len(both) - 12)
    return float(between / within) if within > 1e-300 else math.inf


def _plain(values: Vector) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
