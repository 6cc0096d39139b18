"""Cancellations and returns against the batch's table: may this list be cancelled, may these goods come back (engine.applications)?

The batch lock decides between two that come at once: the first takes the goods, the second is told what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pilotzone.rooms.clearance.engine import applications, kinds, states
from pilotzone.rooms.clearance.engine.applications import Standing
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations import legs, summing, trades
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.operations.inputs import DocumentIn
from pilotzone.rooms.clearance.queries import lookups


def judge(desk: Desk, kind: Kind, document: DocumentIn, on: date) -> list[Fault]:
    """What stands against an application that arrives; nothing for other documents and for lists not known here.

    A list another system declared, or of the past, is customs' to judge.
    """
    if kind.name == kinds.SUMMARY:
        return summing.judge(desk, document, on)
    if kind.name in legs.KINDS:
        return legs.judge(desk, kind, document, on)
    if kind.name not in (kinds.CANCEL, kinds.REFUND):
        return []
    trade = trades.related(desk, kind, document.head)
    if trade is None or trade.history or trade.list_id is None:
        return []
    if kind.name == kinds.CANCEL:
        fault = applications.cancel_fault(Standing(trade.state, trade.stages))
        return [fault] if fault is not None else []
    key = document.prepared.key if document.prepared is not None else ""
    found = [(own, status, lines) for _, own, status, lines in _returns(desk, trade) if own != key]
    at = Standing(trade.state, trade.stages, applications.taken_by(found))
    stands = _against_return(kind, trade, document, at, on)
    if stands:
        return stands
    return applications.line_faults(at, desk.part(trade.list_id).lines, document.lines)


def _against_return(kind: Kind, trade: TradeRow, document: DocumentIn, at: Standing, on: date) -> list[Fault]:
    if kind.flow == kinds.EXPORT:
        other = document.head.get("customsCode", "")
        return applications.export_return_faults(at, on, mode=trade.mode, own=trade.customs_code, other=other)
    fault = applications.return_fault(at, on)
    return [fault] if fault is not None else []


def closed_lines(desk: Desk, trade: TradeRow, *, besides: int) -> list[Head]:
    """The lines of the returns of a trade that customs closed in the applicant's favour before."""
    return [
        line
        for id_, _, status, lines in _returns(desk, trade)
        if id_ != besides and status in states.GIVEN_BACK
        for line in lines
    ]


def closed_returns(desk: Desk, trade: TradeRow) -> list[tuple[int, Sequence[Head], list[Head]]]:
    """The returns of a trade that customs closed in the applicant's favour: (document, lines, lines of those before it)."""
    found: list[tuple[int, Sequence[Head], list[Head]]] = []
    earlier: list[Head] = []
    for id_, _, status, lines in _returns(desk, trade):
        if status in states.GIVEN_BACK:
            found.append((id_, lines, list(earlier)))
            earlier += lines
    return found


def _returns(desk: Desk, trade: TradeRow) -> list[tuple[int, str, str, Sequence[Head]]]:
    """(document, key, latest status, lines) of the returns of a trade, those of this batch among them, oldest first."""
    stored = lookups.refunds_of(desk.cursor, trade.hash)
    known = {id_ for id_, _, _ in stored}
    here = [
        (row.id, row.key, "")
        for row in desk.documents
        if row.kind.name == kinds.REFUND and row.trade_hash == trade.hash and row.state == "accepted"
        and row.id not in known
    ]  # fmt: skip
    every = [*stored, *here]
    desk.fetch(id_ for id_, _, _ in every)
    return [(id_, key, desk.statuses.get(id_, ("", status))[1], desk.part(id_).lines) for id_, key, status in every]
