"""The door of the room of the action plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan.engine.days import LONG, due_day
from pilotzone.rooms.plan.engine.lights import WORDS, Light, Rule
from pilotzone.rooms.plan.engine.plan import MUST, STRIVE, Plan, Target, Task
from pilotzone.rooms.plan.operations.reporting import (
    answer,
    ask_deadline,
    decide_deadline,
    declare,
    object_to,
    responsible,
    verify,
)
from pilotzone.rooms.plan.queries.evidence import Evidence
from pilotzone.rooms.plan.queries.overview import Overview, TargetState, TaskState, overview, unproved
from pilotzone.rooms.plan.queries.plans import plan_from, plan_in_force, plan_of
from pilotzone.rooms.plan.queries.reports import attachment, deadlines, objections, reports

__all__ = [
    "LONG",
    "MUST",
    "STRIVE",
    "WORDS",
    "Evidence",
    "Light",
    "Overview",
    "Plan",
    "Rule",
    "Target",
    "TargetState",
    "Task",
    "TaskState",
    "answer",
    "as_data",
    "ask_deadline",
    "attachment",
    "deadlines",
    "decide_deadline",
    "declare",
    "due_day",
    "object_to",
    "objections",
    "overview",
    "plan_from",
    "plan_in_force",
    "plan_of",
    "public_overview",
    "reports",
    "responsible",
    "unproved",
    "verify",
]


def public_overview(on: date) -> Overview:
    """The plan in force as anybody may see it: figures and lights, never who declared what."""
    plan = plan_in_force()
    with scope(PLATFORM):
        return overview(plan, on)


def as_data(seen: Overview) -> dict[str, Any]:
    """The plan's state as interfaces promise it: {"tasks": […], "targets": […]}; numbers as strings, never floats."""
    return {
        "plan": seen.plan.key,
        "on": seen.on.isoformat(),
        "rule": {"algorithm": seen.rule.algorithm, "tag": seen.rule.tag},
        "tasks": [
            {
                "no": one.task.no, "chapter": one.task.chapter, "title_zh": one.task.zh, "title_en": one.task.en,
                "lead": list(one.task.lead), "participants": list(one.task.participants), "due": one.task.due,
                "due_in_force": one.due.strftime("%Y-%m") if one.due else LONG, "strength": one.task.strength,
                "light": one.light.light, "why_zh": one.light.zh, "why_en": one.light.en,
                "value": f"{one.evidence.value:f}" if one.evidence.value is not None else None,
                "evidence": one.evidence.count, "evidence_kind": one.evidence.kind,
            }
            for one in seen.tasks
        ],
        "targets": [
            {
                "key": one.target.key, "year": one.target.year, "target": f"{one.target.number:f}",
                "value": f"{one.evidence.value:f}" if one.evidence.value is not None else None, "unit": one.target.unit,
                "light": one.light.light, "kind": one.target.kind, "more_than": one.target.above,
                "strength": one.target.strength, "title_zh": one.target.zh, "title_en": one.target.en,
                "evidence": one.evidence.count,
            }
            for one in seen.targets
        ],
    }  # fmt: skip
