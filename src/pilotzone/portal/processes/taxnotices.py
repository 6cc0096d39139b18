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
from pilotzone.rooms.tax.api import Paid, Payment

log = structlog.get_logger("carrier")
NOT_KEPT = ("rule.payment.bills", "rule.payment.amount", "rule.payment.receipt_taken")
LONGEST = 50  # of the number of a receipt or bill


def book(connection: psycopg.Connection[Any], raws: Sequence[bytes]) -> list[bytes]:
    """Book notices that came together in one transaction, where that fails each in its own; answers those that cannot be read."""
    facts = [payment_of(raw) for raw in raws]
    unread = [raw for raw, fact in zip(raws, facts, strict=True) if fact is None]
    known = [fact for fact in facts if fact is not None]
    try:
        told = _booked(connection, known)
    except psycopg.OperationalError:
        raise  # the database is away or busy: nothing is wrong with the notices
    except Exception as failure:
        log.warning("payment.one_by_one", error=f"{type(failure).__name__}: {failure}"[:200])
        told = [_booked(connection, [fact])[0] for fact in known]
    for fact, answer in zip(known, told, strict=True):
        if answer.reason is None:
            continue
        log.info("payment.waits", receipt=fact.receipt_no, state=answer.state, code=answer.reason.code)
        if answer.reason.code in NOT_KEPT and fact.raw is not None:
            unread.append(fact.raw)
    return unread


def _booked(connection: psycopg.Connection[Any], facts: Sequence[Payment]) -> list[Paid]:
    with connection.transaction(), connection.cursor() as cursor:
        return tax.pay_batch(cast("Any", cursor), facts, at=clock.read(connection).now())


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
