"""Facts of payment for pages: who sees which is row-level security's."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from pilotzone.base.money import yuan
from pilotzone.rooms.tax.models import TaxPayment

SHOWN_BILLS = 3


def payments(page: int = 1, size: int = 50, number: str = "") -> dict[str, Any]:
    """A page of payments, the latest recorded first: {rows, total, page}. `number`: of a receipt or of a bill, exact."""
    found = TaxPayment.objects.all()
    if number := number.strip():
        found = found.filter(Q(receipt_no=number) | Q(bills__contains=[number]))
    size, total = max(1, min(size, 500)), found.count()
    page = max(1, min(page, -(-total // size) or 1))
    rows = found.defer("raw").order_by("-recorded_at", "receipt_no")[(page - 1) * size : page * size]
    return {"rows": [_payment(row) for row in rows], "total": total, "page": page}


def _payment(row: TaxPayment) -> dict[str, Any]:
    return {
        "receipt_no": row.receipt_no,
        "paid_on": row.paid_on,
        "amount": yuan(row.amount),
        "bills": row.bills,
        "shown": "、".join(row.bills[:SHOWN_BILLS]) + (" …" if len(row.bills) > SHOWN_BILLS else ""),
        "organisation": row.organisation_id,
        "channel": row.channel,
        "state": row.state,
        "recorded_at": row.recorded_at,
    }
