"""Payment raw data a firm lays down before customs asks: payExchangeInfoHead and payExchangeInfoLists, not signed yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pilotzone.exchange.formats import payment_raw, payment_raw_fields
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.payment_raw_shapes import OrderPaid, PayHead, PaymentRaw

LARGEST = 10 * 1024 * 1024
MOST = 500
SESSION, SERVICE_TIME = "0" * 36, "0" * 13  # stand in until customs asks

Payment = tuple[PayHead, tuple[OrderPaid, ...]]


def read(text: str | bytes) -> tuple[list[Payment], list[Finding]]:
    """The payments in a JSON text: one object, or {"payments": [object, …]}; no payment when there is any finding."""
    top = payment_raw_fields.object_in(text, largest=LARGEST)
    if isinstance(top, Finding):
        return [], [top]
    listed = top.get("payments")
    items = listed if isinstance(listed, list) else [top]
    found: list[Finding] = []
    payments: list[Payment] = []
    if not 0 < len(items) <= MOST:
        return [], [payment_raw_fields.wrong("payments", f"1–{MOST}")]
    for number, item in enumerate(items, 1):
        own: list[Finding] = []
        payment = _read(item, own)
        found += [replace(one, path=f"payments[{number}]/{one.path}") for one in own]
        if payment is not None and not own:
            payments.append(payment)
    return ([], found) if found else (payments, [])


def write(payment: Payment) -> str:
    """One payment as text that `read_one` reads back, digits and order of fields unchanged."""
    return payment_raw.write(PaymentRaw(SESSION, payment[0], payment[1], SERVICE_TIME, "-", "-"))


def read_one(text: str) -> Payment:
    """What `write` wrote."""
    raw, found = payment_raw.read(text)
    if raw is None:
        raise ValueError(found[0].en if found else "no payment")
    return raw.head, raw.orders


def _read(item: object, found: list[Finding]) -> Payment | None:
    if not isinstance(item, dict):
        found.append(payment_raw_fields.wrong("payments", "{…}"))
        return None
    values: dict[str, Any] = item
    head = payment_raw_fields.read_head(values.get("payExchangeInfoHead"), found)
    orders = payment_raw_fields.read_orders(values.get("payExchangeInfoLists"), found)
    return None if head is None or found else (head, orders)
