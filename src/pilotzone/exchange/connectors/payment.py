"""A payment firm's entry of a settlement report: gross, fee, refunds and net, declared as 支付单 (CEB411)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.days import SHANGHAI, stamp
from pilotzone.base.money import to_cents
from pilotzone.exchange.connectors.message import (
    Document,
    Firm,
    asked_of,
    customs_currency,
    figure,
    guid_of,
    opening,
)
from pilotzone.exchange.connectors.sale import ZERO, Difference, moment, plain
from pilotzone.exchange.connectors.store import digest_of

NAME = "CEB411Message"
NEEDED = ("pay_code", "pay_name")
DECLARED = (
    "number",
    "order_no",
    "platform_code",
    "platform_name",
    "currency",
    "gross",
    "paid",
    "payer_id_type",
    "payer_id",
    "payer",
    "telephone",
)


@dataclass(frozen=True)
class Refund:
    """Money that went back to the payer, positive."""

    number: str
    at: datetime
    amount: Decimal


@dataclass(frozen=True)
class Payment:
    """A payment as its firm settles it. Moments are UTC; amounts are Decimal in `currency` (ISO 4217).

    `gross` is what the payer paid and customs are told; `fee` what the payment firm keeps (less what it gave back with
    refunds), `refunded` what went back to the payer, both positive; `total` the net that is settled to the platform's
    account, by which days are compared. `paid` is None before the money is there.
    """

    number: str
    status: str
    created: datetime
    updated: datetime
    order_no: str
    platform_code: str
    platform_name: str
    currency: str
    gross: Decimal
    fee: Decimal
    total: Decimal
    payer_id_type: str
    payer_id: str
    payer: str
    telephone: str = ""
    refunded: Decimal = ZERO
    refunds: tuple[Refund, ...] = ()
    paid: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data: amounts as text, moments in ISO form."""
        return plain(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Payment:
        """The payment that `as_dict` told."""
        moments = {name: moment(told[name]) for name in ("created", "updated", "paid") if told[name]}
        money = {name: Decimal(told[name]) for name in ("gross", "fee", "refunded", "total")}
        refunds = tuple(Refund(one["number"], moment(one["at"]), Decimal(one["amount"])) for one in told["refunds"])
        return cls(**{**told, **moments, **money, "refunds": refunds})


def reconcile(one: Payment) -> tuple[Difference, ...]:
    """Every identity that does not hold to the cent: refunded = the refunds, never above gross; net = gross − fee − refunded."""
    found = [
        Difference("refunds", sum((refund.amount for refund in one.refunds), ZERO), one.refunded),
        Difference("refunded", min(one.refunded, one.gross), one.refunded),
        Difference("net", one.gross - one.fee - one.refunded, one.total),
    ]
    return tuple(told for told in found if told.by)


def content_of(one: Payment) -> str:
    """The name of what a payment declares: fees and refunds change its net without changing that."""
    told = one.as_dict()
    return digest_of({name: told[name] for name in DECLARED})


def payment_of(one: Payment, firm: Firm, *, at: datetime) -> Document:
    """CEB411; amountPaid is the gross. Refused `message.…`."""
    asked_of(firm, NEEDED)
    head = {
        **opening(guid_of(firm.pay_code, NAME, one.number, content_of(one)), at), "payCode": firm.pay_code,
        "payName": firm.pay_name, "payTransactionId": one.number, "orderNo": one.order_no, "ebpCode": one.platform_code,
        "ebpName": one.platform_name, "payerIdType": one.payer_id_type, "payerIdNumber": one.payer_id,
        "payerName": one.payer, "telephone": one.telephone, "amountPaid": figure(to_cents(one.gross)),
        "currency": customs_currency(one.currency, at.astimezone(SHANGHAI).date()),
        "payTime": stamp(one.paid) if one.paid else "",  # refused by the format, which names it
    }  # fmt: skip
    return Document(head, name=NAME)
