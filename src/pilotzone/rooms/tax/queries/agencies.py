"""代办退税协议 as pages show them: a service enterprise's and a producer's own, the tax office all."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax.models import RefundAgency

MOST = 500


def agencies(*, on: date) -> list[dict[str, Any]]:
    """Agreements the caller sees, newest first, each with its state: proposed, confirmed, filed, ended."""
    rows = list(RefundAgency.objects.order_by("-id")[:MOST])
    ids = {number for row in rows for number in (row.service_id, row.producer_id)}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    columns = ("number", "valid_from", "valid_to", "own_goods", "contract_abroad", "controls", "filed_on", "ended_on")
    return [
        {
            "id": row.pk, "service": row.service_id, "service_name": names.get(row.service_id, ""),
            "producer": row.producer_id, "producer_name": names.get(row.producer_id, ""), "state": _state(row, on),
            "account": bool(row.account), "confirmed_at": row.confirmed_at,
            **{name: getattr(row, name) for name in columns},
        }
        for row in rows
    ]  # fmt: skip


def _state(row: RefundAgency, on: date) -> str:
    if (row.ended_on or row.valid_to) < on or row.ended_on is not None:
        return "ended"
    if row.filed_on is not None:
        return "filed"
    return "confirmed" if row.confirmed_at is not None else "proposed"
