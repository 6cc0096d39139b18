"""What the tax authority recorded of exporting firms, for pages. Row-level security says whose: a firm its own, the tax office all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax.models import ExportFirm
from pilotzone.rooms.tax.queries.export import paged


def profile(firm: int, *, on: date) -> dict[str, Any] | None:
    """What the tax authority recorded of a firm for that day."""
    row = ExportFirm.objects.filter(organisation_id=firm, valid_from__lte=on).order_by("-valid_from").first()
    columns = (
        "valid_from", "general", "refund_filed", "in_zone", "kind", "class_number", "locked_until", "false_before", "deemed",
        "facts", "reasons",
    )  # fmt: skip
    return None if row is None else {name: getattr(row, name) for name in columns}


def profiles(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date) -> dict[str, Any]:
    """The profile of each firm that counts on a day and those recorded for a later one, the latest first: {rows, total, page, pages}.

    Filters: class (1 to 4), query (part of the name, or a code).
    """
    asked = filters or {}
    newest = ExportFirm.objects.filter(valid_from__lte=on).order_by("organisation_id", "-valid_from")
    found = ExportFirm.objects.filter(Q(valid_from__gt=on) | Q(pk__in=newest.distinct("organisation_id").values("pk")))
    if asked.get("class"):
        found = found.filter(class_number=asked["class"])
    if query := str(asked.get("query") or "").strip():
        firms = Organisation.objects.filter(Q(name__icontains=query) | Q(customs_code=query) | Q(uscc=query))
        found = found.filter(organisation_id__in=firms.values("pk"))
    rows, place = paged(found.order_by("-valid_from", "organisation_id"), page, size)
    names = {one.pk: one for one in Organisation.objects.filter(pk__in=[row.organisation_id for row in rows])}
    told = [
        {
            "firm": row.organisation_id, "firm_name": firm.name if (firm := names.get(row.organisation_id)) else "",
            "code": (firm.customs_code or firm.uscc or "") if firm else "", "valid_from": row.valid_from, "kind": row.kind,
            "general": row.general, "refund_filed": row.refund_filed, "class_number": row.class_number,
            "locked_until": row.locked_until, "deemed": row.deemed, "false_before": row.false_before, "facts": row.facts,
            "reasons": row.reasons, "recorded_at": row.recorded_at,
        }
        for row in rows
    ]  # fmt: skip
    return {"rows": told, **place}
