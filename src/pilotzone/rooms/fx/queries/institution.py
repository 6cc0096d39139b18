"""支付机构待办: what a payment institution has to do about its receipts and payments, each with its last day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.models import CreditReport, Payment, Receipt

DAYS = "fx.payment_institution_act_days"
SOON = timedelta(days=2)
MOST = 500


def duties(*, on: date) -> list[dict[str, Any]]:
    """What is open for the caller, the next due first: {kind, record, receipt|payment, number, usd, due_on, light}.

    Kinds: breach, advance, deferred (reports to SAFE), asked (the bank wants more), apply (nobody applied yet). The days
    for the last two are the platform's own (P), by the day of receipt; before there was such business there are none.
    """
    found: list[dict[str, Any]] = []
    open_ = CreditReport.objects.filter(reported_at=None, usd__gt=0).select_related("receipt").order_by("due_on")
    for report in open_[:MOST]:
        found.append(_one(report.kind, report.receipt, report.usd, report.due_on, on))
    for receipt in Receipt.objects.filter(state__in=("received", "asked")).order_by("received_on", "id")[:MOST]:
        asked = receipt.state == "asked" and receipt.decided_at is not None
        since = day_of(receipt.decided_at) if asked and receipt.decided_at else receipt.received_on
        if (due := _last(since, receipt.received_on)) is not None:
            found.append(_one("asked" if asked else "apply", receipt, receipt.usd, due, on))
    for payment in Payment.objects.filter(state="asked").order_by("decided_at", "id")[:MOST]:
        since = day_of(payment.decided_at) if payment.decided_at else payment.pay_on
        if (due := _last(since, payment.pay_on)) is not None:
            found.append(_one("asked", payment, payment.usd, due, on))
    return sorted(found, key=lambda one: (one["due_on"], one["number"], one["kind"]))


def _last(since: date, basis: date) -> date | None:
    law = Law(basis)
    return since + timedelta(days=int(law[DAYS])) if law.stands(DAYS) else None


def _one(kind: str, record: Receipt | Payment, usd: Any, due: date, on: date) -> dict[str, Any]:
    light = "red" if due < on else "yellow" if due - on <= SOON else "green"
    which = "receipt" if isinstance(record, Receipt) else "payment"
    return {
        "kind": kind, "record": which, "id": record.pk, "number": record.number, "currency": record.currency,
        "amount": record.amount, "usd": usd, "due_on": due, "light": light,
    }  # fmt: skip
