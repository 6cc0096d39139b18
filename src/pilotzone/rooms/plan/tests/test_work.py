"""Working by the plan: due days, chase and scores by their table; what a meeting should talk about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan.engine import agenda, assessment, monthly
from pilotzone.rooms.plan.engine.work import work_of
from pilotzone.rooms.plan.queries.plans import work_rule

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "work.yaml").read_text(encoding="utf-8"))
WORK = work_rule()
RAW: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[3] / "data" / "plan" / "work.yaml").read_text(encoding="utf-8")
)
DUE = date(2021, 2, 5)


@pytest.mark.parametrize("case", CASES["due"], ids=lambda case: case["why"])
def test_when_a_monthly_report_is_due(case: dict[str, Any]) -> None:
    assert monthly.due_of(case["month"], WORK, is_working_day) == case["due"]


@pytest.mark.parametrize("case", CASES["standing"], ids=lambda case: case["why"])
def test_how_a_report_stands(case: dict[str, Any]) -> None:
    told = monthly.standing(DUE, case["sent"], case["day"], WORK, is_working_day)
    assert (told.state, told.late, told.step) == (case["state"], case["late"], case["step"]) and told.zh and told.en


def test_each_step_of_the_chase_comes_once_its_day_has_come() -> None:
    days = {date(2021, 2, 2): 0, date(2021, 2, 3): 1, date(2021, 2, 7): 2, date(2021, 2, 17): 2, date(2021, 2, 18): 3}
    assert {day: len(monthly.steps_due(DUE, day, WORK, is_working_day)) for day in days} == days


def facts(case: dict[str, Any]) -> assessment.Facts:
    return assessment.Facts(
        [assessment.TaskFact(*row) for row in case["tasks"]],
        [
            assessment.TargetFact("k", Decimal(asked), None if value is None else Decimal(value))
            for asked, value in case["targets"]
        ],
        *case["reports"],
        *case["actions"],
    )


@pytest.mark.parametrize("case", CASES["scores"], ids=lambda case: case["why"])
def test_a_score(case: dict[str, Any]) -> None:
    told = assessment.score(facts(case), WORK)
    assert (None if told is None else str(told.score)) == case["score"]


LIGHTS = st.sampled_from(["green", "yellow", "red", "long"])
NUMBERS = st.decimals(0, 10**9, places=2)


@given(
    st.lists(st.builds(assessment.TaskFact, st.integers(1, 45), LIGHTS, st.booleans()), max_size=10),
    st.lists(st.builds(assessment.TargetFact, st.just("k"), NUMBERS.map(lambda n: n + 1), st.none() | NUMBERS), max_size=6),
    st.integers(0, 12), st.integers(0, 12), st.integers(0, 9), st.integers(0, 9),
)  # fmt: skip
def test_a_score_is_the_sum_of_its_parts_and_lies_between_nothing_and_a_hundred(
    tasks: list[assessment.TaskFact], targets: list[assessment.TargetFact], due: int, sent: int, asked: int, done: int
) -> None:
    told = assessment.score(assessment.Facts(tasks, targets, due, min(sent, due), asked, min(done, asked)), WORK)
    if told is None:
        assert not targets and not due and not asked and all(one.light == "long" for one in tasks)
        return
    assert 0 <= told.score <= 100
    assert abs(sum(part.adds for part in told.parts) - told.score) <= Decimal("0.05")
    assert abs(sum(part.weight for part in told.parts) - 100) < Decimal("0.3")


def test_an_agenda_begins_with_what_presses() -> None:
    told = agenda.propose(
        [(1, "甲", "a", "red", "过期", "late"), (2, "乙", "b", "green", "", "")],
        [(1, "办", "市商务局", "2019-08-01")],
        [("市商务局", 2)],
        [(3, "市税务局", "证据已交")],
        meetings_missing=1,
    )
    assert [one.kind for one in told] == ["task", "action", "late", "dispute", "meetings"]
    assert told[0].page == "/plan/tasks/1/" and "红灯" in told[0].zh
    assert agenda.propose([], [], [], []) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"assessment": RAW["assessment"] | {"weights": {"tasks": 50, "targets": 20, "reports": 20, "actions": 11}}},
        {"assessment": RAW["assessment"] | {"weights": {"tasks": 120, "targets": -20, "reports": 0, "actions": 0}}},
        {"monthly": RAW["monthly"] | {"working_day": 0}},
        {"monthly": RAW["monthly"] | {"notice": 1}},
        {"monthly": None},
        {"coordinated": None},
    ],
)
def test_rules_that_do_not_add_up_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        work_of(RAW | wrong)
    assert refusal.value.code == "plan.file"
