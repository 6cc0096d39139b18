"""Import lists: release, tax bill of customs, what is held and given back, signed for."""

from __future__ import annotations

from datetime import date

from pilotzone.rooms.tracking.engine.reconcile import kinds
from pilotzone.rooms.tracking.engine.reconcile.finding import Desk, money
from pilotzone.rooms.tracking.engine.reconcile.records import Billed, Bundle, Leg, Listed, Residual

CNY = "CNY"


def judge(desk: Desk, bundle: Bundle, one: Listed) -> None:
    """One import list with its tax and its carrier."""
    gone = one.cancelled or one.returned
    if gone is not None:
        _restored(desk, bundle, one, gone)
    elif one.standing and one.released is not None:
        _taxed(desk, bundle.bills, one, one.released)
        if one.signed is None and desk.on > (due := desk.terms[one.released].signed):
            desk.of_list("released_unsigned", one, day=one.released, due=due, left=one.released.isoformat())
    else:
        if bundle.bills:
            untold(desk, bundle.bills, one)
        if one.signed is not None:
            desk.of_list("signed_unreleased", one, day=one.signed, due=one.signed, right=one.signed.isoformat())


def untold(desk: Desk, bills: list[Billed], one: Listed | None) -> None:
    """Bills of customs for a list that it did not release, or that nobody here knows."""
    for bill in bills:
        fen = bill.fen or 0
        desk.totals.of(kinds.TAX, CNY).right += fen
        legs = (Leg(kinds.TAX, CNY, -fen),) if fen else ()
        desk.say(
            Residual(
                "tax_unreleased", bill.key, bill.number, one.firm if one else bill.firm, one.unit if one else "",
                one.trade if one else 0, one.number if one else bill.key, bill.on, bill.on, money(None, CNY),
                money(bill.fen, CNY), legs,
            )
        )  # fmt: skip


def _taxed(desk: Desk, bills: list[Billed], one: Listed, released: date) -> None:
    total = desk.totals.of(kinds.TAX, CNY)
    ours, theirs = one.tax or 0, sum(bill.fen or 0 for bill in bills)
    total.left += ours
    total.right += theirs
    difference = ours - theirs
    leg = (Leg(kinds.TAX, CNY, difference),) if difference else ()
    terms = desk.terms[released]
    if not bills:
        if not ours and one.tax is not None:
            return  # no tax, no bill
        if desk.on > terms.tax_bill:
            desk.of_list("released_untaxed", one, day=released, due=terms.tax_bill, left=money(one.tax, CNY), legs=leg)
        else:
            total.waiting += difference
    elif len(bills) > 1:
        numbers = " / ".join(bill.number for bill in bills)
        day = max(bill.on for bill in bills)
        desk.of_list(
            "number_twice", one, day=day, due=day, subject="bill", left=money(one.tax, CNY), right=numbers, legs=leg
        )
    elif any(bill.fen is None for bill in bills):
        total.waiting += difference  # customs told a status, the amounts are still to come
    elif abs(difference) > terms.tolerance:
        day = bills[0].on
        desk.of_list(
            "tax_differs", one, day=day, due=day, subject=bills[0].number, left=money(one.tax, CNY), right=money(theirs, CNY), legs=leg
        )  # fmt: skip
    else:
        total.tolerated += difference


def _restored(desk: Desk, bundle: Bundle, one: Listed, gone: date) -> None:
    """What a cancelled or returned list still holds. A return may be of a part: something given back counts as all."""
    cancelled = one.cancelled is not None
    held = sum(row.fen for row in bundle.held)
    given = sum(row.released for row in bundle.held)
    billed = sum(bill.fen or 0 for bill in bundle.bills)
    restored = any(row.restored for row in bundle.held)
    due_back, kept = (held, held - given) if held else (billed, billed)
    if cancelled:
        # held and billed are one and the same tax: of a bill that stands nothing is given back, whatever the guarantee
        due_back, kept = max(held, billed), max(held - given, billed)
    elif restored or given:
        kept = 0
    total = desk.totals.of(kinds.RESTORE, CNY)
    total.left += due_back
    total.right += due_back - kept
    if not kept:
        return
    due = desk.terms[gone].restore
    if desk.on <= due:
        total.waiting += kept
        return
    kind = "cancelled_kept" if cancelled else "returned_kept"
    back = money(due_back - kept, CNY)
    legs = (Leg(kinds.RESTORE, CNY, kept),)
    desk.of_list(kind, one, day=gone, due=due, left=money(due_back, CNY), right=back, legs=legs)
