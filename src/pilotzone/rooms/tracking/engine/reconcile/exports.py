"""Export lists: release, registration for the export treatment line by line, receipts of foreign exchange."""

from __future__ import annotations

from datetime import date

from pilotzone.rooms.tracking.engine.reconcile import kinds
from pilotzone.rooms.tracking.engine.reconcile.finding import Desk, money
from pilotzone.rooms.tracking.engine.reconcile.records import Bundle, Leg, Linked, Listed, Registered, Residual

USD, NO_CURRENCY = "USD", "XXX"


def judge(desk: Desk, bundle: Bundle, one: Listed) -> None:
    """One export list with its registrations and receipts."""
    gone = one.cancelled or one.returned
    if gone is not None:
        _kept(desk, bundle.linked, one, gone)
    elif one.standing and one.released is not None:
        _registered(desk, bundle.registered, one, one.released)
        _received(desk, bundle.linked, one, one.released)
    else:
        for row in bundle.registered:
            unreleased(desk, row, one)
        for link in bundle.linked:
            _ahead(desk, link, one)
        if one.signed is not None:
            desk.of_list("signed_unreleased", one, day=one.signed, due=one.signed, right=one.signed.isoformat())


def unreleased(desk: Desk, row: Registered, one: Listed | None, currency: str = NO_CURRENCY) -> None:
    """A registered line that customs did not release."""
    desk.totals.of(kinds.REGISTER, currency).right += row.fen
    desk.say(
        Residual(
            "register_unreleased", row.key, str(row.line), row.firm or (one.firm if one else 0), one.unit if one else "",
            one.trade if one else 0, one.number if one else row.key, row.on, row.on, money(None, currency),
            money(row.fen, currency), (Leg(kinds.REGISTER, currency, -row.fen),),
        )
    )  # fmt: skip


def _ahead(desk: Desk, row: Linked, one: Listed) -> None:
    """Money linked to a list that customs did not release: an advance, lawful for its days or once reported (F10)."""
    total = desk.totals.of(kinds.RECEIPT, USD)
    total.right += row.usd
    due = desk.terms[row.on].advance
    if row.reported:
        total.lawful -= row.usd
    elif desk.on <= due:
        total.waiting -= row.usd
    else:
        legs = (Leg(kinds.RECEIPT, USD, -row.usd),)
        right = money(row.usd, USD)
        desk.of_list("receipt_unlisted", one, day=row.on, due=due, right=right, subject=row.number, legs=legs)


def _registered(desk: Desk, rows: list[Registered], one: Listed, released: date) -> None:
    terms = desk.terms[released]
    told = {row.line: row for row in rows}
    for line, fen, currency in one.lines:
        total = desk.totals.of(kinds.REGISTER, currency)
        total.left += fen
        row = told.pop(line, None)
        if row is None:
            if desk.on <= terms.register:
                total.waiting += fen
                continue
            desk.of_list(
                "unregistered", one, day=released, due=terms.register, subject=str(line), left=money(fen, currency),
                legs=(Leg(kinds.REGISTER, currency, fen),),
            )  # fmt: skip
            continue
        total.right += row.fen
        difference = fen - row.fen
        if abs(difference) <= terms.tolerance:
            total.tolerated += difference
            continue
        desk.of_list(
            "amount_differs", one, day=row.on, due=row.on, subject=str(line), left=money(fen, currency),
            right=money(row.fen, currency), legs=(Leg(kinds.REGISTER, currency, difference),),
        )  # fmt: skip
    currency = one.lines[0][2] if one.lines else NO_CURRENCY
    for row in told.values():
        unreleased(desk, row, one, currency)


def _received(desk: Desk, rows: list[Linked], one: Listed, released: date) -> None:
    worth = rows[0].worth if rows else one.worth
    terms = desk.terms[released]
    if worth is None:
        currency = one.lines[0][2] if one.lines else NO_CURRENCY
        desk.of_list("rate_missing", one, day=released, due=released, left=currency)
        return
    _worth(desk, rows, one, terms.tolerance)
    total = desk.totals.of(kinds.RECEIPT, USD)
    used = sum(row.usd for row in rows)
    total.left += worth
    total.right += used
    rest = worth - used
    if rows or rest > terms.tolerance and desk.on > terms.deferred:
        left, right, legs = money(worth, USD), money(used, USD), (Leg(kinds.RECEIPT, USD, rest),)
    seen: set[int] = set()
    twice = [row for row in rows if row.receipt in seen or seen.add(row.receipt)]  # type: ignore[func-returns-value]
    if twice or rest < -terms.tolerance:
        numbers = " / ".join(row.number for row in rows)
        day = max(row.on for row in rows)
        desk.of_list(
            "receipt_twice", one, day=day, due=day, left=left, right=f"{right} ({numbers})", legs=legs if rest else ()
        )  # fmt: skip
    elif rest <= terms.tolerance:
        total.tolerated += rest
    elif desk.on > terms.deferred:
        desk.of_list("list_unreceived", one, day=released, due=terms.deferred, left=left, right=right, legs=legs)
    else:
        total.waiting += rest
    for row in rows:
        if row.payee != one.firm and not row.documented:
            desk.of_list(
                "payee_other", one, day=row.on, due=row.on, subject=row.number, left=str(one.firm), right=str(row.payee)
            )  # fmt: skip


def _worth(desk: Desk, rows: list[Linked], one: Listed, tolerance: int) -> None:
    """The list's value against that of the document behind the receipt, which may tell freight too."""
    if not rows or not one.lines:
        return
    row, day = rows[0], rows[0].on
    currency = one.lines[0][2]
    goods = sum(fen for _, fen, told in one.lines if told == currency)
    whole = goods + one.freight
    value = whole if abs(whole - row.value) < abs(goods - row.value) else goods
    desk.totals.of(kinds.DOCUMENT, currency).left += value
    desk.totals.of(kinds.DOCUMENT, row.currency).right += row.value
    if currency != row.currency:
        legs: tuple[Leg, ...] = (Leg(kinds.DOCUMENT, currency, value), Leg(kinds.DOCUMENT, row.currency, -row.value))
    elif abs(value - row.value) > tolerance:
        legs = (Leg(kinds.DOCUMENT, currency, value - row.value),)
    else:
        desk.totals.of(kinds.DOCUMENT, currency).tolerated += value - row.value
        return
    desk.of_list(
        "amount_differs", one, day=day, due=day, subject="document", left=money(value, currency),
        right=money(row.value, row.currency), legs=legs,
    )  # fmt: skip


def _kept(desk: Desk, rows: list[Linked], one: Listed, gone: date) -> None:
    """Receipts that still stand behind a list that was cancelled or came back."""
    used = sum(row.usd for row in rows)
    if not used:
        return
    total = desk.totals.of(kinds.RESTORE, USD)
    total.left += used
    due = desk.terms[gone].restore
    if desk.on <= due:
        total.waiting += used
        return
    kind = "cancelled_kept" if one.cancelled else "returned_kept"
    legs = (Leg(kinds.RESTORE, USD, used),)
    desk.of_list(kind, one, day=gone, due=due, left=money(used, USD), right=money(0, USD), legs=legs)
