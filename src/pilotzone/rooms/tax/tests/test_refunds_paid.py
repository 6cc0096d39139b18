"""Refunds paid in a month: how many, how much, how long from the firm's signature; a month of Shanghai days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import RefundFiling

NOVEMBER = (date(2021, 11, 1), date(2021, 11, 30))


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2021, month, day, hour, tzinfo=SHANGHAI)


def filed(number: str, signed: datetime, paid: datetime | None) -> None:
    RefundFiling.objects.create(
        number=number, organisation_id=1, kind="refund", month="2021-10", class_number=1, amount=Decimal(50), assessment={},
        drafted_at=signed, signed_at=signed, paid_at=paid, state="paid" if paid else "signed",
    )  # fmt: skip


def test_a_month_counts_what_was_paid_in_it(db: None) -> None:
    with scope(PLATFORM):
        filed("R1", at(11, 10), at(11, 16))
        filed("R2", at(10, 20), at(11, 1, 0))
        filed("R3", at(11, 20), at(12, 1, 0))
        filed("R4", at(11, 20), None)
    told = api.refunds_paid(*NOVEMBER)
    assert (told["filings"], told["amount"], told["days"]) == (2, 100, (Decimal(6) + Decimal("11.625")) / 2)
    assert api.refunds_paid(date(2021, 9, 1), date(2021, 9, 30)) == {"filings": 0, "amount": 0, "days": None}
