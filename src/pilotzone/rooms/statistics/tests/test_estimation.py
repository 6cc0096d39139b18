"""Estimates and their errors: by hand, by the open sets, and both ways of the variance against each other."""

from __future__ import annotations

import csv
import gzip
import io
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.estimation import quantities
from pilotzone.rooms.statistics.engine.estimation.calibration import greg, post_strata, raking
from pilotzone.rooms.statistics.engine.estimation.estimate import JACKKNIFE, estimate
from pilotzone.rooms.statistics.engine.estimation.quality import grade
from pilotzone.rooms.statistics.engine.estimation.sample import Sample, sample
from pilotzone.rooms.statistics.engine.estimation.variance import CENTRE

SHARED = Path(__file__).parents[6] / "shared" / "data" / "statistics"
TWO = sample(["a", "a", "a", "b", "b"], [0.3, 0.3, 0.3, 0.5, 0.5], {"y": [1, 2, 6, 10, 14], "x": [1, 1, 2, 4, 6]})


def test_a_stratified_total_is_that_of_the_textbook() -> None:
    """N = 10 and 4; s² = 7 and 8: V = 10²(1−0.3)·7/3 + 4²(1−0.5)·8/2 (Cochran 1977, 5.4)."""
    told = estimate(TWO, quantities.total(TWO, "y"))
    assert told.value == pytest.approx(9 / 0.3 + 24 / 0.5)
    assert told.variance == pytest.approx(100 * 0.7 * 7 / 3 + 16 * 0.5 * 8 / 2)
    assert told.degrees == 3 and told.cv == pytest.approx(told.error / told.value)


def test_the_jackknife_of_a_total_is_its_taylor_variance() -> None:
    plain, left_out = (estimate(TWO, quantities.total(TWO, "y"), method=m) for m in ("taylor", JACKKNIFE))
    assert left_out.variance == pytest.approx(plain.variance)


def test_certain_units_have_no_error() -> None:
    found = sample(["a", "a", "b"], [1, 1, 1], {"y": [1, 2, 3]})
    told = estimate(found, quantities.total(found, "y"))
    assert (told.value, told.variance, told.deff, told.degrees) == (6, 0, None, 0)
    assert told.interval() == (6, 6)


def test_a_stratum_of_one_has_no_variance_unless_it_is_centred() -> None:
    found = sample(["a", "a", "b"], [0.5, 0.5, 0.5], {"y": [1, 2, 3]})
    for method in ("taylor", JACKKNIFE):
        with pytest.raises(Refused, match=r"stratum\.single"):
            estimate(found, quantities.total(found, "y"), method=method)
        assert estimate(found, quantities.total(found, "y"), method=method, single=CENTRE).variance > 0


@pytest.mark.parametrize(
    ("strata", "chances", "columns", "code"),
    [
        ([], [], {}, "statistics.sample.empty"),
        (["a"], [0], {}, "statistics.sample.probability"),
        (["a"], [1.1], {}, "statistics.sample.probability"),
        (["a"], [math.nan], {}, "statistics.number"),
        (["a"], [1, 1], {}, "statistics.columns"),
        (["a"], [1], {"y": [1, 2]}, "statistics.columns"),
        (["a"], [1], {"y": [math.inf]}, "statistics.number"),
        (["a"], [1], {"y": [None]}, "statistics.number"),
    ],
)
def test_a_sample_with_holes_is_refused(
    strata: list[str], chances: list[float], columns: dict[str, list[float]], code: str
) -> None:
    with pytest.raises(Refused) as told:
        sample(strata, chances, columns)
    assert told.value.code == code


def test_a_zero_total_never_divides() -> None:
    found = sample(["a", "a"], [0.5, 0.5], {"y": [1, 2], "x": [0, 0]})
    for asked in (
        lambda: quantities.ratio(found, "y", "x"),
        lambda: quantities.mean(found, "y", domain=[False, False]),
    ):
        with pytest.raises(Refused, match=r"sample\.zero"):
            estimate(found, asked())
    assert estimate(found, quantities.total(found, "x")).cv is None


def drawn(seed: int, size: int = 60) -> Sample:
    chance = np.random.default_rng(seed)
    x = chance.lognormal(2, 0.5, size)
    return sample(
        [f"{i % 3}" for i in range(size)], [0.1 + 0.05 * (i % 3) for i in range(size)],
        {"x": x.tolist(), "y": (2 * x + chance.normal(0, 1, size)).tolist()},
    )  # fmt: skip


@given(st.integers(0, 10**6))
@settings(max_examples=30)
def test_calibrated_weights_meet_what_is_known(seed: int) -> None:
    found = drawn(seed)
    groups, halves = [i % 3 for i in range(60)], [i % 2 for i in range(60)]
    known = {"": 450.0, "x": 3800.0}
    weights = greg(found, known).weights(found.weights)
    assert weights.sum() == pytest.approx(450) and weights @ found.column("x") == pytest.approx(3800)
    margins = ((groups, {0: 200, 1: 150, 2: 100}), (halves, {0: 225, 1: 225}))
    weights = raking(found, margins).weights(found.weights)
    assert (weights > 0).all()
    for group, count in ((0, 200), (1, 150), (2, 100)):
        assert weights[[one == group for one in groups]].sum() == pytest.approx(count)
    assert weights[[one == 0 for one in halves]].sum() == pytest.approx(225)


def test_what_the_auxiliary_explains_has_no_error() -> None:
    found = drawn(1)
    perfect = estimate(found, quantities.total(found, "x"), calibration=greg(found, {"": 450.0, "x": 3800.0}))
    assert perfect.value == pytest.approx(3800) and perfect.error == pytest.approx(0, abs=1e-6)
    plain, better = (
        estimate(found, quantities.total(found, "y"), calibration=c)
        for c in (None, greg(found, {"": 450.0, "x": 3800.0}))
    )
    assert better.variance < plain.variance / 10


def test_post_stratification_is_the_ratio_in_each_group() -> None:
    found = sample(["a"] * 4, [0.4] * 4, {"y": [1.0, 3, 10, 20]})
    told = estimate(found, quantities.total(found, "y"), calibration=post_strata(found, "ppqq", {"p": 6, "q": 4}))
    assert told.value == pytest.approx(6 * 2 + 4 * 15)


@pytest.mark.parametrize("method", ["taylor", JACKKNIFE])
def test_both_ways_of_the_variance_agree_about_calibrated_estimates(method: str) -> None:
    found = drawn(5, 240)
    groups = [i % 3 for i in range(240)]
    for calibration in (greg(found, {"": 1800.0, "x": 15000.0}), raking(found, [(groups, {0: 700, 1: 600, 2: 500})])):
        told = estimate(found, quantities.mean(found, "y"), calibration=calibration, method=method)
        other = estimate(found, quantities.mean(found, "y"), calibration=calibration)
        assert told.error == pytest.approx(other.error, rel=0.05)


def test_totals_that_cannot_be_met_are_refused() -> None:
    found = drawn(2)
    groups = [i % 2 for i in range(60)]
    with pytest.raises(Refused, match=r"sample\.silent"):
        post_strata(found, groups, {0: 1, 1: 1, 2: 5})
    with pytest.raises(Refused, match="statistics.columns"):
        post_strata(found, groups, {0: 1})
    with pytest.raises(Refused, match=r"sample\.calibration"):
        raking(found, [(groups, {0: 1, 1: 1}), (groups, {0: 2, 1: 2})])
    doubled = sample(found.strata, list(found.probabilities), {"x": [1.0] * 60, "x2": [1.0] * 60})
    with pytest.raises(Refused, match=r"sample\.calibration"):
        estimate(doubled, quantities.count(doubled), calibration=greg(doubled, {"x": 400.0, "x2": 500.0}))


def test_the_grade_of_an_estimate_is_that_of_its_day() -> None:
    day = date(2020, 11, 30)
    assert [grade(cv, total=True, on=day).grade for cv in (0.05, 0.051, 0.30, 0.31, None)] == [
        "good", "careful", "careful", "withheld", "withheld",
    ]  # fmt: skip
    assert grade(0.15, total=False, on=day).grade == "good"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the open data is not beside this checkout")
def test_the_open_sample_of_schools_is_reproduced() -> None:
    """Simple random sample of 200 of 6,194 schools (apisrs of the R package survey); errors as its README gives them."""
    with gzip.open(SHARED / "apisrs.csv.gz") as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    columns = {name: [float(row[name]) for row in rows] for name in ("api00", "enroll", "api.stu")}
    found = sample(["1"] * len(rows), [200 / 6194] * len(rows), columns)
    told = {
        "mean": quantities.mean(found, "api00"), "total": quantities.total(found, "enroll"),
        "ratio": quantities.ratio(found, "api.stu", "enroll"),
    }  # fmt: skip
    for kind in "EHM":
        mask = [row["stype"] == kind for row in rows]
        told[f"share {kind}"] = quantities.proportion(found, mask)
        told[f"mean {kind}"] = quantities.mean(found, "api00", domain=mask)
    key = {
        "mean": (656.585, 9.24972203928281), "total": (3621074.34, 169519.654344059),
        "ratio": (0.825353654573134, 0.0100688263233281), "share E": (0.71, 0.0316427633974734),
        "share H": (0.125, 0.0230624405297003), "share M": (0.165, 0.0258840029375801),
        "mean E": (666.140845070423, 11.1935233971644), "mean H": (605.36, 21.9266446973357),
        "mean M": (654.272727272727, 21.8261159913155),
    }  # fmt: skip
    for name, (value, error) in key.items():
        done = estimate(found, told[name])
        assert done.value == pytest.approx(value, rel=1e-12) and done.error == pytest.approx(error, rel=1e-12), name
        assert done.deff == pytest.approx(1)
    assert estimate(found, told["mean"]).interval() == pytest.approx((638.455877935999, 674.714122064001))
