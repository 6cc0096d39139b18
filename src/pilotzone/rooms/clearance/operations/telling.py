"""What the batch tells: events from which a timeline can be built alone, and the marks of what must be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.engine.rows import DocumentRow, TradeRow
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations.desk import Desk

NAMES = {
    kinds.ORDER: ("订单", "order"), kinds.PAYMENT: ("支付单", "payment"), kinds.WAYBILL: ("运单", "waybill"),
    kinds.LIST: ("清单", "list"), kinds.MONEY_RECEIPT: ("收款单", "receipt of payment"),
}  # fmt: skip
NUMBERS = ("orderNo", "payTransactionId", "logisticsNo", "copNo", "preNo", "invtNo", "billNo")
SOURCE = "海关跨境统一版规范 ceb §4, §6"


def document(desk: Desk, row: DocumentRow) -> None:
    """One accepted document."""
    head, kind = row.part.head, row.kind
    desk.accepted.append({
        "document": row.id, "kind": kind.name, "message": kind.message, "flow": kind.flow,
        "app_type": row.app_type, "at": moment(row.accepted_at), "sender": row.sender, "parties": row.parties,
        "numbers": {name: value for name in NUMBERS if (value := head.get(name))},
        "code": "clearance.document_accepted",
    })  # fmt: skip


def changed(
    desk: Desk, trade: TradeRow, at: datetime, *, before: str, cause: tuple[str, str] = ("", ""),
    fault: Fault | None = None,
) -> None:  # fmt: skip
    """A trade changed: mark it and tell state, holder, numbers and what happened in both languages."""
    touch(desk, trade)
    zh, en = _happened(trade, fault)
    source = fault.source if fault is not None else SOURCE
    tell(
        desk, trade, at, f"clearance.{trade.state}", (_joined(cause[0], zh, "："), _joined(cause[1], en, ": ")),
        source=source, reached=trade.state != before and not trade.history,
    )  # fmt: skip
    desk.events[-1]["turn"] = True


def touch(desk: Desk, trade: TradeRow) -> None:
    """Mark a trade to be written."""
    if trade.hash not in desk.new_trades:
        desk.changed_trades.add(trade.hash)


def tell(
    desk: Desk, trade: TradeRow, at: datetime, code: str, what: tuple[str, str], *, source: str = SOURCE,
    reached: bool = True,
) -> None:  # fmt: skip
    """One line of the trade's life."""
    desk.events.append({
        "trade": trade.id, "at": moment(at), "flow": trade.flow, "mode": trade.mode, "state": trade.state,
        "reached": reached, "holder": trade.holder, "code": code, "zh": what[0], "en": what[1], "source": source,
        "numbers": trade.numbers(), "parties": trade.parties, "buyer": trade.buyer,
        "customs": trade.customs_code, "unit": trade.unit, "firms": dict(trade.firms), "missing": trade.missing,
        "value": str(trade.value) if trade.value is not None else "",
        "tax": str(trade.tax) if trade.tax is not None else "",
    })  # fmt: skip


def stage(desk: Desk, trade: TradeRow, name: str, at: datetime, zh: str, en: str, *, turn: bool = False) -> None:
    """Something happened to a trade without changing its state; `turn`: it lies with somebody else now."""
    trade.stages[name] = moment(at)
    touch(desk, trade)
    tell(desk, trade, at, f"clearance.{name}", (f"收到{zh}", f"{en} received"), reached=False)
    if turn:
        desk.events[-1]["turn"] = True


def refused_list(desk: Desk, trade: TradeRow, faults: Sequence[Fault], at: datetime) -> None:
    """The list's sender is told why it was not passed (answered when the batch ends)."""
    if trade.list_id is not None:
        desk.refusals.append((trade, trade.list_id, tuple(faults), at))


def _joined(cause: str, what: str, between: str) -> str:
    return f"{cause}{between}{what}" if cause and what else cause or what


@cache
def _waiting(missing: tuple[str, ...]) -> tuple[str, str]:
    zh = "、".join(NAMES[name][0] for name in missing)
    en = ", ".join(NAMES[name][1] for name in missing)
    return f"等待{zh}", f"waiting for {en}"


def _happened(trade: TradeRow, fault: Fault | None) -> tuple[str, str]:
    if trade.state == states.WAITING:
        return _waiting(tuple(trade.missing))
    words = states.words(trade.state, trade.customs_status)
    if fault is not None:
        return f"{words[0]}——{fault.zh}", f"{words[1]} – {fault.en}"
    return words
