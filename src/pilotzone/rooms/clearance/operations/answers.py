"""What customs' receipts on cancellations and returns do to a trade, and what is told where two words of customs cross."""

from __future__ import annotations

from datetime import datetime

from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import applications, crossings, kinds, states
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.crossings import Said, Verdict
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.operations import applying, deciding, inputs, returning, telling, undoing
from pilotzone.rooms.clearance.operations.desk import Desk

# customs closed a return of a list that had ended without a release here; a release that is told after it gives it back
RETURN_WAITS = "void:refund"


def verdict_on(kind: Kind, trade: TradeRow | None, stored: Said | None, incoming: Said, *, own_list: bool) -> Verdict:
    """What a receipt does (engine.crossings); of a document that moves no trade only whether it is the later."""
    if own_list and trade is not None:
        return crossings.of_list(trade.state, stored, incoming, trade.stages.get(applications.CANCELLED_BY, ""))
    takes_over = states.takes_over if kind.name == kinds.LIST else states.later
    if not takes_over(stored, incoming):
        return Verdict(crossings.LATE, crossings.LATER)
    if trade is not None and kind.name in (kinds.CANCEL, kinds.REFUND):
        stands = (trade.return_time, trade.customs_status) if trade.return_time else None
        return crossings.of_application(kind.name, trade.state, stands, incoming)
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


def note_closed(trade: TradeRow, time: str, received: datetime) -> None:
    """Keep the return time of the latest cancellation customs closed: what it did depends on it alone (engine.crossings).

    Beside it when that was received: the application is underway no more.
    """
    trade.stages[applications.CANCEL_ENDED] = moment(received)
    trade.stages[applications.CANCELLED_BY] = max(time, trade.stages.get(applications.CANCELLED_BY, ""))


def apply(
    desk: Desk,
    trade: TradeRow,
    kind: Kind,
    document: int,
    head: Head,
    verdict: Verdict,
    at: datetime,
    received: datetime,
) -> None:
    """A cancellation or return that customs closed gives the buyer's amount back where it may; the rest is told."""
    if kind.name == kinds.CANCEL and head.get("returnStatus") in states.CANCEL_CLOSED:
        note_closed(trade, head.get("returnTime", ""), received)
    if verdict.what in (crossings.REFUSES, crossings.CROSSED):
        # by when it came: customs' clock may stand before ours, which told when the application came
        trade.stages[applications.refused_stage(kind.name)] = moment(received)
    if verdict.what == crossings.VOID:
        trade.stages[RETURN_WAITS] = moment(received)
    if verdict.what in (crossings.CROSSED, crossings.VOID):
        tell_crossed(desk, trade, kind, head, verdict, at)
    elif verdict.what in (crossings.TOLD, crossings.REFUSES):
        code = head.get("returnStatus", "")
        words = states.words(states.status(code).state, code)
        telling.touch(desk, trade)
        telling.tell(
            desk, trade, at, f"clearance.{kind.name}_{code}", (f"{kind.zh}：{words[0]}", f"{kind.en}: {words[1]}"),
        )  # fmt: skip
    elif verdict.what == crossings.CANCELS and trade.state in states.RELEASED_OR_CLOSED:
        undoing.undo(desk, trade, document, at)
    elif verdict.what == crossings.CANCELS:
        if trade.state in states.BOOKED and trade.flow == kinds.IMPORT:
            deciding.effect(desk, trade, inputs.VOID, at, reference=f"cancel:{document}")
        deciding.set_state(desk, trade, states.CANCELLED, at)
    else:
        _take_back(desk, trade, document, verdict, at)


def _take_back(desk: Desk, trade: TradeRow, document: int, verdict: Verdict, at: datetime) -> None:
    """A return that customs closed: the amount comes back now, or with the release where its receipt overtook that."""
    now = verdict.what == crossings.GIVES_BACK
    if now and trade.flow == kinds.IMPORT:
        lines = desk.part(document).lines
        returning.restore(
            desk, trade, f"return:{document}", lines, applying.closed_lines(desk, trade, besides=document), at
        )
    if trade.flow == kinds.EXPORT and verdict.what == crossings.GIVES_BACK:
        returning.tell(desk, trade, document, desk.part(document).lines, at)
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
