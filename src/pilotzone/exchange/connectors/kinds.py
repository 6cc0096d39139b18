"""What a connector may read: sales, waybills, payments; of each, how its money adds up and what is declared of it.

Rounds, quarantine, days and the agent know no more of a record than this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from pilotzone.base.sentences import Reason
from pilotzone.exchange.connectors import message, payment, sale, waybill
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.message import Document, Firm
from pilotzone.exchange.connectors.sale import Difference


class Record(Protocol):
    """A sale, waybill or payment. `total` is the money its day (UTC, of `created`) is compared by."""

    @property
    def number(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def updated(self) -> datetime: ...
    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> Decimal: ...
    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        ...


@dataclass(frozen=True)
class Declared:
    """One document of a record. `key` names it in the agent's ledger, for ever; `content` what it declares.

    `make(firm, at)` gives it; Refused `message.…` where something is missing.
    """

    key: str
    content: str
    make: Callable[[Firm, datetime], Document]


@dataclass(frozen=True)
class Kind:
    """`of` reads what `as_dict` told; `needed` is what the firm must tell of itself beside `message.ALWAYS`."""

    name: str
    of: Callable[[dict[str, Any]], Any]
    differences: Callable[[Any], tuple[Difference, ...]]
    declares: Callable[[Any], tuple[Declared, ...]]
    needed: tuple[str, ...]

    def doubt(self, record: Any) -> Reason | None:
        """What keeps a record that is ready from being declared: money that does not add up, an order without lines."""
        for one in self.differences(record):
            return SENTENCES.reason(
                "connector.money", where=one.where, expected=one.expected, stated=one.stated, by=one.by
            )
        if self.name == "sale" and not record.lines:
            return SENTENCES.reason("connector.no_lines", number=record.number)
        return None


def _order(one: sale.Sale) -> tuple[Declared, ...]:
    return (
        Declared(one.number, message.content_of(one), lambda firm, at: message.order_of(one, firm, at=at)),
    )  # fmt: skip


def _waybill(one: waybill.Waybill) -> tuple[Declared, ...]:
    found = [
        Declared(one.number, waybill.content_of(one), lambda firm, at: waybill.waybill_of(one, firm, at=at)),
    ]  # fmt: skip
    if one.direction == waybill.IMPORT and one.signed is not None:  # customs take no status of export waybills
        found.append(
            Declared(
                f"{waybill.STATUS} {one.number}",
                one.signed.isoformat(),
                lambda firm, at: waybill.signed_of(one, firm, at=at),
            )
        )
    return tuple(found)


def _payment(one: payment.Payment) -> tuple[Declared, ...]:
    return (Declared(one.number, payment.content_of(one), lambda firm, at: payment.payment_of(one, firm, at=at)),)


KINDS = {
    one.name: one
    for one in (
        Kind("sale", sale.Sale.of, sale.reconcile, _order, message.NEEDED),
        Kind("waybill", waybill.Waybill.of, waybill.reconcile, _waybill, waybill.NEEDED),
        Kind("payment", payment.Payment.of, payment.reconcile, _payment, payment.NEEDED),
    )
}
