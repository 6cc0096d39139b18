"""Declared reports, deadlines asked for and objections, as the caller may see them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from pilotzone.base.days import day_ends
from pilotzone.kernel.access.models import Person, Unit
from pilotzone.rooms.plan.engine.days import due_day
from pilotzone.rooms.plan.models import Deadline, Objection, Report


def confirmed(plan: str, on: date) -> QuerySet[Report]:
    """The reports that count on a day: verified, of that month or before, the newest first."""
    return Report.objects.filter(plan=plan, verdict="confirmed", month__lte=on).order_by("-month", "-id")


def reports(
    plan: str, *, task: int | None = None, month: date | None = None, verdict: str | None = None, target: str = ""
) -> list[dict[str, Any]]:
    """Reports as plain data, newest first, at most 500, without the attachment's bytes."""
    rows = Report.objects.filter(plan=plan).defer("evidence").order_by("-month", "task", "-id")
    if task is not None:
        rows = rows.filter(task=task)
    if month is not None:
        rows = rows.filter(month=month)
    if verdict is not None:
        rows = rows.filter(verdict=verdict)
    if target:
        rows = rows.filter(target=target)
    found = list(rows[:500])
    people = names_of({n for row in found for n in (row.declared_by, row.verified_by) if n})
    units = unit_names({row.unit for row in found})
    return [
        {
            "id": row.pk, "task": row.task, "target": row.target, "month": row.month, "unit": units.get(row.unit, row.unit),
            "status": row.status, "value": row.value, "words": row.words, "evidence_name": row.evidence_name,
            "evidence_sha256": row.evidence_sha256, "declared_by": people.get(row.declared_by, ""),
            "declared_at": row.declared_at, "verdict": row.verdict, "verified_by": people.get(row.verified_by or 0, ""),
            "verified_at": row.verified_at, "remark": row.remark,
        }
        for row in found
    ]  # fmt: skip


def attachment(number: int) -> tuple[str, bytes] | None:
    """The name and bytes of a report's attachment; None where there is none the caller may see."""
    row = Report.objects.filter(pk=number).exclude(evidence_name="").first()
    return (row.evidence_name, bytes(row.evidence)) if row is not None else None


def deadlines(plan: str, task: int | None = None, *, verdict: str | None = None) -> list[dict[str, Any]]:
    """Every change of a deadline that was asked for (of one task, with one verdict), newest first, at most 200."""
    asked = Deadline.objects.filter(plan=plan).order_by("-id")
    if task is not None:
        asked = asked.filter(task=task)
    if verdict is not None:
        asked = asked.filter(verdict=verdict)
    rows = list(asked[:200])
    people = names_of({n for row in rows for n in (row.asked_by, row.decided_by) if n})
    return [
        {
            "id": row.pk, "task": row.task, "due": row.due, "reason": row.reason, "asked_by": people.get(row.asked_by, ""),
            "asked_at": row.asked_at, "verdict": row.verdict, "remark": row.remark, "decided_by": people.get(row.decided_by or 0, ""),
            "decided_at": row.decided_at,
        }
        for row in rows
    ]  # fmt: skip


def deadlines_in_force(plan: str, on: date | None = None) -> dict[int, date | None]:
    """The deadlines approved up to the end of a day (default: all), the latest by task; tasks without one are left out."""
    rows = Deadline.objects.filter(plan=plan, verdict="approved").order_by("decided_at", "id")
    if on is not None:
        rows = rows.filter(decided_at__lt=day_ends(on))
    return {row.task: due_day(row.due) for row in rows}


def objections(plan: str, task: int | None = None) -> list[dict[str, Any]]:
    """Objections to lights, open ones first."""
    rows = Objection.objects.filter(plan=plan)
    if task is not None:
        rows = rows.filter(task=task)
    found = list(rows.order_by("answered_at", "-id")[:200])
    people = names_of({n for row in found for n in (row.raised_by, row.answered_by) if n})
    units = unit_names({row.unit for row in found})
    return [
        {
            "id": row.pk, "task": row.task, "light": row.light, "reason": row.reason, "unit": units.get(row.unit, row.unit),
            "raised_by": people.get(row.raised_by, ""), "raised_at": row.raised_at, "answer": row.answer,
            "answered_by": people.get(row.answered_by or 0, ""), "answered_at": row.answered_at,
        }
        for row in found
    ]  # fmt: skip


def unit_names(paths: set[str]) -> dict[str, str]:
    """The Chinese names of units by their path."""
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "name_zh"))


def names_of(numbers: set[int]) -> dict[int, str]:
    """Names of persons by their numbers, as pages show them."""
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=numbers)}
