"""What the batch holds in memory of keys, documents and trades, as plain rows; nothing here knows the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import Kind

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
SLOTS = {
    kinds.ORDER: "order_id", kinds.PAYMENT: "payment_id", kinds.WAYBILL: "waybill_id", kinds.LIST: "list_id",
    kinds.MONEY_RECEIPT: "receipts_id",
}  # fmt: skip
NEEDED = {
    kinds.IMPORT: (kinds.ORDER, kinds.PAYMENT, kinds.WAYBILL, kinds.LIST),
    kinds.EXPORT: (kinds.ORDER, kinds.WAYBILL, kinds.LIST),
}
_NEEDED_SLOTS = {flow: tuple((name, SLOTS[name]) for name in names) for flow, names in NEEDED.items()}
# who sends the part, hence who is asked for it
SENDER_OF = {
    kinds.ORDER: "ebp", kinds.PAYMENT: "pay", kinds.WAYBILL: "logi", kinds.LIST: "declarant",
    kinds.MONEY_RECEIPT: "ebc",
}  # fmt: skip


class KeyRow(msgspec.Struct):
    """The document known under a business key."""

    hash: int
    namespace: int
    key: str
    document_id: int
    trade_hash: int | None
    fingerprint: int
    app_time: str
    accepted_on: date
    deleted: bool = False


class DocumentRow(msgspec.Struct):
    """A document to be stored; `part` is what the match reads, `packed` the same as it is stored."""

    id: int
    message_id: int
    position: int
    kind: Kind
    edition: str
    key: str
    hash: int
    trade_hash: int | None
    trade_key: str
    waybill_hash: int | None
    app_type: str
    app_time: str
    sender: int | None
    firms: Mapping[str, int]
    unit: str
    parties: Sequence[int]
    part: Part
    packed: bytes
    fingerprint: int
    buyer: str
    state: str
    reasons: list[dict[str, Any]]
    accepted_at: datetime
    accepted_on: date


class TradeRow(msgspec.Struct):
    """A trade as stored. Columns in this order (engine and SQL agree by `COLUMNS`)."""

    id: int
    hash: int
    key: str
    flow: str
    mode: str = ""
    order_id: int | None = None
    payment_id: int | None = None
    waybill_id: int | None = None
    list_id: int | None = None
    receipts_id: int | None = None
    list_message: int | None = None
    waybill_hash: int | None = None
    order_no: str = ""
    pay_no: str = ""
    logistics_no: str = ""
    cop_no: str = ""
    pre_no: str = ""
    invt_no: str = ""
    bill_no: str = ""
    state: str = states.WAITING
    customs_status: str = ""
    return_time: str = ""
    missing: list[str] = msgspec.field(default_factory=list)
    reasons: list[dict[str, Any]] = msgspec.field(default_factory=list)
    holder: str = ""
    firms: dict[str, int] = msgspec.field(default_factory=dict)
    parties: list[int] = msgspec.field(default_factory=list)
    buyer: str = ""
    customs_code: str = ""
    unit: str = ""
    value: Decimal | None = None
    tax: Decimal | None = None
    assessment: bytes | None = None  # as queries.contents packs it
    stages: dict[str, str] = msgspec.field(default_factory=dict)
    wait_until: datetime | None = None
    first_at: datetime = _NEVER
    changed_at: datetime = _NEVER
    accepted_on: date | None = None
    history: bool = False
    edition: int | None = None

    def part_id(self, name: str) -> int | None:
        """The document in a slot."""
        found: int | None = getattr(self, SLOTS[name])
        return found

    def numbers(self) -> dict[str, str]:
        """Every number the trade is known by, in the messages' own names."""
        told = {
            "orderNo": self.order_no, "payTransactionId": self.pay_no, "logisticsNo": self.logistics_no,
            "copNo": self.cop_no, "preNo": self.pre_no, "invtNo": self.invt_no, "billNo": self.bill_no,
        }  # fmt: skip
        return {name: number for name, number in told.items() if number}


COLUMNS = TradeRow.__struct_fields__


def split_personal(kind: Kind, head: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The head without its personal fields, and those alone."""
    if not kind.personal:
        return dict(head), {}
    hidden = {name: head[name] for name in kind.personal if name in head}
    return {name: value for name, value in head.items() if name not in hidden}, hidden


def missing_of(trade: TradeRow) -> list[str]:
    """The parts the trade still lacks, in the order they are sent."""
    return [name for name, slot in _NEEDED_SLOTS[trade.flow] if getattr(trade, slot) is None]


def joined_parties(firms: Mapping[str, int], others: Sequence[int] = ()) -> list[int]:
    """The distinct organisations of a trade, ascending."""
    return sorted({*firms.values(), *others})
