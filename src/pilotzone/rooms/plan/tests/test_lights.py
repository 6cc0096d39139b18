"""Lights by their table, and the plan as the annex has it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.units import code_named
from pilotzone.rooms.plan.engine import lights
from pilotzone.rooms.plan.engine.days import due_day
from pilotzone.rooms.plan.engine.plan import Target, Task, read
from pilotzone.rooms.plan.queries.plans import bindings, light_rule, plan_of

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "lights.yaml").read_text(encoding="utf-8"))
PLAN = plan_of("nanchang-2019")


@pytest.mark.parametrize("case", CASES["tasks"], ids=lambda case: case["why"])
def test_the_light_of_a_task(case: dict[str, Any]) -> None:
    task = Task(1, "port", "1", "甲", "a", ("甲",), (), case["due"], "必须")
    assert lights.of_task(task, due_day(case["due"]), case["done"], case["day"], light_rule()).light == case["light"]


@pytest.mark.parametrize("case", CASES["targets"], ids=lambda case: case["why"])
def test_the_light_of_a_target(case: dict[str, Any]) -> None:
    since = case.get("since", date(case["year"], 1, 1))
    target = Target(
        "k", "1", "甲", "a", "firms", case["year"], Decimal(case["number"]), "stock" if "since" in case else "annual",
        case["above"], "必须", "", "", Decimal(case.get("base", "0")), since,
    )  # fmt: skip
    value = None if case["value"] is None else Decimal(case["value"])
    told = lights.of_target(target, value, case["day"], light_rule())
    assert told.light == case["light"] and told.zh and told.en


def test_the_plan_has_what_the_document_has() -> None:
    assert [len(PLAN.measures), len(PLAN.safeguards), len(PLAN.tasks)] == [27, 4, 45]
    assert [task.no for task in PLAN.tasks if task.due == "long"] == [
        10, 13, 19, 20, 21, 22, 23, 24, 25, 29, 31, 32, 33, 34, 35, 36, 37, 39, 45,
    ]  # fmt: skip


def test_blank_cells_belong_to_the_row_above_and_a_stroke_is_nobody() -> None:
    lead = {task.no: task.lead for task in PLAN.tasks}
    others = {task.no: task.participants for task in PLAN.tasks}
    assert lead[4] == lead[3] == ("南昌海关", "市投促局", "省机场集团") and others[4] == ("市邮政管理局", "南昌综保区")
    assert lead[7] == lead[8] == ("市税务局",) and others[7] == ("江西商务信息和电子口岸中心",)
    assert lead[28] == ("市市场监督管理局",) and others[27] == others[28] == ()
    assert others[29] == ("南昌海关", "国家外汇管理局江西省分局", "市税务局")
    assert others[2] == others[1] and others[43] == ()


def test_every_name_is_a_unit_of_the_tree() -> None:
    rows = (*PLAN.tasks, *PLAN.measures, *PLAN.safeguards)
    names = {name for row in rows for name in (*row.lead, *row.participants)}
    assert {name for name in names if code_named(name) is None} == set()


def test_the_targets_carry_their_strength() -> None:
    found = {(target.key, target.year): target for target in PLAN.targets}
    assert found["freighter_routes", 2020].strength == "力争" and found["freighter_routes", 2021].strength == "必须"
    assert found["filed_firms", 2021].above and found["filed_firms", 2021].number == 500
    assert found["leading_firms", 2020].kind == "new" and found["leading_firms", 2021].kind == "total"
    assert [found["trade_value", year].number for year in (2019, 2020, 2021)] == [380, 580, 1000]


def test_the_line_of_a_target_begins_where_the_last_number_left_off() -> None:
    found = {(target.key, target.year): (target.base, target.since) for target in PLAN.targets}
    assert found["leading_firms", 2020] == (0, date(2020, 1, 1))  # five more in 2020
    assert found["leading_firms", 2021] == (7, date(2021, 1, 1))  # ten in three years, of which two and five were asked
    assert found["freighter_routes", 2020] == (0, date(2019, 4, 11))
    assert found["freighter_routes", 2021] == (8, date(2021, 1, 1))
    assert found["government_training", 2021] == (0, date(2019, 4, 11))
    assert found["trade_value", 2021] == (0, date(2021, 1, 1))


def test_what_is_bound_is_in_the_plan() -> None:
    bound = bindings(PLAN.key)
    assert all(PLAN.task(number) for number in bound["tasks"])
    assert set(bound["targets"]) <= {target.key for target in PLAN.targets}


ROW: dict[str, Any] = {
    "n": 1,
    "chapter": "c",
    "of": 1,
    "zh": "甲",
    "en": "a",
    "lead": ["甲"],
    "participants": [],
    "due": "2030-06",
}
OTHER: dict[str, Any] = {
    "key": "other", "zh": "另一方案", "en": "another", "document": "虚构", "from": date(2030, 1, 1), "to": date(2031, 12, 31),
    "chapters": [{"key": "c", "zh": "一", "en": "one"}],
    "measures": [{"n": 1, "chapter": "c", "zh": "甲", "en": "a", "lead": ["甲"], "participants": []}], "tasks": [ROW],
}  # fmt: skip


def test_a_made_up_plan_is_read() -> None:
    plan = read(OTHER)
    assert plan.tasks[0].last_day == date(2030, 6, 30) and plan.targets == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"tasks": [ROW | {"n": 2}]},
        {"tasks": [ROW | {"due": "soon"}]},
        {"tasks": [ROW | {"due": "2030-13"}]},
        {"tasks": [ROW | {"lead": []}]},
        {"tasks": [ROW | {"of": 9}]},
        {"tasks": [{key: value for key, value in ROW.items() if key != "lead"}]},
        {"chapters": None},
        {"to": date(2029, 1, 1)},
        {"targets": [{"key": "t", "of": 1, "zh": "", "en": "", "unit": "", "kind": "often", "op": "ge", "values": {2030: "1"}, "from": ""}]},
        {"targets": [{"key": "t", "of": 1, "zh": "", "en": "", "unit": "", "kind": "new", "op": "ge", "values": {2050: "1"}, "from": ""}]},
    ],
)  # fmt: skip
def test_a_plan_that_is_not_in_order_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        read(OTHER | wrong)
    assert refusal.value.code == "plan.file"


@pytest.mark.parametrize("key", ["", "../units/units", "nowhere", "A" * 100])
def test_an_unknown_plan_is_refused(key: str) -> None:
    with pytest.raises(Refused) as refusal:
        plan_of(key)
    assert refusal.value.code == "plan.unknown_plan"
