"""Self-reports as the caller may see them: a firm its own, a statistician all; the database says so (migrations 0002)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pilotzone.rooms.statistics.models import Report, ReportBefore


def answers_of(organisation: int, month: date) -> Mapping[str, Decimal | None] | None:
    """What the firm reported of a month; None where it did not."""
    one = Report.objects.filter(organisation_id=organisation, month=month).first()
    return None if one is None else {key: Decimal(value) for key, value in one.answers.items()}


def reports(*, month: date | None = None, organisation: int | None = None) -> list[dict[str, Any]]:
    """The reports seen, the latest month first: {month, organisation, firm, edition, answers, note, reason, findings, filed_at, revision}."""
    rows = Report.objects.select_related("organisation").order_by("-month", "organisation_id")
    if month:
        rows = rows.filter(month=month)
    if organisation:
        rows = rows.filter(organisation_id=organisation)
    return [
        {
            "month": one.month, "organisation": one.organisation_id, "firm": one.organisation.name, "edition": one.edition,
            "answers": one.answers, "note": one.note, "reason": one.reason, "findings": one.findings, "filed_at": one.filed_at,
            "revision": one.revision,
        }
        for one in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Revised:
    """A correction of a report: what it said before and after as (field, before, after), why, and when."""

    month: date
    organisation: int
    firm: str
    revision: int
    reason: str
    note: str
    filed_at: datetime
    changes: tuple[tuple[str, str, str], ...]


def revised(*, month: date | None = None, organisation: int | None = None) -> list[Revised]:
    """Every correction seen, the latest first; a firm sees its own, a statistician all."""
    wanted: dict[str, Any] = {}
    if month:
        wanted["month"] = month
    if organisation:
        wanted["organisation_id"] = organisation
    said: dict[tuple[int, date], list[Report | ReportBefore]] = {}
    for one in ReportBefore.objects.filter(**wanted).select_related("organisation").order_by("revision"):
        said.setdefault((one.organisation_id, one.month), []).append(one)
    for last in Report.objects.filter(revision__gt=1, **wanted).select_related("organisation"):
        said.setdefault((last.organisation_id, last.month), []).append(last)
    told = [
        Revised(
            new.month, new.organisation_id, new.organisation.name, new.revision, new.reason, new.note, new.filed_at,
            _changes(old.answers, new.answers),
        )
        for versions in said.values()
        for old, new in pairwise(versions)
    ]  # fmt: skip
    return sorted(told, key=lambda one: (one.filed_at, one.organisation, one.revision), reverse=True)


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        (name, old.get(name, ""), new.get(name, ""))
        for name in names
        if _number(old.get(name)) != _number(new.get(name))
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
