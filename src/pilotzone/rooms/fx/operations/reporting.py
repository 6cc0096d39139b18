"""Handing trade-credit reports to SAFE: what waits, and the numbers it gave. Told again, nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx.models import CreditReport, Payment


def made(*, limit: int = 100) -> list[dict[str, Any]]:
    """Reports made and not taken yet, receipts' before payments', the oldest first: {id, code, kind, usd, due_on, reported_at}.

    The report of a payment goes by the payment's id below zero.
    """
    with scope(PLATFORM):
        rows = list(
            CreditReport.objects.filter(safe_no="")
            .exclude(reported_at=None)
            .select_related("receipt")
            .order_by("reported_at", "id")[:limit]
        )
        paid = list(
            Payment.objects.filter(safe_no="")
            .exclude(reported_at=None)
            .order_by("reported_at", "id")[: limit - len(rows)]
        )
        firms = [one.receipt.organisation_id for one in rows] + [one.organisation_id for one in paid]
        codes = dict(Organisation.objects.filter(pk__in=firms).values_list("pk", "uscc"))
    return [
        {
            "id": one.pk, "code": codes.get(one.receipt.organisation_id, ""), "kind": one.kind, "usd": f"{one.usd:.2f}",
            "due_on": one.due_on.isoformat(), "reported_at": one.reported_at.isoformat() if one.reported_at else "",
        }
        for one in rows
    ] + [
        {
            "id": -one.pk, "code": codes.get(one.organisation_id, ""), "kind": one.report_kind, "usd": f"{one.usd:.2f}",
            "due_on": one.report_due_on.isoformat() if one.report_due_on else "",
            "reported_at": one.reported_at.isoformat() if one.reported_at else "",
        }
        for one in paid
    ]  # fmt: skip


def taken(numbers: Mapping[int, str]) -> int:
    """Keep SAFE's numbers; how many were new."""
    with scope(PLATFORM):
        return sum(
            (
                Payment.objects.filter(pk=-report, safe_no="")
                if report < 0
                else CreditReport.objects.filter(pk=report, safe_no="")
            ).update(safe_no=number[:40])
            for report, number in sorted(numbers.items())
            if number
        )
