"""Receipts on their own: what no list stands behind is a lawful advance, to be reported in time (F10); nothing serves twice."""

from __future__ import annotations

from collections.abc import Iterable

from pilotzone.rooms.tracking.engine.reconcile import kinds
from pilotzone.rooms.tracking.engine.reconcile.finding import Desk, money
from pilotzone.rooms.tracking.engine.reconcile.records import Leg, Received, Residual

USD = "USD"


def judge(desk: Desk, rows: Iterable[Received]) -> None:
    """Receipts in the order of their numbers: two banks that tell the same one stand beside each other."""
    before: Received | None = None
    for row in rows:
        if before is not None and row.number < before.number:
            raise ValueError(f"receipts: {row.number!r} comes after {before.number!r}")
        desk.totals.count("receipts", 1)
        again = before is not None and _same(before, row)
        _judge(desk, row, again)
        before = row


def _same(one: Received, other: Received) -> bool:
    return (one.number, one.firm, one.currency, one.fen, one.on) == (
        other.number, other.firm, other.currency, other.fen, other.on,
    ) and one.bank != other.bank  # fmt: skip


def _judge(desk: Desk, row: Received, again: bool) -> None:
    total = desk.totals.of(kinds.ADVANCE, USD)
    total.left += row.usd
    total.right += row.linked
    rest = row.usd - row.linked
    terms = desk.terms[row.on]
    if again or rest < -terms.tolerance:
        _say(desk, row, "receipt_twice", rest)
    elif rest <= terms.tolerance:
        total.tolerated += rest
        desk.totals.matched += 1
    elif row.reported:
        total.lawful += rest
    elif desk.on > terms.advance:
        _say(desk, row, "receipt_unlisted", rest)
    else:
        total.waiting += rest


def _say(desk: Desk, row: Received, kind: str, rest: int) -> None:
    due = desk.terms[row.on].advance if kind == "receipt_unlisted" else row.on
    desk.say(
        Residual(
            kind, f"receipt:{row.receipt}", row.number, row.firm, "", 0, "", row.on, due, money(row.usd, USD),
            money(row.linked, USD), (Leg(kinds.ADVANCE, USD, rest),) if rest else (),
        )
    )  # fmt: skip
