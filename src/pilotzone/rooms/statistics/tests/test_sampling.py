"""Whom to ask, how many, and who did not answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.design.allocation import neyman, proportional
from pilotzone.rooms.statistics.engine.design.chance import uniform
from pilotzone.rooms.statistics.engine.design.frame import Listed, take_all
from pilotzone.rooms.statistics.engine.design.nonresponse import adjusted, carried
from pilotzone.rooms.statistics.engine.design.selection import draw, probabilities

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "sampling.yaml").read_text(encoding="utf-8"))
COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 400), min_size=1)
SIZES = st.lists(st.floats(0, 1e9), min_size=2, max_size=80)


@pytest.mark.parametrize("case", CASES["take_all"], ids=lambda case: case["why"])
def test_the_largest_are_taken(case: dict[str, Any]) -> None:
    frame = [Listed(name, "s", size) for name, size in case["sizes"].items()]
    assert take_all(frame, case["share"]) == set(case["taken"])


@pytest.mark.parametrize("case", CASES["proportional"], ids=lambda case: case["why"])
def test_a_sample_is_shared_by_number(case: dict[str, Any]) -> None:
    assert proportional(case["counts"], case["size"], least=case["least"]) == case["told"]


@pytest.mark.parametrize("case", CASES["neyman"], ids=lambda case: case["why"])
def test_a_sample_is_shared_by_spread(case: dict[str, Any]) -> None:
    assert neyman(case["counts"], case["spreads"], case["size"], least=case["least"]) == case["told"]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["why"])
def test_what_cannot_be_shared_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as told:
        proportional(case["counts"], case["size"])
    assert told.value.code == case["code"]


@given(COUNTS, st.data())
@settings(max_examples=150)
def test_every_allocation_adds_up_within_its_bounds(counts: dict[str, int], data: st.DataObject) -> None:
    least = sum(min(2, count) for count in counts.values())
    size = data.draw(st.integers(least, sum(counts.values())))
    spreads = {name: data.draw(st.floats(0, 1e6)) for name in counts}
    for told in (proportional(counts, size), neyman(counts, spreads, size)):
        assert sum(told.values()) == size
        assert all(min(2, counts[name]) <= told[name] <= counts[name] for name in counts)


@given(SIZES, st.data())
@settings(max_examples=150)
def test_probabilities_add_up_to_the_sample(sizes: list[float], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(sizes)))
    told = probabilities(sizes, size)
    assert math.isclose(sum(told), size, rel_tol=1e-9)
    assert all(0 < chance <= 1 for chance in told)


@given(SIZES, st.integers(0, 10**6), st.data())
@settings(max_examples=100)
def test_a_draw_has_its_number_and_can_be_drawn_again(sizes: list[float], seed: int, data: st.DataObject) -> None:
    frame = [Listed(f"u{i}", "s", size) for i, size in enumerate(sizes)]
    size = data.draw(st.integers(1, len(sizes)))
    told = draw(frame, {"s": size}, seed)
    assert len({unit.key for unit in told}) == size
    assert draw(frame[::-1], {"s": size}, seed) == told


def test_every_unit_is_drawn_as_often_as_it_should() -> None:
    frame = [Listed(f"u{i}", "s", float(i + 1)) for i in range(8)]
    chances = dict(zip((unit.key for unit in frame), probabilities([unit.size for unit in frame], 3), strict=True))
    found = dict.fromkeys(chances, 0)
    for seed in range(2000):
        for unit in draw(frame, {"s": 3}, seed):
            found[unit.key] += 1
            assert math.isclose(unit.probability, chances[unit.key])
    for key, count in found.items():
        assert abs(count / 2000 - chances[key]) < 0.05, key  # four and more standard errors; the seeds are fixed


def test_certain_units_are_there_with_weight_one() -> None:
    frame = [Listed("big", "s", 900), *(Listed(f"u{i}", "s", 1) for i in range(9))]
    told = {unit.key: unit for unit in draw(frame, {"s": 3}, 1, certain=take_all(frame, 0.8))}
    assert told["big"].certain and len(told) == 4
    assert sum(unit.weight for unit in told.values()) == pytest.approx(10)


@pytest.mark.parametrize(
    ("frame", "numbers", "code"),
    [
        ([], {"s": 1}, "statistics.frame.empty"),
        ([Listed("a", "s", 1), Listed("a", "s", 2)], {"s": 1}, "statistics.frame.twice"),
        ([Listed("a", "s", -1)], {"s": 1}, "statistics.frame.size"),
        ([Listed("a", "s", math.nan)], {"s": 1}, "statistics.frame.size"),
        ([Listed("a", "s", 1)], {"s": 1, "t": 2}, "statistics.stratum.empty"),
        ([Listed("a", "s", 1)], {"s": 2}, "statistics.sample.size"),
        ([Listed("a", "s", 1), Listed("b", "t", 1)], {"s": 1}, "statistics.sample.size"),
    ],
)
def test_a_frame_that_cannot_be_drawn_from_is_refused(frame: list[Listed], numbers: dict[str, int], code: str) -> None:
    with pytest.raises(Refused) as told:
        draw(frame, numbers, 1)
    assert told.value.code == code


def test_a_frame_without_any_size_has_no_largest() -> None:
    with pytest.raises(Refused, match="frame.zero"):
        take_all([Listed("a", "s", 0)])


def test_the_seed_gives_the_numbers_it_always_gave() -> None:
    assert uniform(20201111, "start", "s1") == 0.20527572192633503
    assert uniform(20201111, "start", "s2") != uniform(20201111, "start", "s1")


def test_who_answered_stands_for_his_class() -> None:
    told = adjusted([0.5, 0.5, 0.5, 0.25], ["a", "a", "b", "b"], [True, False, True, True])
    assert told == pytest.approx([0.25, 0.5, 0.25])
    assert sum(1 / chance for chance in told) == pytest.approx(2 + 2 + 2 + 4)


def test_a_class_in_which_nobody_answered_is_refused() -> None:
    with pytest.raises(Refused, match="sample.silent"):
        adjusted([0.5, 0.5], ["a", "b"], [True, False])


def test_a_missing_value_grows_as_its_class_and_says_so() -> None:
    now = {"a": 20.0, "b": 22.0, "c": 18.0, "d": None, "new": None, "e": 5.0}
    before = {"a": 10.0, "b": 10.0, "c": 10.0, "d": 7.0, "e": 5.0}
    told = carried(now, before, dict.fromkeys("abcd", "g"))
    assert told["d"].imputed and told["d"].value == pytest.approx(14)
    assert not told["a"].imputed
    assert told["new"].value is None and not told["new"].imputed
