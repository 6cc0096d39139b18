"""Courses held for government units, and what they come to: person-times, and which units nobody came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.models import Training
from pilotzone.rooms.plan.queries.reports import names_of, unit_names
from pilotzone.rooms.plan.queries.subjects import Subject, subjects


@dataclass(frozen=True, slots=True)
class Trained:
    """Of verified courses up to a day: how many, person-times, units that came, and units still to come."""

    courses: int
    persons: int
    units: int
    missing: tuple[Subject, ...]


def trained(plan: Plan, work: Work, on: date) -> Trained:
    """What verified courses come to."""
    rows = list(Training.objects.filter(plan=plan.key, verdict="confirmed", day__lte=on).values_list("came", "persons"))
    came = {path for told, _persons in rows for path in told}
    bodies = subjects(plan, work, on)
    return Trained(
        len(rows),
        sum(persons for _told, persons in rows),
        len(came),
        tuple(body for body in bodies if body.path not in came),
    )


def trainings(plan: str, *, year: int | None = None, verdict: str | None = None) -> list[dict[str, Any]]:
    """Courses as plain data, the newest first, at most 500, without the paper's bytes."""
    rows = Training.objects.filter(plan=plan).defer("paper").order_by("-day", "-id")
    if year is not None:
        rows = rows.filter(day__year=year)
    if verdict is not None:
        rows = rows.filter(verdict=verdict)
    found = list(rows[:500])
    people = names_of({n for row in found for n in (row.entered_by, row.verified_by) if n})
    units = unit_names({row.unit for row in found} | {path for row in found for path in row.came})
    return [
        {
            "id": row.pk, "course": row.course, "day": row.day, "hours": row.hours, "unit": units.get(row.unit, row.unit), "persons": row.persons,
            "came": [(units.get(path, path), persons) for path, persons in sorted(row.came.items())], "certificate": row.certificate,
            "paper_name": row.paper_name, "paper_sha256": row.paper_sha256, "entered_by": people.get(row.entered_by, ""),
            "verdict": row.verdict, "verified_by": people.get(row.verified_by or 0, ""), "remark": row.remark,
        }
        for row in found
    ]  # fmt: skip


def training_paper(number: int) -> tuple[str, bytes] | None:
    """The name and bytes of a course's paper; None where there is none the caller may see."""
    row = Training.objects.filter(pk=number).exclude(paper_name="").first()
    return (row.paper_name, bytes(row.paper)) if row is not None else None
