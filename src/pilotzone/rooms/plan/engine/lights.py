"""The light of a task and of a target: computed from evidence by one dated rule, never chosen. plan_lights.v3"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.plan.engine.days import elapsed
from pilotzone.rooms.plan.engine.plan import Target, Task

GREEN, YELLOW, RED, LONG = "green", "yellow", "red", "long"
WORDS = {
    GREEN: ("绿灯 正常", "green: on course"),
    YELLOW: ("黄灯 临期", "yellow: due soon or slightly behind"),
    RED: ("红灯 滞后", "red: behind"),
    LONG: ("长期", "lasting work"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """The numbers of the rule (data/plan/lights.yaml) with their tag."""

    algorithm: str
    near_days: int
    green_ratio: Decimal
    yellow_ratio: Decimal
    tag: str


@dataclass(frozen=True, slots=True)
class Light:
    """The light and the steps that led to it, in both languages."""

    light: str
    zh: str
    en: str


def rule_of(raw: Mapping[str, Any]) -> Rule:
    """The rule from the plain data of its file."""
    return Rule(
        raw["algorithm"], int(raw["near_days"]), Decimal(raw["green_ratio"]), Decimal(raw["yellow_ratio"]), raw["tag"]
    )


def of_task(task: Task, due: date | None, done: bool, on: date, rule: Rule, *, declared: bool = False) -> Light:
    """A task's light on a day. `due` is the deadline in force (the plan's, or an approved later one); `declared`: a report proves it."""
    if due is None:
        return Light(LONG, "长期工作，没有截止日；看所属目标值", "lasting work without a deadline; see its targets")
    if done and declared:
        return Light(
            GREEN,
            "经核实的填报说明完成，平台记录没有证明",
            "a verified report says it is done; the platform's records do not show it",
        )
    if done:
        return Light(GREEN, "已有证据证明完成", "evidence shows it is done")
    left = (due - on).days
    if left < 0:
        return Light(
            RED,
            f"截止{due}，已过{-left}日，没有完成的证据",
            f"due {due}, {-left} days past, no evidence that it is done",
        )
    if left <= rule.near_days:
        return Light(
            YELLOW, f"截止{due}，还有{left}日，没有完成的证据", f"due {due}, {left} days left, no evidence yet"
        )
    return Light(GREEN, f"截止{due}，还有{left}日", f"due {due}, {left} days left")


def of_target(target: Target, value: Decimal | None, on: date, rule: Rule, *, declared: bool = False) -> Light:
    """A target's light on a day: reached, or compared with the straight line from where its count begins to its year's end.

    A `declared` value is named as such in the sentence.
    """
    found = _of_target(target, value, on, rule)
    return (
        Light(found.light, f"填报数{found.zh}", f"declared {found.en}")
        if declared and value is not None and on >= target.since
        else found
    )


def _of_target(target: Target, value: Decimal | None, on: date, rule: Rule) -> Light:
    last = date(target.year, 12, 31)
    if value is not None and (value > target.number or (value == target.number and not target.above)):
        return Light(GREEN, f"{value:f}，已达到{target.number:f}", f"{value:f}: {target.number:f} is reached")
    if on < target.since:
        return Light(GREEN, f"自{target.since}起计算", f"counted from {target.since} on")
    if value is None:
        if on > last:
            return Light(RED, f"{target.year}年已过，没有数据", f"{target.year} is over, no data")
        return Light(YELLOW, "没有数据", "no data")
    asked = target.base + (target.number - target.base) * elapsed(target.since, last, on)
    ratio = value / asked if asked else Decimal(0)
    light = GREEN if ratio >= rule.green_ratio else YELLOW if ratio >= rule.yellow_ratio else RED
    if light == GREEN and on == last:
        light = YELLOW  # on schedule, but the schedule ends today and the number is not reached
    if on > last:
        light = RED
    return Light(
        light,
        f"{value:f}，按日程应为{asked:.2f}，比值{ratio:.2f}",
        f"{value:f}; by this day {asked:.2f} is asked, ratio {ratio:.2f}",
    )
