"""Booking facts of payment: kept first, then matched with their bills, whose lists' guarantee is set free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pilotzone.base.money import to_cents
from pilotzone.kernel.copying import texts
from pilotzone.kernel.cursor import Cursor
from pilotzone.rooms.tax.engine.guarantee import HoldTax, ReleaseTax
from pilotzone.rooms.tax.engine.payments import (
    SETTLED,
    WAITING,
    Paid,
    Payment,
    PaymentBook,
    Standing,
    free_of,
    no_payment,
)
from pilotzone.rooms.tax.operations.database import rows_of
from pilotzone.rooms.tax.operations.guarantee import guarantee


def pay(cursor: Cursor, payments: Sequence[Payment], *, at: datetime) -> list[Paid]:
    """Keep and settle payments in the order given; one answer each. A fact is kept even where it settles nothing yet.

    One transaction of the caller. What cannot be a payment is answered and not kept. Repeated facts change nothing; one whose bills are not known waits for them.
    """
    if not payments:
        return []
    real = [payment for payment in payments if no_payment(payment) is None]
    lists = _lock_accounts(cursor, [number for payment in real for number in payment.bills])
    rows = [
        (p.receipt_no, p.paid_on, p.amount, list(p.bills), p.guarantor, p.channel, p.raw)
        for p in sorted({p.receipt_no: p for p in reversed(real)}.values(), key=lambda one: one.receipt_no)
    ]
    cursor.execute(_KEEP, (at, rows_of(_PAYMENT_COLUMNS, rows)))
    book = _book(cursor, "receipt_no = ANY(%s)", [payment.receipt_no for payment in real], extra=real)
    answers = [book.apply(payment) for payment in payments]
    _write(cursor, book, at)
    free(cursor, lists, at=at)
    return answers


def match(cursor: Cursor, numbers: Sequence[str] | None = None, *, at: datetime, limit: int = 500) -> int:
    """Try payments again that settle nothing yet: those of these bills, else the oldest; how many are settled now."""
    if numbers is None:
        cursor.execute(_OPEN + " ORDER BY recorded_at LIMIT %s", (limit,))
    else:
        cursor.execute(_OPEN + " AND bills && %s::varchar[]", (list(numbers),))
    receipts = [row[0] for row in cursor.fetchall()]
    if not receipts:
        return 0
    cursor.execute("SELECT DISTINCT unnest(bills) FROM tax_payment WHERE receipt_no = ANY(%s)", (receipts,))
    lists = _lock_accounts(cursor, [row[0] for row in cursor.fetchall()])
    book = _book(cursor, "receipt_no = ANY(%s)", receipts)
    done = [book.apply(book.payments[receipt]) for receipt in sorted(book.payments)]
    _write(cursor, book, at)
    free(cursor, lists, at=at)
    return sum(paid.ok and not paid.again for paid in done)


def free(cursor: Cursor, invt_nos: Sequence[str], *, at: datetime) -> int:
    """Set the guarantee free of those lists (by customs' number) all of whose bills are paid or cancelled; how many."""
    if not invt_nos:
        return 0
    cursor.execute(_STANDING_OF_LISTS, (list(invt_nos),))
    lists: dict[str, list[Standing]] = {}
    for list_key, tax_no, status, receipt_no in cursor.fetchall():
        lists.setdefault(list_key, []).append(Standing(tax_no, status, receipt_no=receipt_no))
    releases = [
        ReleaseTax(list_key, reference=next((f"paid:{b.receipt_no}" for b in bills if b.receipt_no), "bill-cancelled"))
        for list_key, bills in sorted(lists.items())
        if free_of(bills)
    ]
    return sum(told.ok and not told.again for told in guarantee(cursor, releases, at=at))


def hold_again(cursor: Cursor, lists: Mapping[str, str], *, at: datetime) -> list[str]:
    """Hold the tax of lists anew (key: customs' number) of which nothing is held and which are not paid; which no longer fit.

    For a release of what a cancellation had voided. A list that never held anything holds nothing now.
    """
    if not lists:
        return []
    cursor.execute(_FREED, (texts(sorted(lists)),))
    holds = [HoldTax(*row) for row in cursor.fetchall()]
    cursor.execute(_BILLS_OF_LISTS, (texts(sorted({lists[hold.list_key] for hold in holds})),))
    bills: dict[str, list[Standing]] = {}
    for list_key, tax_no, status, receipt_no in cursor.fetchall():
        bills.setdefault(list_key, []).append(Standing(tax_no, status, receipt_no=receipt_no))
    paid = {key for key, of in bills.items() if free_of(of) and any(bill.receipt_no for bill in of)}
    wanted = [hold for hold in holds if hold.list_key not in paid]
    return [told.list_key for told in guarantee(cursor, wanted, at=at) if not told.ok]


def _lock_accounts(cursor: Cursor, numbers: Sequence[str]) -> list[str]:
    """The lists of these bills; their guarantors' accounts are locked before any bill is, as batches do."""
    cursor.execute("SELECT DISTINCT invt_no FROM tax_bill WHERE tax_no = ANY(%s) ORDER BY invt_no", (list(numbers),))
    lists = [row[0] for row in cursor.fetchall()]
    cursor.execute(_ACCOUNTS_OF_LISTS, (lists,))
    return lists


def _book(cursor: Cursor, where: str, values: list[str], *, extra: Sequence[Payment] = ()) -> PaymentBook:
    cursor.execute(
        f"SELECT receipt_no, paid_on, amount, bills, organisation_id, channel, state FROM tax_payment WHERE {where}"  # noqa: S608 (our own text)
        " ORDER BY receipt_no FOR UPDATE",
        (values,),
    )
    known = [(Payment(row[0], row[1], row[2], tuple(row[3]), row[4], row[5]), row[6]) for row in cursor.fetchall()]
    numbers = {number for payment in (*extra, *(payment for payment, _ in known)) for number in payment.bills}
    cursor.execute(_STANDING, (sorted(numbers),))
    bills = [
        Standing(tax_no, status, None if amount is None else to_cents(amount), receipt_no)
        for tax_no, status, amount, receipt_no in cursor.fetchall()
    ]
    return PaymentBook(bills, known)


def _write(cursor: Cursor, book: PaymentBook, at: datetime) -> None:
    changed = [(number, book.states[number]) for number in sorted(book.dirty)]
    settled: list[tuple[Any, ...]] = [
        (bill, number, book.payments[number].paid_on)
        for number, state in changed
        if state == SETTLED
        for bill in book.payments[number].bills
    ]
    if changed:
        cursor.execute(_MOVE, (at, rows_of("receipt_no state", changed)))
    if settled:
        cursor.execute(_PAID, (rows_of("tax_no receipt_no paid_on", settled),))


_OPEN = f"SELECT receipt_no FROM tax_payment WHERE state <> '{SETTLED}'"  # noqa: S608
_PAYMENT_COLUMNS = "receipt_no paid_on amount bills organisation_id channel raw"
_KEEP = f"""
INSERT INTO tax_payment (recorded_at, state, receipt_no, paid_on, amount, bills, organisation_id, channel, raw)
SELECT %s, '{WAITING}', new.receipt_no, new.paid_on, new.amount, new.bills, new.organisation_id, new.channel,
  decode(new.raw, 'base64')
FROM json_to_recordset(%s::json) AS new (receipt_no text, paid_on date, amount numeric, bills text[],
  organisation_id bigint, channel text, raw text)
ON CONFLICT DO NOTHING
"""  # noqa: S608
_STANDING = """
SELECT tax_no, status, customs_tariff + customs_consumption_tax + customs_vat, receipt_no
FROM tax_bill WHERE tax_no = ANY(%s) ORDER BY tax_no FOR UPDATE
"""
_STANDING_OF_LISTS = """
SELECT b.list_key, b.tax_no, b.status, b.receipt_no FROM tax_bill b
JOIN tax_guarantee_hold h ON h.list_key = b.list_key AND h.released < h.amount
WHERE b.invt_no = ANY(%s) AND b.list_key <> ''
"""
_FREED = """
SELECT list_key, organisation_id, amount FROM tax_guarantee_hold
WHERE list_key = ANY(%s::text[]) AND released = amount AND amount > 0 ORDER BY list_key
"""
_BILLS_OF_LISTS = """
SELECT list_key, tax_no, status, receipt_no FROM tax_bill WHERE invt_no = ANY(%s::text[]) AND list_key <> ''
"""
_ACCOUNTS_OF_LISTS = """
SELECT 1 FROM tax_guarantee WHERE organisation_id IN (
  SELECT h.organisation_id FROM tax_bill b JOIN tax_guarantee_hold h ON h.list_key = b.list_key
  WHERE b.invt_no = ANY(%s) AND b.list_key <> ''
) ORDER BY organisation_id FOR UPDATE
"""
_MOVE = """
UPDATE tax_payment SET state = new.state, settled_at = CASE WHEN new.state = 'settled' THEN %s::timestamptz END
FROM json_to_recordset(%s::json) AS new (receipt_no text, state text)
WHERE tax_payment.receipt_no = new.receipt_no
"""
_PAID = """
UPDATE tax_bill SET receipt_no = new.receipt_no, paid_on = new.paid_on
FROM json_to_recordset(%s::json) AS new (tax_no text, receipt_no text, paid_on date)
WHERE tax_bill.tax_no = new.tax_no
"""
