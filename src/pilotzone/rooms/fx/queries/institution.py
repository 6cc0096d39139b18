"""支付机构待办: what a payment institution has to do about its receipts and payments, each with its last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.models import CreditReport, Payment, Receipt

DAYS = "fx.payment_institution_act_days"
SOON = timedelta(days=2)
PAGE, LARGEST = 50, 20_000
ASKED = ("kind", "light", "number")


def duties(
    filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE, *, on: date
) -> dict[str, Any]:  # fmt: skip
    """A page of at most LARGEST things open for the caller, the next due first: {rows, total, page, waiting, late}.

    Rows: {kind, record, id, number, currency, amount, usd, due_on, light}. Filters: kind, light, number (exact).
    `waiting` and `late` count all of them, whatever the filters. Kinds: breach, advance, deferred (reports to SAFE), asked
    (the bank wants more), apply (nobody applied yet). The days for the last two are the platform's own (P), by the day of
    receipt; before there was such business there are none.
    """
    asked, every = filters or {}, _open(on)
    found = [row for row in every if all(not (told := asked.get(name)) or row[name] == told for name in ASKED)]
    size = max(1, min(size, LARGEST))
    page = max(1, min(page, -(-len(found) // size) or 1))
    return {
        "rows": found[(page - 1) * size : page * size], "total": len(found), "page": page, "waiting": len(every),
        "late": sum(row["light"] == "red" for row in every),
    }  # fmt: skip


def _open(on: date) -> list[dict[str, Any]]:
    """All of it: what is open is bounded by the work that is left undone, not by the years kept."""
    found: list[dict[str, Any]] = []
    open_ = CreditReport.objects.filter(reported_at=None, usd__gt=0).select_related("receipt")
    for report in open_:
        found.append(_one(report.kind, report.receipt, report.usd, report.due_on, on))
    for receipt in Receipt.objects.filter(state__in=("received", "asked")):
        asked = receipt.state == "asked" and receipt.decided_at is not None
        since = day_of(receipt.decided_at) if asked and receipt.decided_at else receipt.received_on
        if (due := _last(since, receipt.received_on)) is not None:
            found.append(_one("asked" if asked else "apply", receipt, receipt.usd, due, on))
    for payment in Payment.objects.filter(state="asked"):
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
