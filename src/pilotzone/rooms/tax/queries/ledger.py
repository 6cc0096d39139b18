"""Bulk ledger exports of the room, as plain rows: tax bills in force, what lists hold, exports as registered.

Asked by day, or for lists by their numbers; ascending by list number. As the platform, inside a transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from pilotzone.kernel.copying import texts
from pilotzone.rooms.tax.engine.payments import CANCELLED

CHUNK = 5000


class LedgerBill(NamedTuple):
    """An electronic tax bill that is not cancelled; `total` is None while customs told no amounts."""

    list_no: str
    tax_no: str
    total: Decimal | None
    on: date


class LedgerHold(NamedTuple):
    """What a booking holds of a guarantee; `restored`: its amount of the buyer's year was given back or voided."""

    booking: str
    amount: Decimal
    released: Decimal
    restored: bool


class LedgerRegistration(NamedTuple):
    """A line of an export list as its firm registered it."""

    list_no: str
    line_no: int
    amount: Decimal
    on: date
    firm: int


def ledger_bills(
    *, first: date | None = None, last: date | None = None, lists: Collection[str] = ()
) -> Iterator[LedgerBill]:
    """Bills told from `first` to `last`, or those of these lists."""
    for row in _read(
        _BILLS, "returned_on BETWEEN %(first)s AND %(last)s", "invt_no = ANY(%(lists)s::text[])", first, last, lists
    ):
        yield LedgerBill(*row)


def ledger_booked(day: date, *, at: int = 0, of: int = 1) -> Iterator[str]:
    """The numbers of the lists with a bill or a registration of that day, each once, ascending; `at` of `of` parts, cut by the
    last two characters of a number as clearance.LedgerSlice cuts them."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_BOOKED, {"day": day, "at": at, "of": of})
        while rows := cursor.fetchmany(CHUNK):
            yield from (number for (number,) in rows)


def ledger_holds(bookings: Collection[str]) -> list[LedgerHold]:
    """What these bookings hold."""
    if not bookings:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, [texts(bookings)])
        return [LedgerHold(*row) for row in cursor.fetchall()]


def ledger_registered(
    *, first: date | None = None, last: date | None = None, lists: Collection[str] = ()
) -> Iterator[LedgerRegistration]:
    """Lines whose export day as registered lies from `first` to `last`, or those of these lists."""
    by_day, by_list = "exported_on BETWEEN %(first)s AND %(last)s", "list_no = ANY(%(lists)s::text[])"
    for row in _read(_REGISTERED, by_day, by_list, first, last, lists):
        yield LedgerRegistration(*row)


def _read(
    select: str, by_day: str, by_list: str, first: date | None, last: date | None, lists: Collection[str]
) -> Iterator[Any]:
    with connection.chunked_cursor() as cursor:
        if first is None:
            cursor.execute(select.format(which=by_list), {"lists": texts(lists)})
        else:
            cursor.execute(select.format(which=by_day), {"first": first, "last": last})
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


_BILLS = f"""
SELECT invt_no, tax_no, customs_tariff + customs_consumption_tax + customs_vat, returned_on
FROM (SELECT *, (returned_at AT TIME ZONE 'Asia/Shanghai')::date AS returned_on FROM tax_bill) b
WHERE status <> '{CANCELLED}' AND {{which}} ORDER BY invt_no COLLATE "C", tax_no
"""  # noqa: S608 (our own text)
_BOOKED = f"""
SELECT number FROM (
  SELECT invt_no::text AS number FROM tax_bill
  WHERE status <> '{CANCELLED}' AND (returned_at AT TIME ZONE 'Asia/Shanghai')::date = %(day)s
  UNION SELECT list_no::text FROM tax_export_registration WHERE exported_on = %(day)s
) b WHERE (ascii(right(number, 1)) + ascii(right(left(number, -1), 1))) %% %(of)s = %(at)s ORDER BY number COLLATE "C"
"""  # noqa: S608 (our own text)
_HOLDS = """
SELECT g.list_key, g.amount, g.released, coalesce(q.given_back > 0 OR q.state = 'voided', false)
FROM tax_guarantee_hold g LEFT JOIN tax_quota_hold q USING (list_key) WHERE g.list_key = ANY(%s::text[])
"""
_REGISTERED = """
SELECT list_no, line_no, amount, exported_on, organisation_id FROM tax_export_registration
WHERE {which} ORDER BY list_no COLLATE "C", line_no
"""
