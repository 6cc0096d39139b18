"""What a return does to the books: the buyer's amount and tax given back, an export line's refund settled by the tax room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilotzone.kernel import events
from pilotzone.rooms.clearance.engine import applications, states
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.operations import deciding, inputs
from pilotzone.rooms.clearance.operations.desk import Desk


def restore(
    desk: Desk, trade: TradeRow, reference: str, lines: Sequence[Head], before: Sequence[Head], at: datetime
) -> None:
    """Give back the quota of what a return brought back: the lines as they are now against those before."""
    deciding.effect(desk, trade, inputs.RESTORE, at, reference=reference, lines=lines, before=before)


def tell(
    desk: Desk, trade: TradeRow, document: int, returned: Sequence[Head], at: datetime, *, cancelled: str = ""
) -> None:
    """What came back of an export list, line by line, for the rooms above: the tax of these lines is settled there.

    `cancelled`: the return time of the cancellation that made it come back, empty for a return of goods.
    """
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
          "mode": trade.mode, "at": at.isoformat(), "lines": lines, "list": trade.list_id, "cancelled": cancelled}],
        cursor=desk.cursor,
    )  # fmt: skip


def tell_restored(desk: Desk, trade: TradeRow, at: datetime) -> None:
    """Customs released an export list again that it had released and cancelled: what the cancellation made come back stays abroad.

    `released` is customs' return time of that release; a closing stands over every cancellation, whatever its time.
    """
    released = trade.return_time
    if states.status(trade.customs_status).state == states.CLOSED:
        released = max(released, trade.stages.get(applications.CANCELLED_BY, ""))
    events.publish(
        "clearance.export_restored",
        [{"trade": trade.id, "list": trade.list_id, "list_no": trade.invt_no, "seller": trade.firms.get("ebc"),
          "released": released, "at": at.isoformat()}],
        cursor=desk.cursor,
    )  # fmt: skip
