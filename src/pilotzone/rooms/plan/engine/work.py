"""The numbers by which the zone works (data/plan/work.yaml), read and checked. plan_work.v1"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pilotzone.rooms.plan.errors import refused

PARTS = ("tasks", "targets", "reports", "actions")


@dataclass(frozen=True, slots=True)
class Work:
    """Days are working days but for `action_days`, `warn_days` (days) and `secondment_years`. Weights add up to 100."""

    algorithm: str
    tag: str
    report_day: int
    remind: int
    chase: int
    notice: int
    meetings_a_year: int
    action_days: int
    secondment_years: int
    warn_days: int
    secondment_units: tuple[str, ...]
    coordinated: tuple[str, ...]
    appeal_days: int
    weights: Mapping[str, Decimal]
    lights: Mapping[str, Decimal]
    part_share: Decimal


def work_of(raw: Mapping[str, Any]) -> Work:
    """The rules from the plain data of their file. Refused `plan.file` names what is missing or does not add up."""
    try:
        monthly, meetings, sent, scores = raw["monthly"], raw["meetings"], raw["secondment"], raw["assessment"]
        weights = {part: Decimal(str(scores["weights"][part])) for part in PARTS}
        work = Work(
            raw["algorithm"], raw["tag"], int(monthly["working_day"]), int(monthly["remind"]), int(monthly["chase"]),
            int(monthly["notice"]), int(meetings["a_year"]), int(meetings["action_days"]), int(sent["years"]),
            int(sent["warn_days"]), tuple(sent["units"]), tuple(raw["coordinated"]), int(scores["appeal_days"]), weights,
            {light: Decimal(str(points)) for light, points in scores["lights"].items()}, Decimal(str(scores["part_share"])),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
        raise refused("plan.file", what=f"work.yaml: {type(fault).__name__} {fault}") from fault
    if sum(weights.values()) != 100 or min(weights.values()) < 0:
        raise refused("plan.file", what="work.yaml: weights add up to 100")
    if not 1 <= work.report_day <= 20 or min(work.remind, work.chase, work.notice) < 1 or work.notice <= work.chase:
        raise refused("plan.file", what="work.yaml: monthly")
    return work
