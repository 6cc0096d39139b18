"""What customs' receipts on cancellations and returns do to a trade, and what is told where two words of customs cross."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilotzone.kernel import events
from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import applications, crossings, kinds, states
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.crossings import Verdict
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.engine.rows import KeyRow, TradeRow
from pilotzone.rooms.clearance.operations import applying, deciding, inputs, telling
from pilotzone.rooms.clearance.operations.desk import Desk


def verdict_on(
    kind: Kind, trade: TradeRow | None, stored: tuple[str, str] | None, incoming: tuple[str, str], *, own_list: bool
) -> Verdict:
    """What a receipt does (engine.crossings); of a document that moves no trade only whether it is the later."""
    if own_list and trade is not None:
        return crossings.of_list(trade.state, stored, incoming)
    takes_over = states.takes_over if kind.name == kinds.LIST else states.later
    if not takes_over(stored, incoming):
        return Verdict(crossings.LATE, crossings.LATER)
    if trade is not None and kind.name in (kinds.CANCEL, kinds.REFUND):
        return crossings.of_application(kind.name, trade.state, trade.customs_status, incoming[1])
    fits = states.expected(stored[1] if stored else "", incoming[1])
    return Verdict(crossings.FOLLOWED, None if fits else crossings.SURPRISE)


def crossed_stage(code: str) -> str:
    """The stage that notes the return time of the last receipt with that status which crossed the list's own word."""
    return f"crossed:{code}"


def tell_crossed(desk: Desk, trade: TradeRow, kind: Kind, head: Head, verdict: Verdict, at: datetime) -> None:
    """Customs said something that cannot be: the firms read on the trade's page which word stands, and why."""
    assert verdict.why is not None
    code = head.get("returnStatus", "")
    zh, en = states.words(states.status(code).state, code)
    told = (
        f"{kind.zh}回执{code}（{zh}）不改变状态：{verdict.why.zh}", f"receipt {code} ({en}) on the {kind.en} changes nothing: {verdict.why.en}",
    )  # fmt: skip
    telling.touch(desk, trade)
    telling.tell(desk, trade, at, "clearance.crossed", told, source=crossings.SPEC)


def overtaken(desk: Desk, trade: TradeRow, at: datetime, received: datetime) -> None:
    """Customs' final word on a list that was cancelled here: the cancellation has no effect and stands in no way."""
    trade.stages[applications.refused_stage(kinds.CANCEL)] = moment(received)
    why = crossings.CANCEL_TOO_LATE
    told = (f"海关对清单另有终态回执：{why.zh}", f"customs has ended the list otherwise: {why.en}")
    telling.tell(desk, trade, at, "clearance.crossed", told, source=crossings.SPEC)


def apply(
    desk: Desk, trade: TradeRow, kind: Kind, row: KeyRow, head: Head, verdict: Verdict, at: datetime, received: datetime
) -> None:
    """A cancellation or return that customs closed gives the buyer's amount back where it may; the rest is told."""
    if verdict.what in (crossings.REFUSES, crossings.CROSSED):
        # by when it came: customs' clock may stand before ours, which told when the application came
        trade.stages[applications.refused_stage(kind.name)] = moment(received)
    if verdict.what in (crossings.CROSSED, crossings.VOID):
        tell_crossed(desk, trade, kind, head, verdict, at)
    elif verdict.what in (crossings.TOLD, crossings.REFUSES):
        code = head.get("returnStatus", "")
        words = states.words(states.status(code).state, code)
        telling.touch(desk, trade)
        telling.tell(
            desk, trade, at, f"clearance.{kind.name}_{code}", (f"{kind.zh}：{words[0]}", f"{kind.en}: {words[1]}"),
        )  # fmt: skip
    elif verdict.what == crossings.CANCELS:
        if trade.state in states.BOOKED and trade.flow == kinds.IMPORT:
            deciding.effect(desk, trade, inputs.VOID, at, reference=f"cancel:{row.document_id}")
        deciding.set_state(desk, trade, states.CANCELLED, at)
    else:
        _take_back(desk, trade, row, verdict, at)


def _take_back(desk: Desk, trade: TradeRow, row: KeyRow, verdict: Verdict, at: datetime) -> None:
    """A return that customs closed: the amount comes back now, or with the release where its receipt overtook that."""
    now = verdict.what == crossings.GIVES_BACK
    if now and trade.flow == kinds.IMPORT:
        lines = desk.part(row.document_id).lines
        restore(desk, trade, row.document_id, lines, applying.closed_lines(desk, trade, besides=row.document_id), at)
    if trade.flow == kinds.EXPORT and verdict.what == crossings.GIVES_BACK:
        tell_returned(desk, trade, row.document_id, desk.part(row.document_id).lines, at)
    trade.stages["refunded"] = at.isoformat()
    telling.touch(desk, trade)
    told = ("退货已办结，个人额度和税款恢复", "return closed; amount and tax are restored")
    if trade.flow == kinds.EXPORT:
        told = ("出口退货已审结；已退的税款须先补缴", "export return closed; tax that was refunded is repaid first")
    elif not now:
        told = (
            "退货已办结；放行回执到达后恢复个人额度和税款",
            "return closed; amount and tax are restored once the release is told",
        )
    telling.tell(desk, trade, at, "clearance.refunded", told)


def restore(desk: Desk, trade: TradeRow, id_: int, lines: Sequence[Head], before: Sequence[Head], at: datetime) -> None:
    """Give back the quota of what a return brought back: the lines as they are now against those before."""
    deciding.effect(desk, trade, inputs.RESTORE, at, reference=f"return:{id_}", lines=lines, before=before)


def tell_returned(desk: Desk, trade: TradeRow, document: int, returned: Sequence[Head], at: datetime) -> None:
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
