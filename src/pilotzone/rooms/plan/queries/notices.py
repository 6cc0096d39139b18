"""工作通报 as issued, what the next would say, and what was chased of whom."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.models import Chase, Meeting, Notice
from pilotzone.rooms.plan.queries.overview import Overview
from pilotzone.rooms.plan.queries.reports import names_of
from pilotzone.rooms.plan.queries.subjects import subjects
from pilotzone.rooms.plan.queries.working import actions, facts_of


def facts_for(plan: Plan, work: Work, seen: Overview, month: date) -> dict[str, Any]:
    """What the platform fills into the notice: lights counted, meetings of the month, and of every coordinated body its tasks and decisions."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    held = Meeting.objects.filter(plan=plan.key, state="held", day__range=(month, last)).order_by("number")
    counted: dict[str, int] = {}
    for one in seen.tasks:
        counted[one.light.light] = counted.get(one.light.light, 0) + 1
    bodies = {}
    for body in subjects(plan, work, seen.on):
        if body.coordinated:
            decided = [
                {
                    "words": row["words"],
                    "due": row["due"].isoformat(),
                    "meeting": row["meeting_number"],
                    "id": row["id"],
                }
                for row in actions(plan, unit=body.path)
                if row["state"] in ("open", "said")
            ]
            bodies[body.path] = {
                "zh": body.zh,
                "en": body.en,
                "tasks": facts_of(seen, body)["tasks"],
                "actions": decided,
            }
    return {
        "on": seen.on.isoformat(), "algorithm": seen.rule.algorithm, "counted": counted, "bodies": bodies,
        "meetings": [{"id": row.pk, "number": row.number, "kind": row.kind, "day": row.day.isoformat()} for row in held],
    }  # fmt: skip


def notices(plan: Plan, *, year: int | None = None) -> list[dict[str, Any]]:
    """Every notice issued, the newest first, without the facts of the bodies."""
    rows = Notice.objects.filter(plan=plan.key).order_by("-number")
    if year is not None:
        rows = rows.filter(month__year=year)
    found = list(rows[:500])
    people = names_of({row.issued_by for row in found})
    return [
        {
            "id": row.pk, "number": row.number, "month": row.month, "bodies": len(row.facts["bodies"]), "words": row.words,
            "issued_by": people.get(row.issued_by, ""), "issued_at": row.issued_at,
        }
        for row in found
    ]  # fmt: skip


def notice(plan: Plan, number: int) -> dict[str, Any] | None:
    """One notice whole, by its row."""
    found = next((one for one in notices(plan) if one["id"] == number), None)
    return found and found | {"facts": Notice.objects.get(pk=number).facts}


def chased(plan: Plan, about: str) -> dict[str, dict[str, Any]]:
    """The last step of the chase about a thing (`2020-01`, `action:7`) by the unit's path: {step, day}."""
    rows = Chase.objects.filter(plan=plan.key, about=about).order_by("day", "pk")
    return {row.unit: {"step": row.step, "day": row.day} for row in rows}
