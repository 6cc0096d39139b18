"""Notices of payment out of our box: what the single window tells of tax that was paid. No Django set up.

No document shows such a notice; its form is the platform's own (tag P): JSON {"receiptNo", "paidOn", "amount",
"taxNos"} in a transport message of the single window.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import psycopg
import structlog

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal
from pilotzone.exchange.formats.envelope import TAX_PAYMENT_NOTICE, unwrap
from pilotzone.kernel import clock
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tax.api import Payment

log = structlog.get_logger("carrier")
NOT_KEPT = ("rule.payment.bills", "rule.payment.amount", "rule.payment.receipt_taken")
LONGEST = 50  # of the number of a receipt or bill


def book(connection: psycopg.Connection[Any], raws: Sequence[bytes]) -> list[bytes]:
    """Book each notice in a transaction of its own; answers those that cannot be read."""
    unread = []
    for raw in raws:
        fact = payment_of(raw)
        if fact is None:
            unread.append(raw)
            continue
        with connection.transaction(), connection.cursor() as cursor:
            told = tax.pay_batch(cast("Any", cursor), [fact], at=clock.read(connection).now())[0]
        if told.reason is not None and told.reason.code in NOT_KEPT:
            unread.append(raw)
        if told.reason is not None:
            log.info("payment.waits", receipt=fact.receipt_no, state=told.state, code=told.reason.code)
    return unread


def payment_of(raw: bytes) -> Payment | None:
    """The payment a notice tells; None where it cannot be read."""
    try:
        message = unwrap(raw)
        told = json.loads(message.data)
        if not isinstance(told["taxNos"], list):
            return None
        bills = tuple(dict.fromkeys(str(number) for number in told["taxNos"]))
        receipt, amount = str(told["receiptNo"]), decimal(str(told["amount"]))
        numbers = (receipt, *bills)
        if message.message_type != TAX_PAYMENT_NOTICE or not all(0 < len(one) <= LONGEST for one in numbers):
            return None
        if any("\0" in one for one in numbers):
            return None
        return Payment(receipt, date.fromisoformat(told["paidOn"]), amount, bills, channel="notice", raw=raw)
    except (Refused, ValueError, KeyError, TypeError):
        return None
