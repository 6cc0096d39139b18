"""Booking batches on the quota ledger: lock the buyers in one order, load, let the engine decide, write once.

Every batch locks its balances sorted by buyer and year, so that two batches wait for one another and never for
each other in a ring; a buyer's year can therefore not be oversold however many workers book it at once. The
caller's transaction holds the locks: commit soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pilotzone.base.errors import Unavailable
from pilotzone.kernel.copying import texts
from pilotzone.kernel.cursor import Cursor
from pilotzone.rooms.tax.engine.quota import QuotaLedger, annual_limit
from pilotzone.rooms.tax.engine.quota_records import Balance, Booked, Dispute, Event, Hold, Key, Restore, Void
from pilotzone.rooms.tax.operations.database import Columns

# which of a list's former entries an event must know to be done once
_ONCE = ("RESTORE", "CUSTOMS_OVER", "DISPUTE", "SETTLE")


def book(cursor: Cursor, events: Sequence[Event], *, at: datetime) -> list[Booked]:
    """Book events in the order given; one answer each, in the same order.

    `cursor`: psycopg (role flood) or Django (an open scope of the platform), inside a transaction. `at`: zone time
    written with the entries. A refused event changes nothing. Raises Unavailable `rule.quota.busy` where another
    batch moved a list to another buyer meanwhile: roll back and retry.
    """
    if not events:
        return []
    lists = sorted({event.list_key for event in events})
    keys = _keys(cursor, events, lists)
    ledger = QuotaLedger(_locked(cursor, keys), _holds(cursor, lists), _done(cursor, events, lists))
    known = set(ledger.holds)
    if any(hold.key not in ledger.balances for hold in ledger.holds.values()):
        raise Unavailable(
            code="rule.quota.busy",
            zh="额度台账正被另一批次更改，请稍后重试",
            en="Another batch is changing the quota ledger; try again",
            source="docs/algorithms/retail_import_tax.md",
            whose="platform",
        )
    answers = [ledger.apply(event) for event in events]
    _write(cursor, ledger, known, at)
    return answers


def _keys(cursor: Cursor, events: Sequence[Event], lists: list[str]) -> list[Key]:
    """The balances to lock: those the events name (made where missing) and those of lists already booked."""
    wanted: dict[Key, Any] = {}
    for event in events:
        if not isinstance(event, Void | Restore | Dispute) and event.key and event.on:
            wanted[event.key] = annual_limit(event.on)
    if wanted:
        rows = [(*key, limit) for key, limit in sorted(wanted.items())]
        cursor.execute(_MAKE, _LIMITS.of(rows))
    cursor.execute(
        "SELECT DISTINCT buyer_key, year FROM tax_quota_hold WHERE list_key = ANY(%s::text[])", (texts(lists),)
    )
    return sorted({*wanted, *cursor.fetchall()})


def _locked(cursor: Cursor, keys: list[Key]) -> list[Balance]:
    if not keys:
        return []
    cursor.execute(_LOCK, _KEYS.of(keys))
    return [Balance(*row) for row in cursor.fetchall()]


def _holds(cursor: Cursor, lists: list[str]) -> list[Hold]:
    cursor.execute(
        "SELECT list_key, buyer_key, year, amount, state, turn, given_back, disputed FROM tax_quota_hold"
        " WHERE list_key = ANY(%s::text[])",
        (texts(lists),),
    )
    return [Hold(*row) for row in cursor.fetchall()]


def _done(cursor: Cursor, events: Sequence[Event], lists: list[str]) -> list[tuple[str, str, str]]:
    if not any(getattr(event, "reference", "") for event in events):
        return []
    cursor.execute(
        "SELECT list_key, event, reference FROM tax_quota_entry WHERE list_key = ANY(%s) AND event = ANY(%s)",
        (lists, list(_ONCE)),
    )
    return cursor.fetchall()


def _write(cursor: Cursor, ledger: QuotaLedger, known: set[str], at: datetime) -> None:
    balances = [ledger.balances[key] for key in sorted(ledger.dirty_balances)]
    if balances:
        rows = [
            (
                b.buyer_key, b.year, b.limit, b.reserved, b.used, b.disputed, b.exceeds, b.customs_room,
                b.customs_told_at,
            )
            for b in balances
        ]  # fmt: skip
        cursor.execute(_MOVE, _BALANCES.of(rows))
    holds = [ledger.holds[list_key] for list_key in sorted(ledger.dirty_holds)]
    for statement, chosen in (
        (_NEW_HOLDS, [hold for hold in holds if hold.list_key not in known]),
        (_CHANGED_HOLDS, [hold for hold in holds if hold.list_key in known]),
    ):
        if chosen:
            written = [
                (h.list_key, h.buyer_key, h.year, h.amount, h.state, h.turn, h.given_back, h.disputed) for h in chosen
            ]
            cursor.execute(statement, _HOLDS.of(written))
    if ledger.entries:
        lines = [
            (
                e.list_key, e.turn, e.event, e.reference, e.buyer_key, e.year, e.amount, e.reserved_change,
                e.used_change, e.disputed_change,
            )
            for e in ledger.entries
        ]  # fmt: skip
        cursor.execute(_ENTRIES, [at, *_LINES.of(lines)])


_LIMITS = Columns("buyer_key text, year int, limit_amount numeric")
_MAKE = f"""
INSERT INTO tax_quota (buyer_key, year, limit_amount, reserved, used, disputed, exceeds)
SELECT buyer_key, year, limit_amount, 0, 0, 0, false FROM {_LIMITS.sql}
ORDER BY buyer_key COLLATE "C", year
ON CONFLICT DO NOTHING
"""  # noqa: S608 (our own names)
_KEYS = Columns("buyer_key text, year int")
_LOCK = f"""
SELECT buyer_key, year, limit_amount, reserved, used, disputed, exceeds, customs_room, customs_told_at
FROM tax_quota JOIN {_KEYS.sql} USING (buyer_key, year)
ORDER BY buyer_key COLLATE "C", year
FOR UPDATE OF tax_quota
"""  # noqa: S608
_BALANCES = Columns(
    "buyer_key text, year int, limit_amount numeric, reserved numeric, used numeric, disputed numeric, exceeds bool,"
    " customs_room numeric, customs_told_at timestamptz"
)
_MOVE = f"""
UPDATE tax_quota SET limit_amount = new.limit_amount, reserved = new.reserved, used = new.used,
  disputed = new.disputed, exceeds = new.exceeds, customs_room = new.customs_room,
  customs_told_at = new.customs_told_at
FROM {_BALANCES.sql}
WHERE tax_quota.buyer_key = new.buyer_key AND tax_quota.year = new.year
"""  # noqa: S608
_HOLDS = Columns(
    "list_key text, buyer_key text, year int, amount numeric, state text, turn int, given_back numeric, disputed bool"
)
# no ON CONFLICT: a list made by another batch meanwhile must fail this one, not be overwritten
_NEW_HOLDS = f"INSERT INTO tax_quota_hold ({_HOLDS.names}) SELECT * FROM {_HOLDS.sql}"  # noqa: S608
_CHANGED_HOLDS = f"""
UPDATE tax_quota_hold SET buyer_key = new.buyer_key, year = new.year, amount = new.amount, state = new.state,
  turn = new.turn, given_back = new.given_back, disputed = new.disputed
FROM {_HOLDS.sql}
WHERE tax_quota_hold.list_key = new.list_key
"""  # noqa: S608
_LINES = Columns(
    "list_key text, turn int, event text, reference text, buyer_key text, year int, amount numeric,"
    " reserved_change numeric, used_change numeric, disputed_change numeric"
)
_ENTRIES = f"INSERT INTO tax_quota_entry (at, {_LINES.names}) SELECT %s, new.* FROM {_LINES.sql}"  # noqa: S608
