"""Writes a batch once: COPY for what is new, one UPDATE from a staging table for what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

import msgspec

from pilotzone.base.days import day_of
from pilotzone.kernel.copying import NULL, ascending, binary, copy, flag, moment, numbers, plain, row, words
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
KEY = KeyRow.__struct_fields__
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
    changed = desk.changed_trades - desk.new_trades
    _remove_trades(cursor, [desk.trades[hash_] for hash_ in changed & desk.moved_trades])
    fresh_trades = [desk.trades[hash_] for hash_ in desk.new_trades | (changed & desk.moved_trades)]
    copy(cursor, "clearance_trade", COLUMNS, map(_trade, sorted(fresh_trades, key=_id)))
    _update_trades(cursor, sorted((desk.trades[hash_] for hash_ in changed - desk.moved_trades), key=_id))
    copy(cursor, "clearance_receipt", RECEIPT, _receipts(desk))
    old = [desk.messages[id_] for id_ in sorted(desk.changed_messages - {row.id for _, row in desk.new_messages})]
    if old:
        cursor.execute(
            "UPDATE clearance_message m SET state = n.state,"
            " sent_at = CASE WHEN n.state = 'sent' THEN pz_now() ELSE m.sent_at END"
            " FROM unnest(%s::bigint[], %s::text[]) n(id, state) WHERE m.id = n.id AND m.id = ANY(%s)",
            ([row.id for row in old], [row.state for row in old], [row.id for row in old]),
        )


def _messages(desk: Desk) -> Iterable[str]:
    for message, one in desk.new_messages:
        sent_at = message.at if one.state == "sent" else None
        yield row(
            str(one.id), str(message.inbox_id), message.name, message.edition, BY_MESSAGE[message.name].flow,
            message.guid, plain(message.sender), one.state, str(len(message.documents)), moment(message.at),
            moment(one.hold_until), moment(sent_at), _json(message.signature),
        )  # fmt: skip


def _bodies(documents: Sequence[DocumentRow]) -> Iterable[str]:
    """What the documents of a message say, sealed as one."""
    found: dict[int, list[tuple[int, msgspec.Raw]]] = {}
    for one in documents:
        found.setdefault(one.message_id, []).append((one.position, msgspec.Raw(one.packed)))
    for message_id, rows in found.items():
        yield row(str(message_id), binary(contents.sealed(rows)))


def _document(one: DocumentRow) -> str:
    # the hot rows are written with the mark between fields (kernel.copying.FIELD) in place: half of joining them
    return (
        f"{one.id}\x01{one.message_id}\x01{one.position}\x01{one.kind.number}\x01{one.edition}\x01{one.key}\x01"
        f"{NULL if one.trade_hash is None else one.trade_hash}\x01{one.app_type}\x01{one.app_time}\x01{plain(one.sender)}\x01{numbers(tuple(one.parties))}\x01"
        f"{one.buyer}\x01{one.state}\x01{_json(one.reasons) if one.reasons else '[]'}\x01{moment(one.accepted_at)}\x01"
        f"{one.accepted_on}"
    )


def _trade(one: TradeRow) -> str:
    """In the order of COLUMNS."""
    return (
        f"{one.id}\x01{one.hash}\x01{one.key}\x01{one.flow}\x01{one.mode}\x01{plain(one.order_id)}\x01{plain(one.payment_id)}\x01"
        f"{plain(one.waybill_id)}\x01{plain(one.list_id)}\x01{plain(one.receipts_id)}\x01{plain(one.list_message)}\x01"
        f"{plain(one.waybill_hash)}\x01{one.order_no}\x01{one.pay_no}\x01{one.logistics_no}\x01{one.cop_no}\x01"
        f"{one.pre_no}\x01{one.invt_no}\x01{one.bill_no}\x01{one.state}\x01{one.customs_status}\x01{one.return_time}\x01"
        f"{words(one.missing)}\x01{_json(one.reasons) if one.reasons else '[]'}\x01{one.holder}\x01{_json(one.firms)}\x01"
        f"{numbers(tuple(one.parties))}\x01{one.buyer}\x01{one.customs_code}\x01{one.unit}\x01{plain(one.value)}\x01"
        f"{plain(one.tax)}\x01{binary(one.assessment)}\x01{_json(one.stages)}\x01{moment(one.wait_until)}\x01"
        f"{moment(one.first_at)}\x01{moment(one.changed_at)}\x01{plain(one.accepted_on)}\x01{flag(one.history)}\x01{plain(one.edition)}"
    )


def _receipts(desk: Desk) -> Iterable[str]:
    for one in desk.receipts:
        yield row(
            str(desk.new_id(day_of(one.received_at))), one.name, plain(one.document_id), plain(one.trade_id), one.key,
            one.return_status, one.return_time, one.info, one.pre_no, one.invt_no,
            flag(one.applied), one.why, str(one.inbox_id), moment(one.received_at), numbers(tuple(one.parties)),
        )  # fmt: skip


def _key(one: KeyRow) -> str:
    return (
        f"{one.hash}\x01{one.namespace}\x01{one.key}\x01{one.document_id}\x01{NULL if one.trade_hash is None else one.trade_hash}\x01{one.fingerprint}\x01"
        f"{one.app_time}\x01{one.accepted_on}\x01{'t' if one.deleted else 'f'}"
    )


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


def _remove_trades(cursor: Cursor, rows: Sequence[TradeRow]) -> None:
    """Take away trades that are copied anew in a moment: what moves in every index costs half of an UPDATE so.

    Nobody else writes trades (the batch lock), and whoever reads sees the one or the other, never none.
    """
    if rows:
        numbers_ = ascending(one.id for one in rows)
        cursor.execute("DELETE FROM clearance_trade WHERE id = ANY(%s::bigint[])", (numbers_,))


def _update_trades(cursor: Cursor, rows: Sequence[TradeRow]) -> None:
    if not rows:
        return
    cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS pz_trade_staging (LIKE clearance_trade) ON COMMIT DELETE ROWS")
    cursor.execute(
        "DELETE FROM pz_trade_staging"
    )  # empty but for a second batch of one transaction; TRUNCATE takes longer
    copy(cursor, "pz_trade_staging", COLUMNS, map(_trade, rows))
    assignments = ", ".join(f"{name} = s.{name}" for name in _CHANGING)
    cursor.execute(
        # the numbers are said twice: they keep the planner to the days they lie in
        f"UPDATE clearance_trade t SET {assignments} FROM pz_trade_staging s"  # noqa: S608
        " WHERE t.id = s.id AND t.id = ANY(%s::bigint[])",
        (ascending(row.id for row in rows),),
    )


_id = attrgetter("id")


def _json(value: object) -> str:
    # a NUL cannot be stored in jsonb; a lone surrogate cannot leave Python: neither can come from XML
    return _encoder.encode(value).decode()
