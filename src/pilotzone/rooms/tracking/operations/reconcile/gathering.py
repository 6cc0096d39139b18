"""Gathers a day of every room's ledger export, chunk by chunk, as the engine reads it. As the platform, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from pilotzone.base.money import to_cents
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.clearance.api import WHOLE_LEDGER as WHOLE
from pilotzone.rooms.clearance.api import LedgerSlice as Slice
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tracking.engine.reconcile.merging import bundles
from pilotzone.rooms.tracking.engine.reconcile.records import (
    Billed,
    Bundle,
    Held,
    Linked,
    Listed,
    Received,
    Registered,
)

IMPORT, CHUNK = "I", 5000


def fen(amount: Decimal) -> int:
    """An amount in whole cents, rounded once."""
    scaled = amount * 100
    whole = int(scaled)
    return whole if whole == scaled else int(to_cents(amount).scaleb(2))


def fen_or_none(amount: Decimal | None) -> int | None:
    """The same where an amount may be unknown."""
    return None if amount is None else fen(amount)


class Booked:
    """List numbers of a day's bookings, ascending, each once, as they are asked for."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._numbers = iter(numbers)
        self._next = next(self._numbers, None)

    def besides(self, known: Collection[str], *, until: str = "") -> Iterator[str]:
        """The next numbers up to `until` (all that are left without one) that are not known: the day's lists and their
        bookings walk side by side, so that nothing but the rest is ever looked up."""
        while self._next is not None and (not until or self._next <= until):
            if self._next not in known:
                yield self._next
            self._next = next(self._numbers, None)


class Gathering:
    """One day's ledgers. Lists belong to the day they were released (clearance.ledger_export); what is booked for lists
    that have no such day, or that nobody knows, to the day of the booking."""

    def __init__(self, day: date, slice_: Slice = WHOLE) -> None:
        self._day, self._slice, self._dollars = day, slice_, fx.dollars()

    def bundles(self) -> Iterator[Bundle]:
        """Everything said of the day's lists, and of what was booked that day for lists that are not among them."""
        kept: list[clearance.LedgerList] = []
        booked = Booked(tax.ledger_booked(self._day, at=self._slice.at, of=self._slice.of))
        for chunk in clearance.ledger_export(self._day, self._day, slice_=self._slice):
            lists = kept + chunk
            # one number may stand on two lists: never cut between them
            cut = len(lists)
            while cut and lists[cut - 1].key == lists[-1].key:
                cut -= 1
            kept, lists = lists[cut:], lists[:cut]
            yield from self._joined(lists)
            if lists:
                yield from self._unlisted(booked.besides({one.key for one in lists}, until=lists[-1].key))
        yield from self._joined(kept)
        yield from self._unlisted(booked.besides({one.key for one in kept}))

    def received(self) -> Iterator[Received]:
        """The day's receipts."""
        for row in fx.ledger_receipts(self._day, self._day):
            yield Received(
                row.receipt, row.number, row.bank, row.firm, row.currency, fen(row.amount), fen(row.usd),
                fen(row.linked_usd), row.on, row.reported,
            )  # fmt: skip

    def _unlisted(self, numbers: Iterator[str]) -> Iterator[Bundle]:
        while chunk := set(islice(numbers, CHUNK)):
            known = {one.number: one for one in clearance.ledger_lists(numbers=chunk)}
            placed = {number for number, one in known.items() if one.released or one.signed or one.cancelled}
            lists = sorted((one for number, one in known.items() if number not in placed), key=lambda one: one.key)
            yield from self._joined(lists, chunk - placed - known.keys())

    def _joined(self, lists: list[clearance.LedgerList], unknown: Iterable[str] = ()) -> Iterator[Bundle]:
        also = set(unknown)
        imports = [one for one in lists if one.flow == IMPORT]
        exports = [one for one in lists if one.flow != IMPORT]
        bookings, trades = {one.booking: one.key for one in imports}, {one.trade: one.key for one in exports}
        of_imports = also | {one.number for one in imports if one.number}
        of_exports = also | {one.number for one in exports if one.number}
        bills = [
            Billed(row.list_no, row.tax_no, fen_or_none(row.total), row.on)
            for row in (tax.ledger_bills(lists=of_imports) if of_imports else ())
        ]
        held = [
            Held(bookings[row.booking], row.booking, fen(row.amount), fen(row.released), row.restored)
            for row in tax.ledger_holds(bookings)
        ]
        registered = [
            Registered(row.list_no, row.line_no, fen(row.amount), row.on, row.firm)
            for row in (tax.ledger_registered(lists=of_exports) if of_exports else ())
        ]
        linked = [
            Linked(
                trades[row.trade], row.receipt, row.number, row.payee, fen(row.usd), fen(row.value), row.currency,
                fen(row.worth), row.on, row.documented, row.reported,
            )
            for row in fx.ledger_links(trades)
        ]  # fmt: skip
        yield from bundles(
            (self._listed(one) for one in lists), bills, sorted(held, key=lambda row: row.key), registered,
            sorted(linked, key=lambda row: row.key),
        )  # fmt: skip

    def _listed(self, one: clearance.LedgerList) -> Listed:
        on = one.released or self._day
        lines = tuple((line, fen(amount), self._dollars.name(currency, on)) for line, amount, currency in one.lines)
        return Listed(
            one.key, one.trade, one.number, one.flow, one.mode, one.firm, one.unit, one.released, one.standing,
            one.signed, one.cancelled, one.returned, fen_or_none(one.tax), lines, fen(one.freight), self._worth(one, on),
        )  # fmt: skip

    def _worth(self, one: clearance.LedgerList, on: date) -> int | None:
        if one.flow == IMPORT:
            return None
        total = 0
        for _, amount, currency in one.lines:
            worth = self._dollars.of(amount, self._dollars.name(currency, on), on)
            if worth is None:
                return None
            total += fen(worth)
        return total
