"""What waits by the plan: of a body (reports owed, decisions to carry out), and of the zone office (what it has to decide)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilotzone.rooms.plan.engine.monthly import months
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.models import Action, Appeal, CentreRecord, Deadline, Monthly, Objection, Report, Training
from pilotzone.rooms.plan.queries.subjects import subject_of
from pilotzone.rooms.plan.queries.working import HELD, monthly_standing


@dataclass(frozen=True, slots=True)
class Waiting:
    """`n` things of a kind, `late` of them past their day."""

    n: int
    late: int = 0


def of_body(plan: Plan, work: Work, on: date, path: str) -> dict[str, Waiting]:
    """{monthly, actions} of the body at that place; empty where the plan does not name it. A coordinated body owes no report."""
    body = subject_of(plan, work, on, path)
    if body is None:
        return {}
    owed = (
        []
        if body.coordinated
        else [
            month
            for month in months(plan, on, HELD)
            if not Monthly.objects.filter(plan=plan.key, unit=path, month=month).exists()
        ]
    )
    late = sum(
        row["standing"] is not None and row["standing"].late > 0
        for month in owed for row in monthly_standing(plan, work, month, on) if row["body"].path == path
    )  # fmt: skip
    mine = Action.objects.filter(meeting__plan=plan.key, unit=path, state="open")
    overdue = 0 if body.coordinated else mine.filter(due__lt=on).count()
    return {"monthly": Waiting(len(owed), late), "actions": Waiting(mine.count(), overdue)}


def of_office(plan: Plan) -> dict[str, Waiting]:
    """{reports, deadlines, objections, actions, appeals, trainings, centre}: what another person of the office has to decide."""
    return {
        "reports": Waiting(Report.objects.filter(plan=plan.key, verdict="").count()),
        "deadlines": Waiting(Deadline.objects.filter(plan=plan.key, verdict="").count()),
        "objections": Waiting(Objection.objects.filter(plan=plan.key, answered_at=None).count()),
        "actions": Waiting(Action.objects.filter(meeting__plan=plan.key, state="said").count()),
        "appeals": Waiting(Appeal.objects.filter(scorecard__plan=plan.key, answered_at=None).count()),
        "trainings": Waiting(Training.objects.filter(plan=plan.key, verdict="").count()),
        "centre": Waiting(CentreRecord.objects.filter(plan=plan.key, verdict="").count()),
    }
