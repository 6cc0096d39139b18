"""The batch's look-ups: one statement each for keys, trades, documents and messages (house.md, the flood)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pilotzone.kernel import vault
from pilotzone.rooms.clearance.engine.case import Identity, Part
from pilotzone.rooms.clearance.engine.rows import COLUMNS, KeyRow, TradeRow

PERSONAL = "clearance.document"
# one batch at a time looks up, decides and writes; parsing and signatures run beside it (docs/algorithms/matching.md)
LOCK = 0x636C6561


class Cursor(Protocol):
    """What the batch needs of a raw psycopg cursor."""

    rowcount: int

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def copy(self, statement: Any) -> Any: ...


@dataclass(slots=True)
class MessageRow:
    """A message on its way: held, sent or dropped."""

    id: int
    inbox_id: int
    name: str
    state: str
    hold_until: datetime | None


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
        " FROM clearance_key WHERE hash = ANY(%s)",
        (list(hashes),),
    )
    return {row[0]: KeyRow(*row) for row in cursor.fetchall()}


def trade_rows(
    cursor: Cursor,
    *,
    hashes: Collection[int] = (),
    waybills: Collection[int] = (),
    ids: Collection[int] = (),
    messages: Collection[int] = (),
) -> list[TradeRow]:
    """The trades with one of these keys, waybills, ids or list messages."""
    if not (hashes or waybills or ids or messages):
        return []
    cursor.execute(
        f"SELECT {', '.join(COLUMNS)} FROM clearance_trade WHERE hash = ANY(%s)"  # noqa: S608 (our own names)
        " OR waybill_hash = ANY(%s) OR id = ANY(%s) OR list_message = ANY(%s)",
        (list(hashes), list(waybills), list(ids), list(messages)),
    )
    return [TradeRow(*row) for row in cursor.fetchall()]


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


def parts(cursor: Cursor, ids: Collection[int]) -> dict[int, Part]:
    """Documents as the match reads them, personal fields opened."""
    if not ids:
        return {}
    cursor.execute("SELECT id, head, lines, personal FROM clearance_document WHERE id = ANY(%s)", (list(ids),))
    found = {}
    for id_, head, lines, personal in cursor.fetchall():
        whole = head if personal is None else {**head, **vault.open_(personal, PERSONAL)}
        found[id_] = Part(whole, lines)
    return found


def message_rows(cursor: Cursor, ids: Collection[int]) -> dict[int, MessageRow]:
    """Messages by id."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT id, inbox_id, name, state, hold_until FROM clearance_message WHERE id = ANY(%s)", (list(ids),)
    )
    return {row[0]: MessageRow(*row) for row in cursor.fetchall()}


def document_parties(cursor: Cursor, ids: Collection[int]) -> dict[int, tuple[int | None, list[int], str]]:
    """Per document: its sender, its parties, and the last return time a receipt gave it."""
    if not ids:
        return {}
    cursor.execute("SELECT id, sender, parties, state FROM clearance_document WHERE id = ANY(%s)", (list(ids),))
    return {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}


def document_places(cursor: Cursor, ids: Collection[int]) -> dict[int, tuple[int, int, int | None, int, str]]:
    """Per document: inbox row, position, sender, kind's number and key."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT id, inbox_id, position, sender, kind, key FROM clearance_document WHERE id = ANY(%s)", (list(ids),)
    )
    return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def document_statuses(cursor: Cursor, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Per document the (return time, status) of its latest applied receipt."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT DISTINCT ON (document_id) document_id, return_time, return_status FROM clearance_receipt"
        " WHERE document_id = ANY(%s) AND applied ORDER BY document_id, id DESC",
        (list(ids),),
    )
    return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def identities(cursor: Cursor, buyers: Iterable[str]) -> dict[tuple[str, str], Identity]:
    """What authorised bodies said, by (buyer, name hash)."""
    wanted = list(set(buyers))
    if not wanted:
        return {}
    cursor.execute(
        "SELECT buyer, name_hash, matches, authority FROM clearance_identity WHERE buyer = ANY(%s)", (wanted,)
    )
    return {(row[0], row[1]): Identity(row[2], row[3]) for row in cursor.fetchall()}


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
