"""Bulk ledger exports of the room, as plain rows: receipts of days, and what of them stands behind export trades.

As the platform, inside a transaction. Money in the receipt's own currency or in US dollars as fixed by its month's table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from pilotzone.base.errors import Refused
from pilotzone.kernel.copying import texts
from pilotzone.rooms.fx.engine.amounts import currency_of, in_usd
from pilotzone.rooms.fx.queries.facts import MARKET_MODE, rates_of

CHUNK = 5000


class LedgerReceipt(NamedTuple):
    """A receipt: `usd` with what was netted and without what went back; `reported`: its trade credit was (F10)."""

    receipt: int
    number: str
    bank: int
    firm: int
    currency: str
    amount: Decimal
    usd: Decimal
    linked_usd: Decimal
    on: date
    reported: bool


class LedgerLink(NamedTuple):
    """A part of a receipt behind a trade; `documented`: payee and exporter are one, or it is shown why not (F9)."""

    trade: int
    receipt: int
    number: str
    payee: int
    usd: Decimal
    value: Decimal
    currency: str
    worth: Decimal
    on: date
    documented: bool
    reported: bool


class Dollars:
    """Values in US dollars by SAFE's tables, each read once."""

    def __init__(self) -> None:
        self._rates: dict[date, dict[str, Decimal]] = {}
        self._names: dict[tuple[str, date], str] = {}

    def name(self, currency: str, on: date) -> str:
        """The ISO code of a customs or ISO code; the text itself where the code list does not know it."""
        month = on.replace(day=1)
        found = self._names.get((currency, month))
        if found is None:
            try:
                found = currency_of(currency, on=on)
            except Refused:
                found = currency or "XXX"
            self._names[currency, month] = found
        return found

    def of(self, amount: Decimal, currency: str, on: date) -> Decimal | None:
        """The amount of an ISO currency in dollars; None where no table tells the rate."""
        month = on.replace(day=1)
        if month not in self._rates:
            self._rates[month] = rates_of(month)
        try:
            return in_usd(amount, currency, self._rates[month], on=on)
        except Refused:
            return None


def ledger_receipts(first: date, last: date) -> Iterator[LedgerReceipt]:
    """Receipts received from `first` to `last` that were not refused, ascending by number."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_RECEIPTS, {"first": first, "last": last})
        while rows := cursor.fetchmany(CHUNK):
            yield from (LedgerReceipt(*row) for row in rows)


def ledger_links(trades: Collection[int]) -> list[LedgerLink]:
    """What stands behind these trades."""
    if not trades:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, {"keys": texts(f"trade:{trade}" for trade in trades), "market": MARKET_MODE})
        return [LedgerLink(*row) for row in cursor.fetchall()]


_REPORTED = "EXISTS (SELECT 1 FROM fx_credit_report c WHERE c.receipt_id = r.id AND c.reported_at IS NOT NULL)"
_RECEIPTS = f"""
SELECT r.id, r.number, r.bank_id, r.organisation_id, r.currency, r.amount,
  r.usd + r.netted_usd - coalesce((SELECT sum(e.usd) FROM fx_entry e WHERE e.receipt_id = r.id AND e.event IN ('RETURN', 'REFUND')), 0),
  r.linked_usd, r.received_on, {_REPORTED}
FROM fx_receipt r WHERE r.received_on BETWEEN %(first)s AND %(last)s AND r.state <> 'refused'
ORDER BY r.number COLLATE "C", r.id
"""  # noqa: S608 (our own text)
# what is asked for is read first and joined then: row-level security hides from the planner how few rows that is
_LINKS = f"""
WITH l AS MATERIALIZED (
  SELECT receipt_id, document_id, usd, facts FROM fx_link WHERE document_id = ANY(%(keys)s::text[]) AND undone_at IS NULL
), d AS MATERIALIZED (
  SELECT key, exporter_id, amount, currency, usd FROM fx_document WHERE key = ANY(%(keys)s::text[])
), r AS MATERIALIZED (
  SELECT id, number, organisation_id, client_id, agency, received_on, {_REPORTED} AS reported
  FROM fx_receipt r WHERE id = ANY(ARRAY(SELECT receipt_id FROM l))
)
SELECT substr(d.key, 7)::bigint, r.id, r.number, r.organisation_id, l.usd, d.amount, d.currency, d.usd, r.received_on,
  d.exporter_id IS NULL OR d.exporter_id = r.organisation_id OR d.exporter_id = r.client_id OR r.agency <> ''
    OR l.facts->>'mode' = %(market)s,
  r.reported
FROM d JOIN l ON l.document_id = d.key JOIN r ON r.id = l.receipt_id ORDER BY d.key, r.id
"""  # noqa: S608 (our own text)
