"""The door of the room of the action plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan.engine.centre import CHANGED, FOUNDED, Founding, Member
from pilotzone.rooms.plan.engine.days import LONG, due_day
from pilotzone.rooms.plan.engine.forecast import Forecast, forecast
from pilotzone.rooms.plan.engine.lights import WORDS, Light, Rule
from pilotzone.rooms.plan.engine.monthly import months
from pilotzone.rooms.plan.engine.plan import MUST, STRIVE, Plan, Target, Task
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.operations.assessing import announce, appeal, computed, decide_appeal, settle
from pilotzone.rooms.plan.operations.centre import enter_centre, verify_centre
from pilotzone.rooms.plan.operations.correcting import STALE as CORRECTION_STALE
from pilotzone.rooms.plan.operations.correcting import correct_minutes, correct_monthly
from pilotzone.rooms.plan.operations.meeting import call, close, decide, drop_action, drop_meeting, hold, say_done
from pilotzone.rooms.plan.operations.monthly import chase, send_monthly
from pilotzone.rooms.plan.operations.noticing import issue_notice
from pilotzone.rooms.plan.operations.registering import end_secondment, name_liaison, second
from pilotzone.rooms.plan.operations.reporting import (
    answer,
    ask_deadline,
    decide_deadline,
    declare,
    object_to,
    responsible,
    verify,
)
from pilotzone.rooms.plan.operations.training import enter_training, verify_training
from pilotzone.rooms.plan.queries.centre import CentreState, centre_paper, centre_records, centre_state, in_charge
from pilotzone.rooms.plan.queries.correcting import Corrected, corrections
from pilotzone.rooms.plan.queries.evidence import Evidence
from pilotzone.rooms.plan.queries.notices import chased, notice, notices
from pilotzone.rooms.plan.queries.overview import Overview, TargetState, TaskState, overview, unproved
from pilotzone.rooms.plan.queries.plans import (
    plan_from,
    plan_in_force,
    plan_of,
    targets_of,
    tasks_of,
    tasks_proved_by,
    work_rule,
)
from pilotzone.rooms.plan.queries.reports import attachment, deadlines, objections, reports
from pilotzone.rooms.plan.queries.subjects import Subject, subject_of, subjects
from pilotzone.rooms.plan.queries.training import Trained, trained, training_paper, trainings
from pilotzone.rooms.plan.queries.waiting import Waiting
from pilotzone.rooms.plan.queries.waiting import of_body as waiting_of_body
from pilotzone.rooms.plan.queries.waiting import of_office as waiting_of_office
from pilotzone.rooms.plan.queries.working import (
    actions,
    facts_of,
    liaisons,
    meeting,
    meetings,
    monthly_report,
    monthly_standing,
    proposed,
    scorecards,
    secondments,
)
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.tracking import api as tracking

__all__ = [
    "CHANGED",
    "CORRECTION_STALE",
    "FOUNDED",
    "LONG",
    "MUST",
    "STRIVE",
    "WORDS",
    "CentreState",
    "Corrected",
    "Evidence",
    "Forecast",
    "Founding",
    "Light",
    "Member",
    "Overview",
    "Plan",
    "Rule",
    "Subject",
    "Target",
    "TargetState",
    "Task",
    "TaskState",
    "Trained",
    "Waiting",
    "Work",
    "actions",
    "announce",
    "answer",
    "appeal",
    "as_data",
    "ask_deadline",
    "attachment",
    "call",
    "centre_paper",
    "centre_records",
    "centre_state",
    "chased",
    "close",
    "computed",
    "correct_minutes",
    "correct_monthly",
    "corrections",
    "deadlines",
    "decide",
    "decide_appeal",
    "decide_deadline",
    "declare",
    "drop_action",
    "drop_meeting",
    "due_day",
    "end_secondment",
    "enter_centre",
    "enter_training",
    "facts_of",
    "filings_by_county",
    "forecast",
    "hold",
    "in_charge",
    "issue_notice",
    "liaisons",
    "meeting",
    "meetings",
    "monthly_report",
    "monthly_standing",
    "months",
    "name_liaison",
    "notice",
    "notices",
    "object_to",
    "objections",
    "overview",
    "plan_from",
    "plan_in_force",
    "plan_of",
    "proposed",
    "public_overview",
    "public_scores",
    "releases_by_month",
    "reports",
    "responsible",
    "say_done",
    "scorecards",
    "second",
    "secondments",
    "send_monthly",
    "subject_of",
    "subjects",
    "targets_of",
    "tasks_of",
    "tasks_proved_by",
    "tick",
    "trained",
    "training_paper",
    "trainings",
    "unproved",
    "verify",
    "verify_centre",
    "verify_training",
    "waiting_of_body",
    "waiting_of_office",
    "work_rule",
]


def public_overview(on: date) -> Overview:
    """The plan in force as anybody may see it: figures and lights, never who declared what."""
    plan = plan_in_force()
    with scope(PLATFORM):
        return overview(plan, on)


def public_scores() -> dict[int, list[dict[str, Any]]]:
    """The scores of every year that are final, best first: {year: [{unit, counts}]}; no part, no appeal. Years still appealed are left out."""
    plan = plan_in_force()
    told = {}
    with scope(PLATFORM):
        for year in range(plan.start.year, plan.end.year + 1):
            rows = scorecards(plan, year)
            if rows and all(row["state"] == "final" for row in rows):
                told[year] = [{"unit": row["unit"], "counts": row["counts"]} for row in rows]
    return told


def releases_by_month(on: date) -> dict[date, int]:
    """How many trades were released in each of the last twelve months, the oldest first; none is nought."""
    months = [
        date(on.year + (on.month - 1 - back) // 12, (on.month - 1 - back) % 12 + 1, 1) for back in range(11, -1, -1)
    ]
    with scope(PLATFORM):
        found = tracking.released_by_month(months[0], on)
    return {month: found.get(month, 0) for month in months}


def filings_by_county() -> list[dict[str, Any]]:
    """{zh, en, n}: filings in force by county or park, most first."""
    rows = registry.counts()["units"]
    return [{"zh": one["unit__name_zh"], "en": one["unit__name_en"], "n": one["n"]} for one in rows]


def tick(on: date) -> int:
    """What comes by time alone: reminders and chases of reports and decisions, scores that nobody appealed against."""
    with scope(PLATFORM):
        plan = plan_in_force()
        return chase(plan=plan, work=work_rule(), on=on) + settle(plan=plan, on=on)


def as_data(seen: Overview) -> dict[str, Any]:
    """The plan's state as interfaces promise it: {"tasks": […], "targets": […], "centre": {…} or null}; numbers as strings, never floats."""
    return {
        "plan": seen.plan.key,
        "on": seen.on.isoformat(),
        "rule": {"algorithm": seen.rule.algorithm, "tag": seen.rule.tag},
        "centre": _centre_data(seen),
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


def _centre_data(seen: Overview) -> dict[str, Any] | None:
    """None where the plan names no centre; its state is `unknown` where no zone runs. Members as a number, never by name."""
    asked, found = seen.plan.centre, seen.centre
    if asked is None:
        return None
    told = {"measure": asked.of, "title_zh": asked.zh, "title_en": asked.en, "said_zh": asked.said_zh, "due": None}
    if found is None:
        return told | {"state": "unknown"}
    return told | {
        "state": found.state, "name": found.name or None, "founded": found.founded.isoformat() if found.founded else None,
        "document": found.document or None, "number": found.number or None, "sha256": found.sha256 or None,
        "in_charge": found.unit or None, "members": len(found.members), "records": found.records,
    }  # fmt: skip
