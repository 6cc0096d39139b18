"""Seasonal adjustment: the open import series against X-13, and a series whose parts are known."""

from __future__ import annotations

import csv
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.seasonal import airline, regressors
from pilotzone.rooms.statistics.engine.seasonal.adjust import adjust
from pilotzone.rooms.statistics.engine.seasonal.filters import henderson
from pilotzone.rooms.statistics.engine.seasonal.regressors import ADDITIVE, SHIFT, Event
from pilotzone.rooms.statistics.queries.definitions import new_years

SHARED = Path(__file__).parents[6] / "shared" / "data" / "statistics"
HERE = pytest.mark.skipif(not SHARED.is_dir(), reason="the open data is not beside this checkout")
YEARS = new_years()
START = 2008 * 12


def made(
    *, months: int = 132, holiday: float = -0.2, noise: float = 0.01, seed: int = 1
) -> tuple[list[float], list[float]]:
    """A synthetic series (合成数据) and its season: level grows, a fixed season, a dip in the week of Chinese New Year."""
    chance, span = np.random.default_rng(seed), list(range(START, START + months))
    season = [0.1 * math.sin(2 * math.pi * month / 12) + 0.05 * math.cos(4 * math.pi * month / 12) for month in span]
    dip = holiday * regressors.new_year(span, YEARS, 0, 6)
    logs = [
        0.008 * i + s + d + e
        for i, (s, d, e) in enumerate(zip(season, dip, chance.normal(0, noise, months), strict=True))
    ]
    return [100 * math.exp(value) for value in logs], [math.exp(s) for s in season]


def test_the_days_of_the_new_year_are_those_known() -> None:
    assert [YEARS[year] for year in (2019, 2020, 2021)] == [date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12)]
    assert min(YEARS) == 1980 and max(YEARS) == 2030


def test_the_regressor_counts_days_by_month() -> None:
    """2020-01-25: seven days of the week from it lie in January; in 2019 (5 February) all lie in February."""
    span = list(range(2019 * 12, 2021 * 12))
    told = regressors.new_year(span, YEARS, 0, 6)
    assert told[12] - told[0] == pytest.approx(1) and told[1] - told[13] == pytest.approx(1)
    assert told[12] - told[24 - 12] == 0 and abs(told[5]) == 0


def test_known_parts_come_back() -> None:
    y, season = made()
    told = adjust(y, START, YEARS)
    assert told.product
    assert np.abs(np.array(told.season) / season - 1).mean() < 0.006
    dip = next(one for one in told.effects if one.name == "new_year(0, 6)")
    assert dip.value == pytest.approx(-0.2, abs=0.03) and dip.t < -5
    parts = np.array(told.trend) * told.season * told.calendar * told.irregular
    assert parts == pytest.approx(y) and told.stable > 7
    assert told.forecast == pytest.approx(made(months=144, noise=0)[0][-12:], rel=0.06)


@pytest.mark.parametrize("months", [48, 59, 61, 83, 97])
def test_a_series_of_few_years_is_adjusted_too(months: int) -> None:
    """Moving averages over more years than there are come back as long as the series."""
    y, season = made(months=months)
    told = adjust(y, START, YEARS)
    assert len(told.adjusted) == months and np.abs(np.array(told.season) / season - 1).mean() < 0.02


def test_a_holiday_left_out_stays_in_the_irregular() -> None:
    y, _ = made()
    with_it, without = (adjust(y, START, YEARS, holidays=holidays, detect=False) for holidays in (True, False))
    assert with_it.aic < without.aic - 50
    assert np.std(with_it.irregular) < 0.7 * np.std(without.irregular)


def test_an_additive_series_may_be_negative() -> None:
    y = [math.log(value) - 5 for value in made(holiday=0)[0]]
    told = adjust(y, START, YEARS)
    assert not told.product
    assert np.array(told.trend) + told.season + told.calendar + told.irregular == pytest.approx(y)


def test_a_shift_belongs_to_the_trend_and_a_single_month_to_the_irregular() -> None:
    y, _ = made()
    y = [value * (0.6 if i >= 60 else 1) * (1.5 if i == 90 else 1) for i, value in enumerate(y)]
    told = adjust(y, START, YEARS)
    found = {one.name for one in told.effects}
    assert {"shift:2013-01", "additive:2015-07"} <= found
    assert told.trend[60] / told.trend[59] == pytest.approx(0.6, rel=0.05)
    assert told.irregular[90] == pytest.approx(1.5, rel=0.08)
    known = [Event(START + 60, SHIFT), Event(START + 90, ADDITIVE)]
    assert adjust(y, START, YEARS, events=known, detect=False).trend == pytest.approx(told.trend, rel=0.02)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([1.0] * 30, "statistics.series.short"),
        ([*range(1, 60), None], "statistics.series.gap"),
        ([*range(1, 60), math.nan], "statistics.series.gap"),
        ([5.0] * 60, "statistics.series.constant"),
    ],
)
def test_a_series_that_cannot_be_adjusted_is_refused(values: list[float | None], code: str) -> None:
    with pytest.raises(Refused) as told:
        adjust(values, START, YEARS)
    assert told.value.code == code


def test_zeros_are_never_multiplied_and_an_unknown_year_is_named() -> None:
    y = made()[0]
    with pytest.raises(Refused, match=r"series\.log"):
        adjust([0.0, *y[1:]], START, YEARS, product=True)
    with pytest.raises(Refused, match=r"series\.holidays"):
        adjust(y, 2026 * 12, YEARS)


def test_hendersons_weights_are_the_published_ones() -> None:
    """Thirteen terms (Shiskin, Young & Musgrave 1967, appendix)."""
    told = [-0.019, -0.028, 0.0, 0.066, 0.147, 0.214, 0.240]
    assert henderson(13)[:7] == pytest.approx(told, abs=6e-4)


def imports() -> dict[int, float]:
    with (SHARED / "china_imports_1983-07_2013-12_100mUSD.csv").open(encoding="utf-8") as file:
        return {round(float(row["t"]) * 12): float(row["v"]) for row in csv.DictReader(file)}


@pytest.mark.shared
@HERE
def test_the_new_year_lowers_the_criterion_as_published() -> None:
    """Airline model on the logarithm of China's imports 1995–2013: AIC −366.5, with days before and after −435.9."""
    with (SHARED / "cny_dates.csv").open(encoding="utf-8") as file:
        days = {int(row["d"][:4]): date.fromisoformat(row["d"]) for row in csv.DictReader(file)}
    assert all(days[year] == day for year, day in YEARS.items())
    series = {month: value for month, value in imports().items() if month >= 1995 * 12}
    y, months = np.log(list(series.values())), list(series)
    plain = airline.fit(y, np.zeros((len(y), 0)))
    x = np.column_stack([regressors.new_year(months, days, *span) for span in ((-6, -1), (0, 6))])
    assert plain.aic == pytest.approx(-366.5, abs=0.05)
    assert airline.fit(y, x).aic == pytest.approx(-435.9, abs=0.05)


@pytest.mark.shared
@HERE
def test_the_parts_of_the_imports_are_close_to_x13() -> None:
    """X-13 of JDemetra+ 3.6, RSA4, which knows no Chinese New Year: so without it here. Mean relative differences."""
    with (SHARED / "x13_rsa4_imports_1995_2013.csv").open(encoding="utf-8") as file:
        key = list(csv.DictReader(file))
    told = adjust([float(row["y"]) for row in key], 1995 * 12, YEARS, holidays=False)
    bounds = {
        "adjusted": ("sa", 0.010),
        "trend": ("trend", 0.007),
        "season": ("seasonal", 0.020),
        "calendar": ("calendar", 0.002),
    }
    for name, (column, bound) in bounds.items():
        theirs = np.array([float(row[column]) for row in key])
        ours = np.array(getattr(told, name))
        assert np.abs(ours / theirs - 1).mean() < bound, name
        assert np.corrcoef(ours, theirs)[0, 1] > 0.98, name
    assert {"shift:2008-11"} <= {one.name for one in told.effects}
