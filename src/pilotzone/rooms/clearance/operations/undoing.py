"""A release undone by customs' later cancellation (docs/adr/0017): the books follow as with goods that came back whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from pilotzone.rooms.clearance.engine import applications, crossings, kinds, states
from pilotzone.rooms.clearance.engine.case import Head, number
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.errors import Rule
from pilotzone.rooms.clearance.operations import applying, deciding, inputs, returning, summing, telling
from pilotzone.rooms.clearance.operations.desk import Desk

BILL = "tax_bill"


def undo(desk: Desk, trade: TradeRow, document: int, at: datetime) -> None:
    """A released trade is cancelled by `document`: amount and guarantee are set free, an export line leaves its month."""
    if trade.flow == kinds.IMPORT:
        deciding.effect(desk, trade, inputs.VOID, at, reference=f"cancel:{document}")
    else:
        summing.leave(desk, trade)
        if lines := _left(desk, trade):
            returning.tell(desk, trade, document, lines, at, cancelled=trade.stages.get(applications.CANCELLED_BY, ""))
    deciding.set_state(desk, trade, states.CANCELLED, at)
    _say(desk, trade, crossings.AFTER_RELEASE, at)
    if BILL in trade.stages:
        _say(desk, trade, crossings.AFTER_BILL, at)


def billed(desk: Desk, trade: TradeRow, at: datetime) -> None:
    """A bill came for a list that was cancelled after its release: it is said that nothing of it is owed."""
    if trade.state == states.CANCELLED and states.RELEASED in trade.stages:
        _say(desk, trade, crossings.AFTER_BILL, at)


def forget(trade: TradeRow) -> None:
    """Customs released the list again: what was said of its cancellation holds no more."""
    said = (crossings.AFTER_RELEASE.code, crossings.AFTER_BILL.code, crossings.NOT_HELD.code)
    trade.reasons = [one for one in trade.reasons if one.get("code") not in said]


def not_held(desk: Desk, trades: Sequence[int]) -> None:
    """The guarantee of these trades, given back with a cancellation, no longer suffices to be held for the new release: it is said."""
    wanted = set(trades)
    for trade in [one for one in desk.trades.values() if one.id in wanted]:
        _say(desk, trade, crossings.NOT_HELD, trade.changed_at)


def _say(desk: Desk, trade: TradeRow, rule: Rule, at: datetime) -> None:
    fault = rule.fault()
    if any(one.get("code") == fault.code for one in trade.reasons):
        return
    trade.reasons = [*trade.reasons, fault.as_dict()]
    telling.touch(desk, trade)
    telling.tell(
        desk, trade, at, f"clearance.{rule.code.removeprefix('rule.')}", (fault.zh, fault.en), source=fault.source
    )


def _left(desk: Desk, trade: TradeRow) -> list[Head]:
    """The lines of an export list with what had not come back of them before."""
    if trade.list_id is None:
        return []
    back: dict[str, Decimal] = defaultdict(Decimal)
    for line in applying.closed_lines(desk, trade, besides=0):
        back[line.get("gnum", "").strip()] += number(line.get("qty", ""))
    left: list[Head] = []
    for line in desk.part(trade.list_id).lines:
        rest = number(line.get("qty", "")) - back[line.get("gnum", "").strip()]
        if rest > 0:
            left.append({**line, "qty": applications.plain(rest)})
    return left
