"""Monthly reports of the bodies, and the chase by working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from pilotzone.base.days import day_of
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan.engine import monthly
from pilotzone.rooms.plan.engine.monthly import months
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Action, Chase, Monthly
from pilotzone.rooms.plan.queries.overview import Overview
from pilotzone.rooms.plan.queries.subjects import subject_of, subjects
from pilotzone.rooms.plan.queries.working import HELD, facts_of

LONGEST = 2000


def send_monthly(
    *, plan: Plan, work: Work, seen: Overview, month: date, summary: str, words: Mapping[int, str], at: datetime
) -> int:
    """Send one's own body's report of a month: the platform's facts as they stand, and the writer's explanations. Once.

    Refused `plan.unit`, `plan.month` (not over yet, or outside of the plan), `plan.words`, `plan.sent`; `plan.explain` names the
    red and yellow tasks the body leads that lack an explanation.
    """
    actor = require("report.fill")
    on = day_of(at)
    body = subject_of(plan, work, on, actor.unit_path)
    if body is None:
        raise refused("plan.unit")
    if month not in months(plan, on):
        raise refused("plan.month")
    facts = facts_of(seen, body)
    said = said_of(facts, summary, words)
    try:
        with transaction.atomic():
            row = Monthly.objects.create(
                plan=plan.key, unit=body.path, month=month, facts=facts, summary=summary.strip(), sent_by=actor.person or 0,
                words={str(number): text for number, text in said.items()}, sent_at=at, sent_on=on,
            )  # fmt: skip
    except IntegrityError:
        raise refused("plan.sent") from None
    audit.record("plan.monthly", object_kind="plan.unit", object_id=body.path, after={"month": month.isoformat()})
    return row.pk


def said_of(facts: Mapping[str, Any], summary: str, words: Mapping[int, str]) -> dict[int, str]:
    """The explanations of a report on these facts, without empty ones. Refused `plan.words`, `plan.explain`."""
    said = {number: text.strip() for number, text in words.items() if text.strip()}
    if not summary.strip() or len(summary) > LONGEST or any(len(text) > LONGEST for text in said.values()):
        raise refused("plan.words", most=LONGEST)
    known = {one["no"] for one in facts["tasks"]}
    lacking = [
        one["no"]
        for one in facts["tasks"]
        if one["leads"] and one["light"] in ("red", "yellow") and one["no"] not in said
    ]
    if lacking or not set(said) <= known:
        raise refused("plan.explain", tasks="、".join(str(number) for number in lacking or sorted(set(said) - known)))
    return said


def chase(*, plan: Plan, work: Work, on: date) -> int:
    """As the platform: write down every reminder, chase and notice whose day has come; how many are new. Twice does nothing twice."""
    found = []
    bodies = [body for body in subjects(plan, work, on) if not body.coordinated]
    for month in months(plan, on, HELD):
        sent = set(Monthly.objects.filter(plan=plan.key, month=month).values_list("unit", flat=True))
        steps = monthly.steps_due(monthly.due_of(month, work, is_working_day), on, work, is_working_day)
        found += [
            Chase(plan=plan.key, unit=body.path, about=f"{month:%Y-%m}", step=step, day=on)
            for body in bodies if body.path not in sent for step in steps
        ]  # fmt: skip
    paths = {body.path for body in bodies}
    for row in Action.objects.filter(meeting__plan=plan.key, state="open", unit__in=paths):
        steps = monthly.steps_due(row.due, on, work, is_working_day)
        found += [Chase(plan=plan.key, unit=row.unit, about=f"action:{row.pk}", step=step, day=on) for step in steps]
    known = set(Chase.objects.filter(plan=plan.key).values_list("unit", "about", "step"))
    new = [one for one in found if (one.unit, one.about, one.step) not in known]
    Chase.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
