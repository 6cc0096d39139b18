"""Indices by hand, by the open scanner data, and by what every one of them must satisfy."""

from __future__ import annotations

import csv
import gzip
import io
import math
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.collection.unit_prices import fence
from pilotzone.rooms.statistics.engine.indices import bilateral
from pilotzone.rooms.statistics.engine.indices.chained import chained, fixed
from pilotzone.rooms.statistics.engine.indices.goods import Sale, by_period
from pilotzone.rooms.statistics.engine.indices.unit_values import Line, trimmed

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "indices.yaml").read_text(encoding="utf-8"))
SHARED = Path(__file__).parents[6] / "shared" / "data" / "statistics"
GOODS = {name: {p: (float(a), float(b)) for p, (a, b) in found.items()} for name, found in CASES["goods"].items()}
PAIRS = st.tuples(st.floats(0.01, 1e4), st.floats(0.01, 1e6))
SOLD = st.dictionaries(st.sampled_from("abcdef"), st.tuples(PAIRS, PAIRS), min_size=1)


def test_the_worked_example() -> None:
    for name, text in CASES["told"].items():
        assert bilateral.PRICE[name](GOODS, "base", "now") == pytest.approx(float(Fraction(text)))
    for name, text in CASES["volume"].items():
        assert bilateral.volume(name, GOODS, "base", "now") == pytest.approx(float(Fraction(text)))
    assert bilateral.unit_value(GOODS, "base", "now") == pytest.approx((48 / 14) / (40 / 14))


@given(SOLD)
@settings(max_examples=150)
def test_what_every_index_satisfies(sold: dict[str, tuple[tuple[float, float], tuple[float, float]]]) -> None:
    goods = {"0": {k: a for k, (a, _) in sold.items()}, "1": {k: b for k, (_, b) in sold.items()}}
    low, high = sorted((bilateral.laspeyres(goods, "0", "1"), bilateral.paasche(goods, "0", "1")))
    fisher = bilateral.fisher(goods, "0", "1")
    assert low * (1 - 1e-9) <= fisher <= high * (1 + 1e-9)
    for name, index in bilateral.PRICE.items():
        assert index(goods, "0", "0") == pytest.approx(1), name
    for index in (bilateral.fisher, bilateral.tornqvist):  # time reversal
        assert index(goods, "0", "1") * index(goods, "1", "0") == pytest.approx(1)
    value = sum(p * q for p, q in goods["1"].values()) / sum(p * q for p, q in goods["0"].values())
    assert fisher * bilateral.volume("fisher", goods, "0", "1") == pytest.approx(value)  # factor reversal


def test_a_chain_lets_products_come_and_go() -> None:
    goods = {"1": {"a": (1.0, 1.0)}, "2": {"a": (2.0, 1.0), "b": (4.0, 1.0)}, "3": {"b": (6.0, 1.0)}}
    assert chained(bilateral.fisher, goods, ["1", "2", "3"]) == pytest.approx({"1": 1, "2": 2, "3": 3})
    with pytest.raises(Refused, match=r"index\.unmatched"):
        fixed(bilateral.fisher, goods, ["1", "2", "3"])


@pytest.mark.parametrize("bad", [(0.0, 1.0), (-1.0, 1.0), (math.nan, 1.0), (1.0, -1.0), (1.0, math.inf)])
def test_a_price_that_is_none_is_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(Refused, match=r"index\.value"):
        by_period([Sale("1", "a", *bad)])


def test_a_period_without_sales_is_named() -> None:
    goods = by_period([Sale("1", "a", 1, 1), Sale("2", "a", 1, 0)])
    for now in ("2", "3"):
        with pytest.raises(Refused, match=r"index\.period"):
            bilateral.fisher(goods, "1", now)


def test_unit_values_leave_a_slipped_point_out_and_say_so() -> None:
    lines = [Line("1", "a", 100.0 + i, 10.0) for i in range(8)] + [Line("1", "a", 100.0, 0.1)]
    told = trimmed(lines)
    assert [line.quantity for line in told.left_out] == [0.1] and len(told.sales) == 8
    assert not trimmed(lines[-4:]).left_out  # four lines say nothing of what is usual
    with pytest.raises(Refused, match=r"index\.value"):
        trimmed([Line("1", "a", 1.0, 0.0)])


def test_the_fence_of_a_unit_price() -> None:
    told = fence([10, 11, 12, 11, 10, 12])
    assert told is not None and told.holds(11) and not told.holds(110)
    assert fence([10, 11]) is None
    same = fence([10.0] * 5)
    assert same is not None and same.holds(10.5) and not same.holds(12)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the open data is not beside this checkout")
def test_the_open_scanner_data_is_reproduced() -> None:
    """Milk of the R package PriceIndices; the values its README gives, to 1e-6."""
    with gzip.open(SHARED / "milk.csv.gz") as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))
    goods = by_period(Sale(r["time"][:7], r["prodID"], float(r["prices"]), float(r["quantities"])) for r in rows)
    months = [month for month in sorted(goods) if month <= "2020-01"]
    assert bilateral.fisher(goods, "2018-12", "2020-01") == pytest.approx(0.9615501, abs=1e-6)
    assert chained(bilateral.fisher, goods, months)["2020-01"] == pytest.approx(0.9618094, abs=1e-6)
    lowe = [bilateral.lowe(goods, "2019-12", month, weights="2018-12") for month in ("2019-12", "2020-01", "2020-02")]
    assert lowe == pytest.approx([1, 0.9880546, 1.0024443], abs=1e-6)
