"""Receipts of customs and E-port, applied in the same loop: late, repeated, in any order (ceb spec §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pilotzone.base.days import day_of, parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import applications, crossings, keys, kinds, returned, states
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import BY_RECEIPT, Kind
from pilotzone.rooms.clearance.engine.rows import KeyRow, TradeRow
from pilotzone.rooms.clearance.operations import (
    answers,
    applying,
    deciding,
    inputs,
    returning,
    summing,
    telling,
    undoing,
)
from pilotzone.rooms.clearance.operations.desk import Desk, ReceiptRow
from pilotzone.rooms.clearance.operations.inputs import Bill, MessageIn, Passed
from pilotzone.rooms.clearance.operations.keeping import keep, tell_firms
from pilotzone.rooms.clearance.queries import contents, lookups

OUR_MESSAGE = "PZ"  # the CopMsgId we forward under: PZ and the message's number
_RETURNED = frozenset({"refunded", answers.RETURN_WAITS})
OVER_YEARLY = ("[Code:1313", "-621018")


def take_receipts(desk: Desk, message: MessageIn) -> None:
    """Every return of one message of customs."""
    for entry in message.documents:
        if message.name in (kinds.TAX_BILL, kinds.TAX_BILL_STATUS):
            _take_bill(desk, message, entry.head, entry.lines)
        elif message.name == kinds.FORMAT_ERROR:
            _take_format_error(desk, message, entry.head)
        elif message.name == kinds.SUMMARY_RESULT:
            _take_result(desk, message, entry.head, entry.lines)
        elif message.name in BY_RECEIPT:
            _take_return(desk, message, BY_RECEIPT[message.name], entry.head)
        else:
            keep(desk, message, entry.head, None, None, applied=True, why="")


def _take_result(desk: Desk, message: MessageIn, head: Head, lines: Sequence[Head]) -> None:
    """A declaration customs made (792): kept, and told to the firms of the application and of the declaration."""
    found = summing.take_result(desk, message, head, lines)
    key, number = (
        found.key or keys.joined(head, ("sumNo", "declSeqNo")),
        head.get("entryId") or head.get("declSeqNo", ""),
    )
    state, time = head.get("decState", ""), head.get("opDate", "")
    info = head.get("note") or f"汇总生成报关单{number}，报关单状态{state}"
    desk.outcome.receipts += 1
    desk.receipts.append(
        ReceiptRow(
            message.name, None, None, keys.readable(key), state, time, info, head.get("decPreNo", ""), "", True,
            "" if found.lists else crossings.UNKNOWN_LISTS.key, message.inbox_id, message.at, sorted(found.firms),
        )
    )  # fmt: skip
    if not message.history and found.firms:
        desk.outcome.passed.append(
            Passed(sorted(found.firms), message.name, keys.readable(key), head, state, time, message.at, info, lines)
        )


def _take_return(desk: Desk, message: MessageIn, kind: Kind, head: Head) -> None:
    row = _document(desk, kind, head)
    if row is None and kind.name == kinds.CANCEL and _cancelled_outside(desk, message, kind, head):
        return
    if row is None:
        keep(desk, message, head, None, None, applied=False, why=crossings.UNKNOWN.key)
        return
    trade = _trade(desk, kind, row)
    own_list = kind.name == kinds.LIST and trade is not None and trade.list_id == row.document_id
    incoming = (head.get("returnTime", ""), head.get("returnStatus", ""))
    if message.history and (trade is None or not trade.history):
        keep(desk, message, head, row, trade, applied=False, why=crossings.PAST.key)
        return
    stored = desk.statuses.get(row.document_id)
    if own_list and trade is not None and trade.return_time:
        stored = (trade.return_time, trade.customs_status)
    verdict = answers.verdict_on(kind, trade, stored, incoming, own_list=own_list)
    why = verdict.why.key if verdict.why is not None else ""
    if verdict.what == crossings.LATE:
        keep(desk, message, head, row, trade, applied=False, why=why)
        return
    if verdict.what == crossings.CROSSED and own_list and trade is not None:
        keep(desk, message, head, row, trade, applied=False, why=why)
        told = answers.crossed_stage(incoming[1])
        if not message.history and trade.stages.get(told) != incoming[0]:  # customs repeats itself; firms hear it once
            trade.stages[told] = incoming[0]
            tell_firms(desk, message, kind, head, row, trade)
            answers.tell_crossed(desk, trade, kind, head, verdict, _when(head, trade, message.at))
        return
    desk.statuses[row.document_id] = incoming
    keep(desk, message, head, row, trade, applied=True, why=why)
    if not message.history:
        tell_firms(desk, message, kind, head, row, trade)
    if kind.name == kinds.SUMMARY and not message.history:
        summing.answered(desk, row, head, message.at)
    if trade is not None and (own_list or not trade.history):
        _apply_to_trade(desk, trade, kind, row, head, verdict, message, own_list=own_list)


def _apply_to_trade(
    desk: Desk, trade: TradeRow, kind: Kind, row: KeyRow, head: Head, verdict: crossings.Verdict, message: MessageIn,
    *, own_list: bool,
) -> None:  # fmt: skip
    """What an answer of customs that stands does to the trade it concerns."""
    at = _when(head, trade, message.at)
    if own_list:
        since = verdict.what == crossings.CANCELLED_SINCE
        if trade.state == states.CANCELLED and not since:
            answers.overtaken(desk, trade, at, message.at)
        _apply_to_list(desk, trade, head, at)
        if since:
            undoing.undo(desk, trade, row.document_id, at)
    elif kind.name in (kinds.CANCEL, kinds.REFUND):
        answers.apply(desk, trade, kind, row.document_id, head, verdict, at, message.at)
    elif (status := head.get("returnStatus", "")) != "1" and states.status(status).again:
        what = (f"{kind.zh}被退：{head.get('returnInfo', '')}", f"{kind.en} refused: {head.get('returnInfo', '')}")
        telling.touch(desk, trade)
        telling.tell(desk, trade, at, f"clearance.{kind.name}_returned", what)


def _when(head: Head, trade: TradeRow, received: datetime) -> datetime:
    """Customs' own time; no later than the receipt came, no earlier than what the trade told last."""
    try:
        said = parse_stamp(head.get("returnTime", ""))
    except Refused:
        return received
    return min(received, max(said, trade.changed_at))


def _apply_to_list(desk: Desk, trade: TradeRow, head: Head, at: datetime) -> None:
    """Customs' word on a list is the trade's state, whatever the platform thought."""
    before, code, info = trade.state, head.get("returnStatus", ""), head.get("returnInfo", "")
    found = states.status(code)
    trade.return_time, trade.customs_status = head.get("returnTime", ""), code
    _learn_numbers(desk, trade, head, at)
    if found.state == "draft":
        telling.touch(desk, trade)
        return
    trade.wait_until = None
    holder = None
    if found.state in (states.RETURNED, states.ERROR):
        fault = returned.fault(code, info)
        trade.reasons = [*(one for one in trade.reasons if one.get("code") != returned.CODE), fault]
        holder = returned.holder(fault)
    if found.state in states.RELEASED_OR_CLOSED:
        undoing.forget(trade)
    _book(desk, trade, before, found.state, at, code, info)
    cause = (f"海关回执{code}", f"customs receipt {code}") if before in (states.REFUSED, states.EXPIRED) else ("", "")
    deciding.set_state(desk, trade, found.state, at, holder=holder, cause=cause)


def _book(desk: Desk, trade: TradeRow, before: str, after: str, at: datetime, code: str, info: str) -> None:
    """The buyer's amount and the guarantee follow customs' word (spec §6.5)."""
    if trade.history:
        return
    released = states.RELEASED_OR_CLOSED
    # returns that customs closed before their release came, or before a release that was cancelled and stands again
    anew = states.RELEASED in trade.stages
    overtook = after in released and before not in released and (anew or not _RETURNED.isdisjoint(trade.stages))
    if trade.flow != kinds.IMPORT:
        if overtook and anew:
            returning.tell_restored(desk, trade, at)
        for id_, lines, _ in applying.closed_returns(desk, trade) if overtook else ():
            returning.tell(desk, trade, id_, lines, at)
        return
    reference = trade.return_time
    if any(mark in info or mark == code for mark in OVER_YEARLY):
        deciding.effect(desk, trade, inputs.OVER, at, reference=reference, info=info)
    if before in states.BOOKED and after not in states.BOOKED:
        deciding.effect(desk, trade, inputs.VOID, at, reference=reference, info=info)
    elif before not in states.BOOKED and after in states.BOOKED and trade.value is None:
        deciding.assess(desk, trade, at)
    if after in released and before not in released:
        again = before not in states.BOOKED  # what was booked had been given back: amount and guarantee are taken anew
        deciding.effect(desk, trade, inputs.COMMIT, at, reference=reference, info=info, again=again)
        for id_, lines, earlier in applying.closed_returns(desk, trade) if overtook else ():
            told = f"return:{id_}:{reference}" if anew else f"return:{id_}"
            returning.restore(desk, trade, told, lines, earlier, at)


def _learn_numbers(desk: Desk, trade: TradeRow, head: Head, at: datetime) -> None:
    for name, field, namespace in (("preNo", "pre_no", keys.PRE_NO), ("invtNo", "invt_no", keys.INVT_NO)):
        number = head.get(name, "").strip()
        if number and getattr(trade, field) != number:
            setattr(trade, field, number)
        if number and desk.key(namespace, number) is None:
            desk.put_key(
                KeyRow(
                    keys.key_hash(namespace, number), namespace, number, trade.list_id or 0, trade.hash, 0, "",
                    day_of(at),
                )
            )  # fmt: skip


def _take_bill(desk: Desk, message: MessageIn, head: Head, lines: object) -> None:
    row = desk.key(keys.INVT_NO, head.get("invtNo", "").strip())
    trade = desk.trade(row.trade_hash) if row is not None else None
    keep(desk, message, head, row, trade, applied=True, why="" if trade else crossings.UNKNOWN_LIST.key)
    told = lines if isinstance(lines, (list, tuple)) else ()
    bill = Bill(message.name, head, told, message.at)
    if trade is not None:
        released = trade.stages.get(states.RELEASED)
        bill = replace(
            bill, booking=deciding.booking(trade), buyer=trade.buyer, parties=trade.parties,
            assessment=contents.assessment(trade.assessment),
            released_on=day_of(datetime.fromisoformat(released)) if released else None,
            owed=trade.state != states.CANCELLED,
            former=_of_a_former_release(trade, head),
        )  # fmt: skip
    desk.outcome.bills.append(bill)
    if trade is not None and message.name == kinds.TAX_BILL:
        desk.tax_nos[trade.hash] = head.get("taxNo", "").strip()
        telling.stage(desk, trade, undoing.BILL, message.at, "电子税单", "tax bill")
        undoing.billed(desk, trade, message.at)


def _of_a_former_release(trade: TradeRow, head: Head) -> bool:
    """Whether a bill's word is older than the release that stands, of a list customs had cancelled before it (ADR 17)."""
    again = applications.CANCELLED_BY in trade.stages and trade.state != states.CANCELLED
    return again and head.get("returnTime", "") <= trade.return_time


def _take_format_error(desk: Desk, message: MessageIn, head: Head) -> None:
    """CEB900: E-port could not read a message we forwarded; its lists come back as errors."""
    ours = head.get("oriCopMsgId", "")
    number = ours.removeprefix(OUR_MESSAGE)
    found = lookups.trades_of_messages(desk.cursor, [int(number)]) if number.isdigit() and len(number) < 17 else []
    desk.take(found)
    keep(desk, message, head, None, None, applied=bool(found), why="" if found else crossings.UNKNOWN_MESSAGE.key)
    for loaded in found:
        trade = desk.trades[loaded.hash]
        if trade.state == states.SENT:
            _apply_to_list(desk, trade, head, message.at)


def _document(desk: Desk, kind: Kind, head: Head) -> KeyRow | None:
    """The document a return speaks of: by its key, else by the numbers customs gave it."""
    text = keys.key_text(kind, head)
    row = desk.key(kind.number, text) if text else None
    if row is not None or kind.name != kinds.LIST:
        return row
    for name, namespace in (("preNo", keys.PRE_NO), ("invtNo", keys.INVT_NO)):
        known = desk.key(namespace, head.get(name, "").strip()) if head.get(name) else None
        trade = desk.trade(known.trade_hash) if known is not None else None
        if known is not None and trade is not None:
            return known
    return None


def _cancelled_outside(desk: Desk, message: MessageIn, kind: Kind, head: Head) -> bool:
    """A cancellation that was applied for outside of the platform and closed by customs: its list's number says which list."""
    number, time = head.get("invtNo", "").strip(), head.get("returnTime", "")
    row = desk.key(keys.INVT_NO, number) if number and head.get("returnStatus") in states.CANCEL_CLOSED else None
    trade = desk.trade(row.trade_hash) if row is not None else None
    if trade is None or trade.history or message.history:
        return False
    if trade.stages.get(applications.CANCELLED_BY, "") >= time:
        keep(desk, message, head, None, trade, applied=False, why=crossings.LATER.key)
        return True
    verdict = answers.verdict_on(kind, trade, None, (time, head.get("returnStatus", "")), own_list=False)
    keep(desk, message, head, None, trade, applied=True, why=verdict.why.key if verdict.why is not None else "")
    tell_firms(desk, message, kind, head, None, trade)
    answers.apply(desk, trade, kind, trade.list_id or 0, head, verdict, _when(head, trade, message.at), message.at)
    return True


def _trade(desk: Desk, kind: Kind, row: KeyRow) -> TradeRow | None:
    found = desk.trade(row.trade_hash)
    if row.trade_hash is not None and (kind.name != kinds.WAYBILL or (found and found.waybill_hash == row.hash)):
        return found
    if kind.name in (kinds.WAYBILL, kinds.SIGNED_FOR):
        users = desk.by_waybill.get(row.hash, set())
        return next((desk.trades[one] for one in sorted(users)), None)
    return None
