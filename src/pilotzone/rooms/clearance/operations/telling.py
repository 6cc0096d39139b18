"""What the batch tells: events from which a timeline can be built alone, and the marks of what must be written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.engine.rows import DocumentRow, TradeRow
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations.desk import Desk, Line

NAMES = {
    kinds.ORDER: ("订单", "order"), kinds.PAYMENT: ("支付单", "payment"), kinds.WAYBILL: ("运单", "waybill"),
    kinds.LIST: ("清单", "list"), kinds.MONEY_RECEIPT: ("收款单", "receipt of payment"),
}  # fmt: skip
NUMBERS = ("orderNo", "payTransactionId", "logisticsNo", "copNo", "preNo", "invtNo", "billNo")
SOURCE = "海关跨境统一版规范 ceb §4, §6"
NOTHING, TURN, STATE = range(3)  # what a line moved: nothing, who holds the trade, or its state


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
    moved = STATE if trade.state != before and not trade.history else TURN
    if told := desk.still_waiting.pop(trade.hash, None):
        line, earlier = told
        if desk.lines[trade.hash][-1] is line:  # papers that come together are one step
            desk.lines[trade.hash].pop()
            cause = (_joined(earlier[0], cause[0], "，"), _joined(earlier[1], cause[1], ", "))
    line = tell(
        desk, trade, at, f"clearance.{trade.state}", (_joined(cause[0], zh, "："), _joined(cause[1], en, ": ")),
        source=source, moved=moved,
    )  # fmt: skip
    if moved == TURN and trade.state == states.WAITING:
        desk.still_waiting[trade.hash] = line, cause


def touch(desk: Desk, trade: TradeRow) -> None:
    """Mark a trade to be written."""
    if trade.hash not in desk.new_trades:
        desk.changed_trades.add(trade.hash)


def tell(
    desk: Desk, trade: TradeRow, at: datetime, code: str, what: tuple[str, str], *, source: str = SOURCE,
    moved: int = NOTHING,
) -> Line:  # fmt: skip
    """One line of the trade's life."""
    line = (moment(at), code, what[0], what[1], source, trade.state, trade.holder, moved)
    told = desk.lines.get(trade.hash)
    if told is None:
        desk.lines[trade.hash] = [line]
    else:
        told.append(line)
    return line


def snapshots(desk: Desk) -> list[dict[str, object]]:
    """What `clearance.trade_changed` tells: one row a trade, as it stands when the batch ends, with its `lines`.

    A line is [at (ISO with zone), code, zh, en, source, state, holder, moved]: 2 where the trade came into that state then,
    1 where it stayed but lies with that holder from then on, 0 where neither moved. `at` of the row is its last line's.
    The number of a tax bill (taxNo) is among the row's numbers in the batch it came with: no trade keeps it.
    """
    return [_snapshot(desk.trades[hash_], lines, desk.tax_nos.get(hash_, "")) for hash_, lines in desk.lines.items()]


def line_of(
    *, at: datetime, trade: int, flow: str, mode: str, state: str, holder: str, parties: Sequence[int], buyer: str,
    code: str, what: tuple[str, str], source: str,
) -> dict[str, object]:  # fmt: skip
    """The row of a single line that moves nothing, told outside of a batch; it repeats no numbers."""
    line = (moment(at), code, what[0], what[1], source, state, holder, NOTHING)
    return {
        "trade": trade, "at": line[0], "flow": flow, "mode": mode, "state": state, "holder": holder, "numbers": {},
        "parties": parties, "buyer": buyer, "lines": [line],
    }  # fmt: skip


def _snapshot(trade: TradeRow, lines: list[Line], tax_no: str) -> dict[str, object]:
    numbers = trade.numbers() | ({"taxNo": tax_no} if tax_no else {})
    return {
        "trade": trade.id, "at": lines[-1][0], "flow": trade.flow, "mode": trade.mode, "state": trade.state,
        "holder": trade.holder, "numbers": numbers, "parties": trade.parties, "buyer": trade.buyer,
        "customs": trade.customs_code, "unit": trade.unit, "firms": trade.firms, "missing": trade.missing,
        "value": str(trade.value) if trade.value is not None else "",
        "tax": str(trade.tax) if trade.tax is not None else "", "lines": lines,
    }  # fmt: skip


def stage(desk: Desk, trade: TradeRow, name: str, at: datetime, zh: str, en: str, *, turn: bool = False) -> None:
    """Something happened to a trade without changing its state; `turn`: it lies with somebody else now."""
    trade.stages[name] = moment(at)
    touch(desk, trade)
    tell(desk, trade, at, f"clearance.{name}", (f"收到{zh}", f"{en} received"), moved=TURN if turn else NOTHING)


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
