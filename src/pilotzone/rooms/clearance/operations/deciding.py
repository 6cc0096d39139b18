"""A trade is judged, booked and moved from state to state; each move is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from pilotzone.base.days import day_of
from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import judging, kinds, states
from pilotzone.rooms.clearance.engine.case import Case, Head, number
from pilotzone.rooms.clearance.engine.rows import SENDER_OF, SLOTS, TradeRow, missing_of
from pilotzone.rooms.clearance.errors import REFUSES, WAITS, Fault
from pilotzone.rooms.clearance.operations import telling, weights
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.operations.inputs import Effect, Ready, Settlement
from pilotzone.rooms.clearance.queries import contents


def judge(desk: Desk, trade: TradeRow, at: datetime, cause: tuple[str, str] = ("", "")) -> None:
    """Judge a trade anew: what is missing, what is wrong, or ready to be booked. Writes its state and the event."""
    trade.missing = missing_of(trade)
    if trade.list_id is None or trade.missing:
        trade.reasons = []
        set_state(desk, trade, states.WAITING, at, holder=_asked(tuple(trade.missing)), cause=cause)
        return
    desk.fetch(id_ for slot in SLOTS.values() if (id_ := getattr(trade, slot)))
    trade.edition = desk.edition
    on = day_of(at)
    limits = weights.asked(desk, trade, on)
    if limits and any(desk.trades[hash_].buyer == trade.buyer for hash_ in desk.unsettled):
        settle(desk)
    case = _case(desk, trade, on, weights.used(desk, trade, on, limits) if limits else {})
    faults = judging.judge(trade.flow, case)
    trade.reasons = [fault.as_dict() for fault in faults]
    if any(fault.weight == REFUSES for fault in faults):
        trade.wait_until = None
        _refuse(desk, trade, at, [fault for fault in faults if fault.weight == REFUSES])
    elif any(fault.weight == WAITS for fault in faults):
        set_state(desk, trade, states.GAP, at, holder="zone,declarant")
    else:
        trade.state = states.PASSED
        trade.changed_at = at
        desk.unsettled[trade.hash] = None


@cache
def _asked(missing: tuple[str, ...]) -> str:
    """Who holds a waiting trade: the parties whose documents are missing."""
    return ",".join(dict.fromkeys(SENDER_OF[name] for name in missing))


def _case(desk: Desk, trade: TradeRow, on: date, used_kg: Mapping[str, Decimal]) -> Case:
    part = {name: desk.part(id_) for name in SLOTS if (id_ := trade.part_id(name)) is not None}
    return Case(
        on=on, order=part[kinds.ORDER], waybill=part[kinds.WAYBILL], list=part[kinds.LIST],
        payment=part.get(kinds.PAYMENT), receipts=part.get(kinds.MONEY_RECEIPT),
        identity=desk.identity(part[kinds.ORDER].head), tolerance=desk.settings.tolerance,
        used_kg=used_kg,
    )  # fmt: skip


def _refuse(desk: Desk, trade: TradeRow, at: datetime, faults: list[Fault]) -> None:
    holder = ",".join(dict.fromkeys(fault.whose for fault in faults))
    set_state(desk, trade, states.REFUSED, at, holder=holder, fault=faults[0])
    telling.refused_list(desk, trade, faults, at)


def set_state(
    desk: Desk,
    trade: TradeRow,
    state: str,
    at: datetime,
    *,
    holder: str | None = None,
    fault: Fault | None = None,
    cause: tuple[str, str] = ("", ""),
) -> None:
    """Move a trade to a state, say who holds it now, and tell."""
    before = desk.told.get(trade.hash, "")
    trade.state, trade.changed_at = state, at
    trade.holder = states.HOLDER.get(state, "") if holder is None else holder
    trade.stages[state] = moment(at)
    desk.told[trade.hash] = state
    telling.changed(desk, trade, at, before=before, cause=cause, fault=fault)


def settle(desk: Desk) -> None:
    """Book every trade that passed: tax, quota, guarantee. The answer refuses it or lets it go on."""
    hashes, desk.unsettled = list(desk.unsettled), {}
    waiting = [desk.trades[hash_] for hash_ in hashes if desk.trades[hash_].state == states.PASSED]
    if not waiting:
        return
    answers = desk.book.settle([_ready(desk, trade) for trade in waiting])
    for trade, answer in zip(waiting, answers, strict=True):
        settled(desk, trade, answer)


def settled(desk: Desk, trade: TradeRow, answer: Settlement) -> None:
    """Write what tax and quota answered."""
    at = trade.changed_at
    trade.value, trade.tax, trade.assessment = answer.value, answer.tax, answer.assessment
    trade.reasons += [fault.as_dict() for fault in answer.faults]
    refusing = [fault for fault in answer.faults if fault.weight == REFUSES]
    if refusing:
        trade.wait_until = None
        _refuse(desk, trade, at, refusing)
    elif any(fault.weight == WAITS for fault in answer.faults):
        set_state(desk, trade, states.GAP, at, holder="zone,declarant")
    else:
        trade.wait_until = None
        set_state(desk, trade, states.PASSED, at)


def _ready(desk: Desk, trade: TradeRow) -> Ready:
    assert trade.list_id is not None
    declared = desk.part(trade.list_id)
    guarantor = desk.directory.firm(declared.head.get("assureCode", "").strip())
    order = desk.part(trade.order_id) if trade.order_id is not None else None
    return Ready(
        trade=trade.id, booking=booking(trade), on=day_of(trade.changed_at), flow=trade.flow, mode=trade.mode,
        buyer=trade.buyer, head=declared.head, lines=declared.lines,
        withheld=number(order.head.get("taxTotal", "")) if order is not None else Decimal(0),
        guarantor=guarantor.id if guarantor is not None else None, assessed=declared.assessed,
    )  # fmt: skip


def booking(trade: TradeRow) -> str:
    """The idempotency key of a trade's booking: one per declared list."""
    return f"{trade.id}:{trade.list_id}"


def effect(
    desk: Desk, trade: TradeRow, what: str, at: datetime, *, reference: str, info: str = "",
    lines: Sequence[Head] = (), before: Sequence[Head] = (), again: bool = False,
) -> None:  # fmt: skip
    """Note what a change means for quota and guarantee; applied in order at the end of the batch."""
    desk.effects.append(
        Effect(
            what, trade.id, booking(trade), trade.buyer, trade.accepted_on or day_of(at), at, trade.value,
            contents.assessment(trade.assessment), reference, info, lines, trade.invt_no, trade.parties, before, again,
        )
    )  # fmt: skip


def assess(desk: Desk, trade: TradeRow, at: datetime) -> None:
    """Customs took a list the platform had refused: know its amounts, without asking the platform's own limits."""
    trade.changed_at = at
    answer = desk.book.assess(_ready(desk, trade))
    trade.value, trade.tax, trade.assessment = answer.value, answer.tax, answer.assessment


def expire(desk: Desk, trade: TradeRow, at: datetime) -> None:
    """The wait has ended: the list is refused for what is missing, by whom."""
    faults = judging.expired(trade.missing, trade.flow, desk.settings.wait) or [judging.gap_expired()]
    trade.reasons += [fault.as_dict() for fault in faults]
    trade.wait_until = None
    holder = ",".join(dict.fromkeys(fault.whose for fault in faults))
    set_state(desk, trade, states.EXPIRED, at, holder=holder, fault=faults[0])
    telling.refused_list(desk, trade, faults, at)
