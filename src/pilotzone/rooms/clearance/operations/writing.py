"""Writes a batch once: COPY for what is new, one UPDATE from a staging table for what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import msgspec

from pilotzone.kernel import vault
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.engine.rows import COLUMNS, DocumentRow, KeyRow, TradeRow, split_personal
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.queries.lookups import PERSONAL, Cursor

DOCUMENT = (
    "id", "message_id", "inbox_id", "position", "kind", "edition", "key", "trade_hash", "guid", "app_type", "app_time",
    "sender", "parties", "head", "lines", "personal", "buyer", "state", "reasons", "accepted_at", "accepted_on",
)  # fmt: skip
MESSAGE = (
    "id", "inbox_id", "name", "flow", "guid", "sender", "state", "documents", "received_at", "hold_until", "sent_at",
    "signature",
)  # fmt: skip
RECEIPT = (
    "id", "name", "document_id", "trade_id", "key", "return_status", "return_time", "info", "pre_no", "invt_no",
    "applied", "why", "inbox_id", "received_at", "parties",
)  # fmt: skip
KEY = tuple(column.name for column in fields(KeyRow))
_JSON_COLUMNS = frozenset({"reasons", "firms", "assessment", "stages"})
_CHANGING = tuple(name for name in COLUMNS if name not in ("id", "hash", "key", "flow", "first_at", "history"))


def write(desk: Desk) -> None:
    """Everything the desk holds that is new or changed."""
    cursor = desk.cursor
    _copy(cursor, "clearance_message", MESSAGE, _messages(desk))
    _copy(cursor, "clearance_document", DOCUMENT, (_document(row) for row in desk.documents))
    fresh = sorted(desk.changed_keys - desk.known_keys)
    _copy(cursor, "clearance_key", KEY, (_key(desk.keys[hash_]) for hash_ in fresh))
    _change_keys(cursor, [desk.keys[hash_] for hash_ in sorted(desk.changed_keys & desk.known_keys)])
    _copy(cursor, "clearance_trade", COLUMNS, (_trade(desk.trades[one]) for one in sorted(desk.new_trades)))
    changed = sorted(desk.changed_trades - desk.new_trades)
    _update_trades(cursor, [desk.trades[hash_] for hash_ in changed])
    _copy(cursor, "clearance_receipt", RECEIPT, _receipts(desk))
    old = [desk.messages[id_] for id_ in sorted(desk.changed_messages - {row.id for _, row in desk.new_messages})]
    if old:
        cursor.execute(
            "UPDATE clearance_message m SET state = n.state,"
            " sent_at = CASE WHEN n.state = 'sent' THEN pz_now() ELSE m.sent_at END"
            " FROM unnest(%s::bigint[], %s::text[]) n(id, state) WHERE m.id = n.id",
            ([row.id for row in old], [row.state for row in old]),
        )


def _messages(desk: Desk) -> Iterable[tuple[Any, ...]]:
    for message, row in desk.new_messages:
        sent_at = message.at if row.state == "sent" else None
        yield (
            row.id, message.inbox_id, message.name, BY_MESSAGE[message.name].flow, message.guid,
            message.sender, row.state, len(message.documents), message.at, row.hold_until, sent_at,
            _json(message.signature),
        )  # fmt: skip


def _document(row: DocumentRow) -> tuple[Any, ...]:
    head, personal = split_personal(row.kind, row.part.head)
    sealed = vault.seal(personal, PERSONAL) if personal else None
    return (
        row.id, row.message_id, row.inbox_id, row.position, row.kind.number, row.edition, row.key, row.trade_hash,
        row.guid, row.app_type, row.app_time, row.sender, row.parties, _json(head), _json(list(row.part.lines)), sealed,
        row.buyer, row.state, _json(row.reasons), row.accepted_at, row.accepted_on,
    )  # fmt: skip


def _trade(row: TradeRow) -> tuple[Any, ...]:
    return tuple(_json(value) if name in _JSON_COLUMNS and (value := getattr(row, name)) is not None
                 else getattr(row, name) for name in COLUMNS)  # fmt: skip


def _receipts(desk: Desk) -> Iterable[tuple[Any, ...]]:
    for row in desk.receipts:
        yield (
            desk.new_id(), row.name, row.document_id, row.trade_id, row.key, row.return_status, row.return_time,
            row.info, row.pre_no, row.invt_no, row.applied, row.why, row.inbox_id, row.received_at, row.parties,
        )  # fmt: skip


def _key(row: KeyRow) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)


def _change_keys(cursor: Cursor, rows: Sequence[KeyRow]) -> None:
    if not rows:
        return
    columns = [[getattr(row, name) for row in rows] for name in KEY]
    types = ("bigint", "smallint", "text", "bigint", "bigint", "bytea", "text", "date", "boolean")
    arrays = ", ".join(f"%s::{type_}[]" for type_ in types)
    cursor.execute(
        "UPDATE clearance_key k SET document_id = n.document_id, trade_hash = n.trade_hash,"  # noqa: S608 (our own names)
        " fingerprint = n.fingerprint, app_time = n.app_time, accepted_on = n.accepted_on, deleted = n.deleted"
        f" FROM unnest({arrays}) AS n ({', '.join(KEY)}) WHERE k.hash = n.hash AND k.key = n.key",
        columns,
    )


def _update_trades(cursor: Cursor, rows: Sequence[TradeRow]) -> None:
    if not rows:
        return
    cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS pz_trade_staging (LIKE clearance_trade) ON COMMIT DELETE ROWS")
    cursor.execute("TRUNCATE pz_trade_staging")
    _copy(cursor, "pz_trade_staging", COLUMNS, (_trade(row) for row in rows))
    assignments = ", ".join(f"{name} = s.{name}" for name in _CHANGING)
    cursor.execute(
        f"UPDATE clearance_trade t SET {assignments} FROM pz_trade_staging s WHERE t.id = s.id"  # noqa: S608
    )


def _copy(cursor: Cursor, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    found = list(rows)
    if not found:
        return
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in found:
            copy.write_row(row)


def _json(value: object) -> str:
    # a NUL cannot be stored in jsonb; a lone surrogate cannot leave Python: neither can come from XML
    return _encoder.encode(value).decode()


_encoder = msgspec.json.Encoder(enc_hook=str)
