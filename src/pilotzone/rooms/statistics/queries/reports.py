"""Self-reports as the caller may see them: a firm its own, a statistician all; the database says so (migrations 0002)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.statistics.models import Report


def answers_of(organisation: int, month: date) -> Mapping[str, Decimal | None] | None:
    """What the firm reported of a month; None where it did not."""
    one = Report.objects.filter(organisation_id=organisation, month=month).first()
    return None if one is None else {key: Decimal(value) for key, value in one.answers.items()}


def reports(*, month: date | None = None, organisation: int | None = None) -> list[dict[str, Any]]:
    """The reports seen, the latest month first: {month, organisation, firm, edition, answers, note, findings, filed_at, revision}."""
    rows = Report.objects.select_related("organisation").order_by("-month", "organisation_id")
    if month:
        rows = rows.filter(month=month)
    if organisation:
        rows = rows.filter(organisation_id=organisation)
    return [
        {
            "month": one.month, "organisation": one.organisation_id, "firm": one.organisation.name, "edition": one.edition,
            "answers": one.answers, "note": one.note, "findings": one.findings, "filed_at": one.filed_at,
            "revision": one.revision,
        }
        for one in rows
    ]  # fmt: skip
