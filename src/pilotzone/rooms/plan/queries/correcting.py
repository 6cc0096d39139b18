"""The corrections of minutes and monthly reports, the newest first, each with what stood before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from pilotzone.rooms.plan.models import Correction
from pilotzone.rooms.plan.queries.reports import names_of


class Corrected(NamedTuple):
    """A correction: its number, why, who, when, and what was said before ({minutes} or {summary, words})."""

    number: int
    reason: str
    by: str
    at: datetime
    before: dict[str, Any]


def corrections(*, meeting: int | None = None, monthly: int | None = None) -> list[Corrected]:
    """Every correction of a meeting's minutes, or of a monthly report."""
    which = {"meeting": meeting} if meeting is not None else {"monthly": monthly}
    rows = list(Correction.objects.filter(**which).order_by("-number"))
    people = names_of({row.by for row in rows})
    return [Corrected(row.number, row.reason, people.get(row.by, ""), row.at, row.before) for row in rows]


def corrected_of(monthly: Iterable[int]) -> set[int]:
    """Which of these monthly reports were corrected."""
    return set(Correction.objects.filter(monthly__in=list(monthly)).values_list("monthly_id", flat=True))
