"""The batch's look-ups: one statement each for keys, trades, documents and messages (house.md, the flood)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import msgspec

from pilotzone.kernel import database, vault
from pilotzone.kernel.copying import ascending, texts
from pilotzone.kernel.partitions import day_of_id, first_id
from pilotzone.rooms.clearance.engine.case import Identity
from pilotzone.rooms.clearance.engine.rows import COLUMNS, KeyRow, TradeRow

# one batch at a time looks up, decides and writes; parsing and signatures run beside it (docs/algorithms/matching.md)
LOCK = 0x636C6561


class Cursor(database.Cursor, Protocol):
    """What the batch needs of a raw psycopg cursor: COPY too."""

    def copy(self, statement: Any) -> Any: ...


class MessageRow(msgspec.Struct):
    """A message on its way: held, sent or dropped."""

    id: int
    inbox_id: int
    name: str
    state: str
    hold_until: datetime | None
    on: date = date.min  # the Shanghai day a new one came


class Reads(Protocol):
    """What a look-up of pages needs of a cursor."""

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def take_lock(cursor: Cursor) -> None:
    """Hold the room's batch lock to the end of the transaction."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))


def new_ids(cursor: Cursor, count: int) -> list[int]:
    """Fresh ids, ascending."""
    if not count:
        return []
    cursor.execute("SELECT nextval('clearance_id_seq') FROM generate_series(1, %s)", (count,))
    return [row[0] for row in cursor.fetchall()]


def key_rows(cursor: Cursor, hashes: Collection[int]) -> dict[int, KeyRow]:
    """The known keys among these hashes."""
    if not hashes:
        return {}
    cursor.execute(
        "SELECT hash, namespace, key, document_id, trade_hash, fingerprint, app_time, accepted_on, deleted"
        " FROM clearance_key WHERE hash = ANY(%s::bigint[])",
        (ascending(hashes),),
    )
    return {row[0]: KeyRow(*row) for row in cursor.fetchall()}


def trade_rows(cursor: Cursor, ids: Collection[int]) -> list[TradeRow]:
    """Trades by their numbers."""
    if not ids:
        return []
    cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM clearance_trade WHERE id = ANY(%s::bigint[])",  # noqa: S608 (our own names)
        (ascending(ids),),
    )
    return [TradeRow(*row) for row in cursor.fetchall()]


def trades_named(cursor: Reads, wanted: Mapping[int, str]) -> dict[int, str]:
    """Trades by their keys (hash → text), number → key, for pages too: a number opens nothing that its reader may not see."""
    cursor.execute("SELECT hash, key, number FROM clearance_find(%s)", (list(wanted),))
    return {number: key for hash_, key, number in cursor.fetchall() if wanted[hash_] == key}


def trades_lacking(cursor: Cursor, waybills: Collection[int]) -> list[int]:
    """The numbers of trades whose lists name one of these waybills and wait for it."""
    if not waybills:
        return []
    cursor.execute(
        "SELECT id FROM clearance_trade WHERE waybill_id IS NULL AND waybill_hash = ANY(%s::bigint[])",
        (ascending(waybills),),
    )
    return [row[0] for row in cursor.fetchall()]


def trades_of_messages(cursor: Cursor, messages: Collection[int]) -> list[TradeRow]:
    """The trades whose lists stand in one of these messages now."""
    if not messages:
        return []
    last = first_id(day_of_id(max(messages)) + timedelta(days=1))
    cursor.execute(
        "SELECT k.document_id FROM clearance_document d JOIN clearance_key k ON k.hash = d.trade_hash"
        " WHERE d.message_id = ANY(%s::bigint[]) AND d.id > %s AND d.id < %s",
        (ascending(messages), min(messages), last),
    )
    found = trade_rows(cursor, {row[0] for row in cursor.fetchall()})
    return [trade for trade in found if trade.list_message in messages]


def waiting_trades(cursor: Cursor, *, due: datetime, limit: int) -> list[TradeRow]:
    """Trades whose wait has ended by `due`, the oldest first."""
    cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM clearance_trade WHERE wait_until <= %s"  # noqa: S608
        " ORDER BY wait_until LIMIT %s",
        (due, limit),
    )
    return [TradeRow(*row) for row in cursor.fetchall()]


def gap_trades(cursor: Cursor, *, limit: int) -> list[TradeRow]:
    """Trades that wait for goods data."""
    cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM clearance_trade WHERE state = 'gap' AND wait_until IS NOT NULL"  # noqa: S608
        " ORDER BY id LIMIT %s",
        (limit,),
    )
    return [TradeRow(*row) for row in cursor.fetchall()]


def buyer_trades(cursor: Cursor, buyer: str, *, since: date, until: date) -> list[TradeRow]:
    """The trades of a buyer whose list was accepted between two days."""
    cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM clearance_trade"  # noqa: S608 (our own names)
        " WHERE buyer = %s AND buyer <> '' AND accepted_on BETWEEN %s AND %s ORDER BY id",
        (buyer, since, until),
    )
    return [TradeRow(*row) for row in cursor.fetchall()]


def returns_of(cursor: Cursor, hashes: Collection[int], closing: Collection[str]) -> list[tuple[int, int, bool]]:
    """(trade's hash, document, whether a receipt of one of these statuses closed it) of the import returns of trades."""
    if not hashes:
        return []
    cursor.execute(
        "SELECT d.trade_hash, d.id, EXISTS (SELECT 1 FROM clearance_receipt r WHERE r.document_id = d.id AND r.applied"
        " AND r.return_status = ANY(%s)) FROM clearance_document d"
        " WHERE d.trade_hash = ANY(%s::bigint[]) AND d.kind = 7 AND d.state = 'accepted' ORDER BY d.id",
        (list(closing), ascending(hashes)),
    )
    return list(cursor.fetchall())


def refunds_of(cursor: Reads, trade_hash: int) -> list[tuple[int, str, str]]:
    """(document, key, latest status customs gave it) of the accepted returns of a trade, oldest first."""
    cursor.execute(
        "SELECT d.id, d.key, coalesce((SELECT r.return_status FROM clearance_receipt r WHERE r.document_id = d.id AND r.applied"
        " ORDER BY r.id DESC LIMIT 1), '') FROM clearance_document d"
        " WHERE d.trade_hash = %s AND d.kind IN (7, 20) AND d.state = 'accepted' ORDER BY d.id",
        (trade_hash,),
    )
    return list(cursor.fetchall())


def message_rows(cursor: Cursor, ids: Collection[int]) -> dict[int, MessageRow]:
    """Messages by id."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT id, inbox_id, name, state, hold_until FROM clearance_message WHERE id = ANY(%s::bigint[])",
        (ascending(ids),),
    )
    return {row[0]: MessageRow(*row) for row in cursor.fetchall()}


def document_parties(cursor: Cursor, ids: Collection[int]) -> dict[int, tuple[int | None, list[int], str]]:
    """Per document: its sender, its parties, and the last return time a receipt gave it."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT id, sender, parties, state FROM clearance_document WHERE id = ANY(%s::bigint[])", (ascending(ids),)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}


def document_places(cursor: Cursor, ids: Collection[int]) -> dict[int, tuple[int, int, int | None, int, str]]:
    """Per document: inbox row, position, sender, kind's number and key."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT d.id, m.inbox_id, d.position, d.sender, d.kind, d.key FROM clearance_document d"
        " JOIN clearance_message m ON m.id = d.message_id WHERE d.id = ANY(%s::bigint[])",
        (ascending(ids),),
    )
    return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def document_statuses(cursor: Cursor, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Per document the (return time, status) of its latest applied receipt."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT DISTINCT ON (document_id) document_id, return_time, return_status FROM clearance_receipt"
        " WHERE document_id = ANY(%s::bigint[]) AND applied ORDER BY document_id, id DESC",
        (ascending(ids),),
    )
    return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def identities(cursor: Cursor, buyers: Iterable[str]) -> dict[tuple[str, str], Identity]:
    """What authorised bodies said, by (buyer, name hash)."""
    wanted = list(set(buyers))
    if not wanted:
        return {}
    cursor.execute(
        "SELECT buyer, name_hash, matches, authority, valid_to FROM clearance_identity WHERE buyer = ANY(%s::text[])",
        (texts(wanted),),
    )
    return {(row[0], row[1]): Identity(row[2], row[3], row[4]) for row in cursor.fetchall()}


def buyer_key(id_type: str, id_number: str) -> str:
    """The keyed hash that stands for a buyer; empty without a number."""
    number = "".join(id_number.split()).upper()
    return vault.keyed_hash("buyer", id_type + number) if number else ""


def name_hash(name: str) -> str:
    """The keyed hash of a name, for identity answers."""
    return vault.keyed_hash("name", name.strip())


def order_states(cursor: Cursor, first: str, last: str) -> list[tuple[str, str]]:
    """(order number, state) of every trade with an order number from `first` to `last`, for recounts."""
    cursor.execute("SELECT order_no, state FROM clearance_trade WHERE order_no BETWEEN %s AND %s", (first, last))
    return cursor.fetchall()
