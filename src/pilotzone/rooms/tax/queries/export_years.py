"""Pre-refunds until they are settled, and the years of promotion cost. Row-level security says whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax.models import Prerefund, PromotionYear
from pilotzone.rooms.tax.queries.export import paged


def prerefunds(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date) -> dict[str, Any]:
    """Pre-refunds, the next to end first: {rows, total, page, pages, open, overdue}. Filters: state (open, overdue, …)."""
    state = (filters or {}).get("state")
    every = Prerefund.objects.all()
    overdue = Q(state="open", last_on__lt=on)
    found = every.filter(overdue) if state == "overdue" else every.filter(state=state) if state else every
    rows, place = paged(found.select_related("filing").order_by("last_on", "pk"), page, size)
    told = _told(rows, on)
    return {"rows": told, **place, "open": every.filter(state="open").count(), "overdue": every.filter(overdue).count()}


def prerefund(number: int, *, on: date) -> dict[str, Any] | None:
    """One of them; None where the caller sees none."""
    return next(iter(_told(list(Prerefund.objects.filter(pk=number).select_related("filing")), on)), None)


def _told(rows: Sequence[Prerefund], on: date) -> list[dict[str, Any]]:
    names = dict(Organisation.objects.filter(pk__in={row.organisation_id for row in rows}).values_list("pk", "name"))
    columns = (
        "list_no", "line_no", "base", "refund_rate", "refunded", "handled_on", "first_on", "last_on", "state",
        "actual_base", "difference", "assessment", "settled_at",
    )  # fmt: skip
    return [
        {
            "id": row.pk, "firm": row.organisation_id, "firm_name": names.get(row.organisation_id, ""),
            **{name: getattr(row, name) for name in columns}, "filing": row.filing.number,
            "overdue": row.state == "open" and row.last_on < on,
            "may_settle": row.state in ("open", "settled") and row.first_on <= on <= row.last_on,
            "stands": row.refunded + (row.difference or 0),
        }
        for row in rows
    ]  # fmt: skip


def promotions(page: int = 1, size: int = 50, *, firm: int | None = None) -> dict[str, Any]:
    """The years of the pilot, newest first: {rows, total, page, pages}."""
    found = PromotionYear.objects.all() if firm is None else PromotionYear.objects.filter(organisation_id=firm)
    rows, place = paged(found.order_by("-year", "organisation_id"), page, size)
    names = dict(Organisation.objects.filter(pk__in={row.organisation_id for row in rows}).values_list("pk", "name"))
    columns = (
        "year", "trade", "revenue", "spend", "commission", "contracts", "related", "evidence", "carry_in", "deducted",
        "carry_out", "assessment",
    )  # fmt: skip
    told = [
        {"id": row.pk, "firm": row.organisation_id, "firm_name": names.get(row.organisation_id, ""),
         **{name: getattr(row, name) for name in columns}}
        for row in rows
    ]  # fmt: skip
    return {"rows": told, **place}
