"""Bulk ledger export: declaration lists as customs left them, streamed as plain rows in the order of their numbers.

A list lies on its ledger day: when customs released it; else when its goods were signed for; else when it was cancelled.
As the platform; nobody else sees every list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.kernel.copying import ascending
from pilotzone.kernel.partitions import day_of_id, first_id
from pilotzone.rooms.clearance.engine import keys, kinds, states
from pilotzone.rooms.clearance.queries import contents

AHEAD = timedelta(days=60)  # a trade begins so long before its list is released
CHUNK = 5000
SELLER = "ebc"
Line = tuple[int, Decimal, str]


class LedgerSlice(NamedTuple):
    """One of `of` parts of a ledger, by the last two characters of a list's key: a number that stands twice is never parted."""

    at: int = 0
    of: int = 1

    def holds(self, key: str) -> bool:
        """Whether a key is of this part; _SLICE says the same in SQL."""
        return self.of == 1 or sum(map(ord, key[-2:])) % self.of == self.at


WHOLE_LEDGER = LedgerSlice()


class LedgerList(NamedTuple):
    """A list: `booking` is its key in the tax ledgers; `lines` (exports): number, amount as declared, customs currency."""

    key: str
    trade: int
    number: str
    booking: str
    flow: str
    mode: str
    firm: int
    unit: str
    released: date | None
    standing: bool
    signed: date | None
    cancelled: date | None
    returned: date | None
    tax: Decimal | None
    lines: tuple[Line, ...]
    freight: Decimal


def ledger_export(first: date, last: date, *, slice_: LedgerSlice = WHOLE_LEDGER) -> Iterator[list[LedgerList]]:
    """The lists whose ledger day lies from `first` to `last`, in chunks, ascending by `key`; inside a transaction."""
    part = "" if slice_ == WHOLE_LEDGER else _SLICE
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{_SELECT} {_DAYS} {part} {_ORDER}", _bounds(first, last) | slice_._asdict())
        while found := cursor.fetchmany(CHUNK):
            yield _rows(found)


def ledger_exceeds(first: date, last: date, most: int) -> bool:
    """Whether more than `most` lists have their ledger day from `first` to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(_EXCEEDS, _bounds(first, last) | {"limit": most + 1})
        (n,) = cursor.fetchone()
    return int(n) > most


def ledger_lists(*, numbers: Collection[str] = (), trades: Collection[int] = ()) -> list[LedgerList]:
    """The lists of these list numbers or trades, whatever became of them, ascending by `key`."""
    wanted = set(trades)
    with connection.cursor() as cursor:
        if numbers:
            hashes = [keys.key_hash(keys.INVT_NO, number) for number in numbers]
            cursor.execute(_NUMBERED, {"hashes": ascending(hashes), "trade": keys.TRADE})
            wanted |= {row[0] for row in cursor.fetchall()}
        if not wanted:
            return []
        cursor.execute(f"{_SELECT} AND id = ANY(%(ids)s::bigint[]) {_ORDER}", {"ids": ascending(wanted)})
        return _rows(cursor.fetchall())


def ledger_begins() -> date | None:
    """The first day a trade may have a ledger day on; None where there are no trades."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM clearance_trade")
        (first,) = cursor.fetchone()
    return day_of_id(first) if first else None


def _bounds(first: date, last: date) -> dict[str, Any]:
    return {
        "low": first_id(max(first, date(2000, 3, 1)) - AHEAD), "high": first_id(last + timedelta(days=2)),
        "first": first, "last": last,
    }  # fmt: skip


def _rows(found: Sequence[Sequence[Any]]) -> list[LedgerList]:
    said = {}
    wanted = [row[1] for row in found if row[3] == kinds.EXPORT and row[1]]
    if wanted:
        with connection.cursor() as cursor:
            said = contents.parts(cursor, wanted)
    return [_row(row, said.get(row[1])) for row in found]


def _row(row: Sequence[Any], part: Any) -> LedgerList:
    id_, list_id, number, flow, mode, firm, unit, state, released, signed, cancelled, returned, tax, key = row
    lines, freight = _said(part)
    return LedgerList(
        key, id_, number, f"{id_}:{list_id}", flow, mode, firm or 0, unit, _day(released),
        state in (states.RELEASED, states.CLOSED), _day(signed), _day(cancelled) if state == states.CANCELLED else None,
        _day(returned), tax, lines, freight,
    )  # fmt: skip


def _said(part: Any) -> tuple[tuple[Line, ...], Decimal]:
    if part is None:
        return (), Decimal(0)
    lines = tuple(
        (int(line.get("gnum") or at), _number(line.get("totalPrice")), line.get("currency") or "")
        for at, line in enumerate(part.lines, 1)
    )
    return lines, _number(part.head.get("freight"))


def _number(text: str | None) -> Decimal:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)


def _day(moment: str | None) -> date | None:
    return day_of(datetime.fromisoformat(moment)) if moment else None


_KEY = "coalesce(nullif(invt_no, ''), 'trade:' || id)"
_SELECT = f"""
SELECT id, list_id, invt_no, flow, mode, (firms->>'{SELLER}')::bigint, unit, state,
  coalesce(stages->>'{states.RELEASED}', stages->>'{states.CLOSED}'), stages->>'{kinds.SIGNED_FOR}',
  stages->>'{states.CANCELLED}', stages->>'refunded', tax, {_KEY} AS key FROM clearance_trade
WHERE NOT history AND list_id IS NOT NULL
"""  # noqa: S608 (our own text)
_DAYS = """
AND id >= %(low)s AND id < %(high)s
AND (coalesce(stages->>'released', stages->>'closed', stages->>'status', stages->>'cancelled')::timestamptz
     AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %(first)s AND %(last)s
"""
_EXCEEDS = f"SELECT count(*) FROM ({_SELECT} {_DAYS} LIMIT %(limit)s) l"  # noqa: S608 (our own text)
_SLICE = f"AND (ascii(right({_KEY}, 1)) + ascii(right(left({_KEY}, -1), 1))) %% %(of)s = %(at)s"
_ORDER = f'ORDER BY ({_KEY}) COLLATE "C", id'
_NUMBERED = """
SELECT t.document_id FROM clearance_key n JOIN clearance_key t ON t.hash = n.trade_hash AND t.namespace = %(trade)s
WHERE n.hash = ANY(%(hashes)s::bigint[])
"""
