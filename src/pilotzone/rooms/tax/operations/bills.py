"""Keeping the tax bills of customs: in any order, repeated, status before amounts, the later word stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilotzone.kernel.cursor import Cursor
from pilotzone.rooms.tax.engine.bills import Bill, OurTax, payment_days
from pilotzone.rooms.tax.operations.database import rows_of


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one bill message. `changed` False: an older or repeated word that changed nothing."""

    tax_no: str
    invt_no: str
    status: str
    changed: bool


def store(cursor: Cursor, bills: Sequence[Bill], *, at: datetime) -> list[Stored]:
    """Keep bills and bill statuses as customs sent them; one answer each, in the same order.

    A status (CEB818) may come before its bill (CEB816): the amounts stay null until then. Of two words about one
    bill the later returnTime decides the status; amounts once told are not lost to a status message.
    """
    if not bills:
        return []
    cursor.execute(_KNOWN, ([bill.tax_no for bill in bills],))
    told_at: dict[str, datetime] = {}
    has_amounts: dict[str, bool] = {}
    for tax_no, returned_at, amounts in cursor.fetchall():
        told_at[tax_no], has_amounts[tax_no] = returned_at, amounts
    answers: list[Stored] = []
    kept: dict[str, Bill] = {}
    for bill in bills:
        newer = bill.tax_no not in told_at or bill.returned_at > told_at[bill.tax_no]
        fills = bill.tariff is not None and not has_amounts.get(bill.tax_no, False)
        if newer or fills:
            kept[bill.tax_no] = _merged(kept.get(bill.tax_no), bill)
            told_at[bill.tax_no] = max(bill.returned_at, told_at.get(bill.tax_no, bill.returned_at))
            has_amounts[bill.tax_no] = has_amounts.get(bill.tax_no, False) or bill.tariff is not None
        answers.append(Stored(bill.tax_no, bill.invt_no, bill.status, newer or fills))
    if kept:
        rows = [_row(bill) for _, bill in sorted(kept.items())]
        cursor.execute(_KEEP, (at, rows_of(_BILL_COLUMNS, rows)))
    return answers


def know(cursor: Cursor, ours: Sequence[OurTax]) -> int:
    """Set what this platform computed beside the bills of these lists; how many bills took it.

    Call it when bills come in and when a list is released: whichever is last completes the comparison.
    """
    if not ours:
        return 0
    rows = []
    for our in sorted(ours, key=lambda each: each.invt_no):
        days = payment_days(our.released_on) if our.released_on else None
        rows.append(
            (
                our.invt_no, our.list_key, our.tariff, our.consumption_tax, our.vat, our.released_on,
                *(days or (None, None)), list(our.parties), our.buyer_key,
            )
        )  # fmt: skip
    cursor.execute(_BESIDE, (rows_of(_OUR_COLUMNS, rows),))
    return cursor.rowcount


def _merged(before: Bill | None, bill: Bill) -> Bill:
    """Two words about one bill in one batch, as if they had come one after the other."""
    if before is None:
        return bill
    first, last = sorted((before, bill), key=lambda each: each.returned_at)
    told = last if last.tariff is not None else first
    return Bill(
        tax_no=last.tax_no,
        invt_no=last.invt_no,
        status=last.status,
        returned_at=last.returned_at,
        guid=last.guid,
        duty_no=last.duty_no or first.duty_no,
        assure_code=last.assure_code or first.assure_code,
        tariff=told.tariff,
        consumption_tax=told.consumption_tax,
        vat=told.vat,
        lines=told.lines,
    )


def _row(bill: Bill) -> tuple[Any, ...]:
    return (
        bill.tax_no,
        bill.invt_no,
        bill.status,
        bill.returned_at,
        bill.guid,
        bill.duty_no,
        bill.assure_code,
        bill.tariff,
        bill.consumption_tax,
        bill.vat,
        [dict(line) for line in bill.lines],
    )


_KNOWN = """
SELECT tax_no, returned_at, customs_tariff IS NOT NULL FROM tax_bill WHERE tax_no = ANY(%s)
ORDER BY tax_no FOR UPDATE
"""
_BILL_COLUMNS = "tax_no invt_no status returned_at guid duty_no assure_code tariff consumption_tax vat lines"
# the later returnTime decides; an older message may still bring amounts that nobody told yet
_KEEP = """
INSERT INTO tax_bill AS kept (stored_at, tax_no, invt_no, status, returned_at, guid, duty_no, assure_code,
  customs_tariff, customs_consumption_tax, customs_vat, lines, list_key, parties, buyer_key)
SELECT %s, new.*, '', '{}', ''
FROM json_to_recordset(%s::json) AS new (tax_no text, invt_no text, status text, returned_at timestamptz, guid text,
  duty_no text, assure_code text, tariff numeric, consumption_tax numeric, vat numeric, lines jsonb)
ON CONFLICT (tax_no) DO UPDATE SET
  status = CASE WHEN excluded.returned_at > kept.returned_at THEN excluded.status ELSE kept.status END,
  guid = CASE WHEN excluded.returned_at > kept.returned_at THEN excluded.guid ELSE kept.guid END,
  returned_at = greatest(excluded.returned_at, kept.returned_at),
  duty_no = coalesce(nullif(excluded.duty_no, ''), kept.duty_no),
  assure_code = coalesce(nullif(excluded.assure_code, ''), kept.assure_code),
  customs_tariff = coalesce(excluded.customs_tariff, kept.customs_tariff),
  customs_consumption_tax = coalesce(excluded.customs_consumption_tax, kept.customs_consumption_tax),
  customs_vat = coalesce(excluded.customs_vat, kept.customs_vat),
  lines = CASE WHEN excluded.customs_tariff IS NULL THEN kept.lines ELSE excluded.lines END
"""
_OUR_COLUMNS = "invt_no list_key tariff consumption_tax vat released_on pay_from pay_to parties buyer_key"
_BESIDE = """
UPDATE tax_bill SET list_key = new.list_key, our_tariff = new.tariff, our_consumption_tax = new.consumption_tax,
  our_vat = new.vat, released_on = new.released_on, pay_from = new.pay_from, pay_to = new.pay_to,
  parties = new.parties, buyer_key = new.buyer_key
FROM json_to_recordset(%s::json) AS new (invt_no text, list_key text, tariff numeric, consumption_tax numeric,
  vat numeric, released_on date, pay_from date, pay_to date, parties bigint[], buyer_key text)
WHERE tax_bill.invt_no = new.invt_no
"""
