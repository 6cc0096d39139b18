"""The promotion centre as its verified documents have it, and every record of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.kernel.access.models import Unit
from pilotzone.rooms.plan.engine.centre import FOUNDED, Member, member_of
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.models import CentreRecord
from pilotzone.rooms.plan.queries.reports import names_of, unit_names
from pilotzone.rooms.plan.queries.subjects import subjects

NONE, WAITING = "none", "waiting"


@dataclass(frozen=True, slots=True)
class CentreState:
    """`state`: none (not founded), waiting (a founding waits to be verified), founded. The rest is what the newest verified document says
    (`record` its number, `sha256` of its paper); `records` how many verified ones there are."""

    state: str
    name: str = ""
    founded: date | None = None
    day: date | None = None
    document: str = ""
    number: str = ""
    unit: str = ""
    unit_path: str = ""
    duties: str = ""
    members: tuple[Member, ...] = ()
    sha256: str = ""
    record: int = 0
    records: int = 0


def centre_state(plan: Plan, on: date) -> CentreState | None:
    """The centre on a day; None where the plan names none."""
    if plan.centre is None:
        return None
    rows = CentreRecord.objects.filter(plan=plan.key).defer("paper")
    found = list(rows.filter(verdict="confirmed", day__lte=on).order_by("day", "id"))
    begun = next((row for row in found if row.kind == FOUNDED), None)
    if begun is None:
        return CentreState(WAITING if rows.filter(kind=FOUNDED, verdict="").exists() else NONE)
    last = found[-1]
    return CentreState(
        FOUNDED, last.name, begun.day, last.day, last.document, last.number, unit_names({last.unit}).get(last.unit, last.unit), last.unit, last.duties,
        tuple(member_of(row) for row in last.members), last.paper_sha256, last.pk, len(found),
    )  # fmt: skip


def centre_records(plan: str, *, verdict: str | None = None) -> list[dict[str, Any]]:
    """Every record as plain data, the newest first, at most 500, without the paper's bytes."""
    rows = CentreRecord.objects.filter(plan=plan).defer("paper").order_by("-day", "-id")
    if verdict is not None:
        rows = rows.filter(verdict=verdict)
    found = list(rows[:500])
    people = names_of({n for row in found for n in (row.entered_by, row.verified_by) if n})
    units = unit_names({row.unit for row in found})
    return [
        {
            "id": row.pk, "kind": row.kind, "name": row.name, "document": row.document, "number": row.number, "day": row.day,
            "unit": units.get(row.unit, row.unit), "unit_path": row.unit, "duties": row.duties,
            "members": [member_of(one) for one in row.members], "paper_name": row.paper_name, "paper_sha256": row.paper_sha256,
            "entered_by": people.get(row.entered_by, ""), "entered_at": row.entered_at, "verdict": row.verdict,
            "verified_by": people.get(row.verified_by or 0, ""), "verified_at": row.verified_at, "remark": row.remark,
        }
        for row in found
    ]  # fmt: skip


def centre_paper(number: int) -> tuple[str, bytes] | None:
    """The name and bytes of a record's document; None where there is none the caller may see."""
    row = CentreRecord.objects.filter(pk=number).first()
    return (row.paper_name, bytes(row.paper)) if row is not None else None


def in_charge(plan: Plan, work: Work, on: date) -> dict[str, tuple[str, str]]:
    """Who may be in charge of the centre: path to (Chinese, English) name of the zone office and every body of the plan on that day."""
    office = {row.path: (row.name_zh, row.name_en) for row in Unit.objects.filter(code="zone")}
    return office | {body.path: (body.zh, body.en) for body in subjects(plan, work, on)}
