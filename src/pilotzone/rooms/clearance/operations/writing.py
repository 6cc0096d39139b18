"""Writes a batch once: COPY for what is new, one UPDATE from a staging table for what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

import msgspec

from pilotzone.base.days import day_of
from pilotzone.kernel.copying import NULL, array, binary, copy, flag, moment, numbers, plain, words
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.engine.rows import COLUMNS, DocumentRow, KeyRow, TradeRow
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.clearance.queries.lookups import Cursor

TABLES_BY_DAY = (
    "clearance_message", "clearance_body", "clearance_document", "clearance_trade", "clearance_receipt",
)  # fmt: skip
DOCUMENT = (
    "id", "message_id", "position", "kind", "edition", "key", "trade_hash", "app_type", "app_time", "sender", "parties", "buyer",
    "state", "reasons", "accepted_at", "accepted_on",
)  # fmt: skip
MESSAGE = (
    "id", "inbox_id", "name", "edition", "flow", "guid", "sender", "state", "documents", "received_at", "hold_until",
    "sent_at", "signature",
)  # fmt: skip
RECEIPT = (
    "id", "name", "document_id", "trade_id", "key", "return_status", "return_time", "info", "pre_no", "invt_no",
    "applied", "why", "inbox_id", "received_at", "parties",
)  # fmt: skip
KEY = tuple(column.name for column in fields(KeyRow))
_CHANGING = tuple(name for name in COLUMNS if name not in ("id", "hash", "key", "flow", "first_at", "history"))
_encoder = msgspec.json.Encoder(enc_hook=str)


def write(desk: Desk) -> None:
    """Everything the desk holds that is new or changed."""
    cursor = desk.cursor
    copy(cursor, "clearance_message", MESSAGE, _messages(desk))
    copy(cursor, "clearance_body", ("message_id", "body"), _bodies(desk.documents))
    copy(cursor, "clearance_document", DOCUMENT, map(_document, desk.documents))
    fresh = sorted(desk.changed_keys - desk.known_keys)
    copy(cursor, "clearance_key", KEY, (_key(desk.keys[hash_]) for hash_ in fresh))
    _change_keys(cursor, [desk.keys[hash_] for hash_ in sorted(desk.changed_keys & desk.known_keys)])
    copy(cursor, "clearance_trade", COLUMNS, (_trade(desk.trades[one]) for one in sorted(desk.new_trades)))
    changed = sorted(desk.changed_trades - desk.new_trades)
    _update_trades(cursor, [desk.trades[hash_] for hash_ in changed])
    copy(cursor, "clearance_receipt", RECEIPT, _receipts(desk))
    old = [desk.messages[id_] for id_ in sorted(desk.changed_messages - {row.id for _, row in desk.new_messages})]
    if old:
        cursor.execute(
            "UPDATE clearance_message m SET state = n.state,"
            " sent_at = CASE WHEN n.state = 'sent' THEN pz_now() ELSE m.sent_at END"
            " FROM unnest(%s::bigint[], %s::text[]) n(id, state) WHERE m.id = n.id AND m.id = ANY(%s)",
            ([row.id for row in old], [row.state for row in old], [row.id for row in old]),
        )


def _messages(desk: Desk) -> Iterable[Sequence[str]]:
    for message, row in desk.new_messages:
        sent_at = message.at if row.state == "sent" else None
        yield (
            str(row.id), str(message.inbox_id), message.name, message.edition, BY_MESSAGE[message.name].flow,
            message.guid, plain(message.sender), row.state, str(len(message.documents)), moment(message.at),
            moment(row.hold_until), moment(sent_at), _json(message.signature),
        )  # fmt: skip


def _bodies(documents: Sequence[DocumentRow]) -> Iterable[Sequence[str]]:
    """What the documents of a message say, sealed as one."""
    found: dict[int, list[tuple[int, msgspec.Raw]]] = {}
    for row in documents:
        found.setdefault(row.message_id, []).append((row.position, msgspec.Raw(row.packed)))
    for message_id, rows in found.items():
        yield str(message_id), binary(contents.sealed(rows))


def _document(row: DocumentRow) -> Sequence[str]:
    return (
        str(row.id), str(row.message_id), str(row.position), str(row.kind.number), row.edition,
        row.key, plain(row.trade_hash), row.app_type, row.app_time, plain(row.sender), numbers(tuple(row.parties)), row.buyer, row.state,
        _json(row.reasons) if row.reasons else "[]", moment(row.accepted_at), str(row.accepted_on),
    )  # fmt: skip


def _trade(row: TradeRow) -> Sequence[str]:
    """In the order of COLUMNS."""
    return (
        str(row.id), str(row.hash), row.key, row.flow, row.mode, plain(row.order_id), plain(row.payment_id),
        plain(row.waybill_id), plain(row.list_id), plain(row.receipts_id), plain(row.list_message),
        plain(row.waybill_hash), row.order_no, row.pay_no, row.logistics_no, row.cop_no,
        row.pre_no, row.invt_no, row.bill_no, row.state, row.customs_status,
        row.return_time, words(row.missing), _json(row.reasons) if row.reasons else "[]", row.holder,
        _json(row.firms), numbers(tuple(row.parties)), row.buyer, row.customs_code, row.unit, plain(row.value),
        plain(row.tax), _json(row.assessment) if row.assessment is not None else NULL, _json(row.stages),
        moment(row.wait_until), moment(row.first_at), moment(row.changed_at), plain(row.accepted_on), flag(row.history),
        plain(row.edition),
    )  # fmt: skip


def _receipts(desk: Desk) -> Iterable[Sequence[str]]:
    for row in desk.receipts:
        yield (
            str(desk.new_id(day_of(row.received_at))), row.name, plain(row.document_id), plain(row.trade_id), row.key,
            row.return_status, row.return_time, row.info, row.pre_no, row.invt_no,
            flag(row.applied), row.why, str(row.inbox_id), moment(row.received_at), numbers(tuple(row.parties)),
        )  # fmt: skip


def _key(row: KeyRow) -> Sequence[str]:
    return (
        str(row.hash), str(row.namespace), row.key, str(row.document_id), plain(row.trade_hash),
        str(row.fingerprint), row.app_time, str(row.accepted_on), flag(row.deleted),
    )  # fmt: skip


def _change_keys(cursor: Cursor, rows: Sequence[KeyRow]) -> None:
    if not rows:
        return
    columns = [[getattr(row, name) for row in rows] for name in KEY]
    types = ("bigint", "smallint", "text", "bigint", "bigint", "bigint", "text", "date", "boolean")
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
    copy(cursor, "pz_trade_staging", COLUMNS, map(_trade, rows))
    assignments = ", ".join(f"{name} = s.{name}" for name in _CHANGING)
    cursor.execute(
        # the numbers are said twice: they keep the planner to the days they lie in
        f"UPDATE clearance_trade t SET {assignments} FROM pz_trade_staging s"  # noqa: S608
        " WHERE t.id = s.id AND t.id = ANY(%s::bigint[])",
        (array(row.id for row in rows),),
    )


def _json(value: object) -> str:
    # a NUL cannot be stored in jsonb; a lone surrogate cannot leave Python: neither can come from XML
    return _encoder.encode(value).decode()
