"""Refunds that were paid, for statistics: how many, how much, how long they took."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.models import RefundFiling

DAY = Decimal(86_400)


def paid_between(first: date, last: date) -> dict[str, Any]:
    """Refund filings paid from `first` to `last`, of the whole zone: {filings, amount, days}; `days` the mean from the firm's signature
    to the payment, None where none was paid. Sums alone, no firm."""
    begins = datetime.combine(first, time(), tzinfo=SHANGHAI)
    with scope(PLATFORM):
        found = RefundFiling.objects.filter(paid_at__gte=begins, paid_at__lt=day_ends(last), signed_at__isnull=False)
        amount = found.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        times = list(found.values_list("signed_at", "paid_at"))
    took = [Decimal((paid - signed).total_seconds()) / DAY for signed, paid in times if signed and paid]
    return {"filings": len(took), "amount": amount, "days": sum(took, Decimal(0)) / len(took) if took else None}
