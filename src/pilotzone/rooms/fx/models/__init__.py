"""The tables of the room: receipts with what hangs on them, and payments with theirs."""

from pilotzone.rooms.fx.models.payments import Backing, Payment, PaymentDecision, Voucher
from pilotzone.rooms.fx.models.receipts import (
    CheckMonth,
    Consent,
    CreditReport,
    Decision,
    Document,
    Entry,
    Link,
    Outlay,
    Party,
    QuotaYear,
    Receipt,
    UsdRate,
)

__all__ = [
    "Backing",
    "CheckMonth",
    "Consent",
    "CreditReport",
    "Decision",
    "Document",
    "Entry",
    "Link",
    "Outlay",
    "Party",
    "Payment",
    "PaymentDecision",
    "QuotaYear",
    "Receipt",
    "UsdRate",
    "Voucher",
]
