"""What a return does to the books: the buyer's amount and tax given back, an export line's refund settled by the tax room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilotzone.kernel import events
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.operations import deciding, inputs
from pilotzone.rooms.clearance.operations.desk import Desk


def restore(
    desk: Desk, trade: TradeRow, reference: str, lines: Sequence[Head], before: Sequence[Head], at: datetime
) -> None:
    """Give back the quota of what a return brought back: the lines as they are now against those before."""
    deciding.effect(desk, trade, inputs.RESTORE, at, reference=reference, lines=lines, before=before)


def tell(desk: Desk, trade: TradeRow, document: int, returned: Sequence[Head], at: datetime) -> None:
    """What came back of an export list, line by line, for the rooms above: the tax of these lines is settled there."""
    declared = {line.get("gnum", "").strip(): line for line in desk.part(trade.list_id).lines} if trade.list_id else {}
    lines = [
        {
            "line_no": int(place), "quantity": line.get("qty", ""), "declared": declared[place].get("qty", ""),
            "hs": declared[place].get("gcode", ""),
        }
        for line in returned if (place := line.get("gnum", "").strip()) in declared
    ]  # fmt: skip
    events.publish(
        "clearance.export_returned",
        [{"trade": trade.id, "document": document, "list_no": trade.invt_no, "seller": trade.firms.get("ebc"),
          "mode": trade.mode, "at": at.isoformat(), "lines": lines}],
        cursor=desk.cursor,
    )  # fmt: skip
