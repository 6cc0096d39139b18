"""How the zone works by its plan, as the caller may see it: liaisons, secondments, meetings, actions, monthly reports, scores."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.kernel import vault
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan.engine import agenda, monthly
from pilotzone.rooms.plan.engine.monthly import months
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.models import Action, Appeal, Liaison, Meeting, Monthly, Objection, Scorecard, Secondment
from pilotzone.rooms.plan.queries.correcting import corrected_of
from pilotzone.rooms.plan.queries.overview import Overview
from pilotzone.rooms.plan.queries.reports import names_of, unit_names
from pilotzone.rooms.plan.queries.subjects import Subject, subjects

CONTEXT = "plan.liaison"
HELD = 3  # months back that are chased; older ones stay late


def liaisons(plan: Plan, work: Work, on: date) -> list[dict[str, Any]]:
    """Every body with who speaks for it on that day, also those with nobody (`name` empty), who comes after and who was before; contact
    numbers opened for government."""
    named = Liaison.objects.filter(plan=plan.key).order_by("since", "pk")
    latest = {row.unit: row for row in named.filter(since__lte=on)}
    rows = {unit: row for unit, row in latest.items() if row.until is None or row.until >= on}
    coming = {row.unit: row for row in named.filter(since__gt=on)}
    before: dict[str, list[Liaison]] = {}
    for gone in named.filter(until__lt=on):
        before.setdefault(gone.unit, []).append(gone)
    told = []
    for body in subjects(plan, work, on):
        row = rows.get(body.path)
        contact = vault.open_(bytes(row.contact), CONTEXT).decode() if row is not None and row.contact else ""
        told.append(
            {"unit": body.path, "zh": body.zh, "en": body.en, "coordinated": body.coordinated, "name": row.name if row else "",
             "post": row.post if row else "", "contact": contact, "since": row.since if row else None, "coming": _term(coming[body.path]) if body.path in coming else "",
             "before": "；".join(_term(one) for one in before.get(body.path, ()))}
        )  # fmt: skip
    return told


def _term(row: Liaison) -> str:
    return f"{row.name} {row.since}—{row.until or ''}"


def secondments(plan: Plan, work: Work, on: date) -> list[dict[str, Any]]:
    """Who sits in the zone office, newest first; `light` by the end of the term."""
    rows = list(Secondment.objects.filter(plan=plan.key).order_by("-since", "-pk")[:200])
    units = unit_names({row.unit for row in rows})
    return [
        {
            "id": row.pk, "unit": units.get(row.unit, row.unit), "path": row.unit, "name": row.name, "since": row.since,
            "until": row.until, "ended": row.ended,
            "light": "" if row.ended or row.until < on else "yellow" if (row.until - on).days <= work.warn_days else "green",
        }
        for row in rows
    ]  # fmt: skip


def meetings(plan: Plan) -> list[dict[str, Any]]:
    """Every meeting, newest first, with how many of its actions are closed."""
    rows = list(Meeting.objects.filter(plan=plan.key).order_by("-number")[:200])
    states: dict[int, list[str]] = {}
    for meeting, state in Action.objects.filter(meeting__in=rows).values_list("meeting_id", "state"):
        states.setdefault(meeting, []).append(state)
    return [
        {
            "id": row.pk, "number": row.number, "kind": row.kind, "day": row.day, "state": row.state, "place": row.place,
            "reason": row.reason, "items": len(row.agenda), "actions": len(states.get(row.pk, ())), "closed": states.get(row.pk, []).count("closed"),
        }
        for row in rows
    ]  # fmt: skip


def meeting(plan: Plan, number: int) -> dict[str, Any] | None:
    """One meeting whole."""
    row = Meeting.objects.filter(plan=plan.key, pk=number).first()
    if row is None:
        return None
    return {
        "id": row.pk, "number": row.number, "kind": row.kind, "day": row.day, "state": row.state, "place": row.place,
        "chair": row.chair, "reason": row.reason, "agenda": row.agenda, "minutes": row.minutes, "actions": actions(plan, meeting=number),
    }  # fmt: skip


def actions(plan: Plan, *, meeting: int | None = None, unit: str = "", state: str = "") -> list[dict[str, Any]]:
    """Decisions of meetings, the next due first, at most 500."""
    rows = Action.objects.filter(meeting__plan=plan.key).select_related("meeting").order_by("due", "pk")
    if meeting is not None:
        rows = rows.filter(meeting=meeting)
    if unit:
        rows = rows.filter(unit=unit)
    if state:
        rows = rows.filter(state=state)
    found = list(rows[:500])
    units, people = (
        unit_names({row.unit for row in found}),
        names_of({n for row in found for n in (row.said_by, row.closed_by) if n}),
    )
    return [
        {
            "id": row.pk, "meeting": row.meeting_id, "meeting_number": row.meeting.number, "number": row.number, "words": row.words,
            "path": row.unit, "unit": units.get(row.unit, row.unit), "task": row.task, "due": row.due, "state": row.state,
            "said": row.said, "said_by": people.get(row.said_by or 0, ""), "closed_by": people.get(row.closed_by or 0, ""),
            "closed_at": row.closed_at, "remark": row.remark,
        }
        for row in found
    ]  # fmt: skip


def monthly_standing(plan: Plan, work: Work, month: date, on: date) -> list[dict[str, Any]]:
    """How every body stands with its report of that month; coordinated ones are told apart and never late."""
    sent = {row.unit: row for row in Monthly.objects.filter(plan=plan.key, month=month)}
    due, changed = monthly.due_of(month, work, is_working_day), corrected_of(row.pk for row in sent.values())
    told = []
    for body in subjects(plan, work, on):
        row = sent.get(body.path)
        stands = monthly.standing(due, row.sent_on if row else None, on, work, is_working_day)
        told.append(
            {
                "body": body,
                "sent": row is not None,
                "corrected": row is not None and row.pk in changed,
                "standing": None if body.coordinated and row is None else stands,
            }
        )
    return told


def monthly_report(plan: Plan, unit: str, month: date) -> Monthly | None:
    """The report of a body for a month, if it has been sent."""
    return Monthly.objects.filter(plan=plan.key, unit=unit, month=month).first()


def facts_of(seen: Overview, body: Subject) -> dict[str, Any]:
    """What the platform fills into a body's monthly report: its tasks with light, value and why. The writer only explains."""
    return {
        "on": seen.on.isoformat(),
        "algorithm": seen.rule.algorithm,
        "tasks": [
            {
                "no": one.task.no, "zh": one.task.zh, "en": one.task.en, "leads": body.leads(one.task), "light": one.light.light,
                "why_zh": one.light.zh, "why_en": one.light.en, "kind": one.evidence.kind,
                "value": None if one.evidence.value is None else f"{one.evidence.value:f}",
            }
            for one in seen.tasks
            if body.joins(one.task)
        ],
    }  # fmt: skip


def proposed(plan: Plan, work: Work, seen: Overview) -> tuple[agenda.Item, ...]:
    """What the next meeting should talk about, as evidence has it on that day."""
    on = seen.on
    overdue = [
        (row["number"], row["words"], row["unit"], row["due"].isoformat())
        for row in actions(plan, state="open")
        if row["due"] < on
    ]
    owed: dict[str, int] = {}
    for month in months(plan, on, HELD):
        for row in monthly_standing(plan, work, month, on):
            if row["standing"] is not None and row["standing"].state == monthly.OVERDUE:
                owed[row["body"].zh] = owed.get(row["body"].zh, 0) + 1
    disputes = list(Objection.objects.filter(plan=plan.key, answered_at=None).order_by("pk")[:50])
    units = unit_names({row.unit for row in disputes})
    asked = work.meetings_a_year * ((on.month - 1) // 3) // 4 if plan.start.year < on.year <= plan.end.year else 0
    held = Meeting.objects.filter(plan=plan.key, kind="quarterly", state="held", day__year=on.year).count()
    return agenda.propose(
        [(t.task.no, t.task.zh, t.task.en, t.light.light, t.light.zh, t.light.en) for t in seen.tasks],
        overdue, sorted(owed.items()), [(row.task, units.get(row.unit, row.unit), row.reason) for row in disputes],
        meetings_missing=asked - held,
    )  # fmt: skip


def scorecards(plan: Plan, year: int) -> list[dict[str, Any]]:
    """The scorecards announced for a year, best first, each with its appeal."""
    rows = list(Scorecard.objects.filter(plan=plan.key, year=year))
    units = unit_names({row.unit for row in rows})
    appeals = {row.scorecard_id: row for row in Appeal.objects.filter(scorecard__in=rows)}
    told = [
        {
            "id": row.pk, "path": row.unit, "unit": units.get(row.unit, row.unit), "score": row.score, "adjusted": row.adjusted,
            "counts": row.score if row.adjusted is None else row.adjusted, "parts": row.parts, "state": row.state,
            "algorithm": row.algorithm, "appeal_until": row.appeal_until, "appeal": appeals.get(row.pk),
        }
        for row in rows
    ]  # fmt: skip
    return sorted(told, key=lambda one: (-one["counts"], one["path"]))
