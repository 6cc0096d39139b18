"""A receipt of customs is kept as it came, and pushed to the firms it concerns."""

from __future__ import annotations

from pilotzone.rooms.clearance.engine import keys, kinds
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.engine.rows import KeyRow, TradeRow
from pilotzone.rooms.clearance.operations import summing
from pilotzone.rooms.clearance.operations.desk import Desk, ReceiptRow
from pilotzone.rooms.clearance.operations.inputs import MessageIn, Passed


def keep(
    desk: Desk,
    message: MessageIn,
    head: Head,
    row: KeyRow | None,
    trade: TradeRow | None,
    *,
    applied: bool,
    why: str,
) -> None:
    """Store a receipt: `row` its document, `trade` its trade; `why` names what it did not do (engine.crossings)."""
    sender, parties, _ = desk.senders.get(row.document_id, (None, [], "")) if row is not None else (None, [], "")
    seen = {*parties, *(trade.parties if trade is not None else ()), *((sender,) if sender is not None else ())}
    desk.outcome.receipts += 1
    desk.receipts.append(
        ReceiptRow(
            message.name, row.document_id if row is not None else None, trade.id if trade is not None else None,
            keys.readable(row.key) if row is not None else head.get("invtNo", ""),
            head.get("returnStatus", head.get("status", "")), head.get("returnTime", ""),
            head.get("returnInfo", ""), head.get("preNo", ""), head.get("invtNo", ""), applied, why,
            message.inbox_id, message.at, sorted(seen),
        )
    )  # fmt: skip


def tell_firms(
    desk: Desk, message: MessageIn, kind: Kind, head: Head, row: KeyRow | None, trade: TradeRow | None
) -> None:  # fmt: skip
    """Push a receipt on the document `row`; without one, on a list (`trade`), to its firms."""
    sender = desk.senders.get(row.document_id, (None, [], ""))[0] if row is not None else None
    key = keys.readable(row.key) if row is not None else head.get("invtNo", "")
    told = {sender} if sender is not None else set()
    if trade is not None and (kind.name == kinds.LIST or row is None):
        told |= {trade.firms[role] for role in ("ebc", "agent") if role in trade.firms}
    elif kind.name == kinds.SUMMARY:
        told |= summing.firms(desk, head)
    desk.outcome.passed.append(
        Passed(
            sorted(told), message.name, key, head, head.get("returnStatus", ""),
            head.get("returnTime", ""), message.at, head.get("returnInfo", ""),
        )
    )  # fmt: skip
    desk.receipt_events.append({
        "document": row.document_id if row is not None else None, "kind": kind.name, "trade": trade.id if trade is not None else None,
        "status": head.get("returnStatus", ""), "time": head.get("returnTime", ""), "at": message.at.isoformat(),
        "key": key, "parties": sorted(told),
    })  # fmt: skip
