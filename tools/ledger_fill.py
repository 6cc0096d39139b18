"""Puts generated ledgers (合成数据) into the tables of the rooms themselves, so that a reconciliation reads what it reads in life.

Written with COPY by the server's own role, triggers off: what a room would have decided for each row, the generator
decides. Only what its checks allow is written: a receipt told by two banks stands for one used twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from itertools import islice
from typing import Any

import msgspec
import psycopg

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.copying import NULL, array, binary, copy, row
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance.engine import keys, kinds
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.tracking.engine.reconcile.records import Billed, Held, Linked, Listed, Received, Registered
from pilotzone.rooms.tracking.tests.ledgers import DAY, EXPORTED, Ledgers

FIRST, BLOCK, MESSAGE = first_id(DAY), 20_000, 100  # number of the first trade; rows a COPY; documents a message
BANK, OTHER_BANK, PAYEE = 900_001, 900_002, 1000
LIST_EXPORT = kinds.BY_MESSAGE["CEB603Message"].number
TWIN = 10**9  # trades above it repeat the number of another
NOON = datetime.combine(DAY, time(12), SHANGHAI).isoformat()
TABLES = ("clearance_trade", "clearance_document", "clearance_body")
FILLED = (
    *TABLES,
    "clearance_key",
    "tax_bill",
    "tax_guarantee_hold",
    "tax_export_registration",
    "fx_receipt",
    "fx_document",
    "fx_link",
)
_pack = msgspec.msgpack.Encoder().encode
Row = tuple[str, str]  # table with columns, fields


def fill(dsn: str, ledgers: Ledgers) -> None:
    """Write every ledger; `dsn` is of a role that may switch triggers off. The rows are committed and analysed."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        for table in TABLES:
            cursor.execute("SELECT pz_partition(%s, %s)", (table, DAY))
        _every(cursor, "lists", ledgers.side("lists"))
        for side in ("bills", "held", "registered", "linked"):
            _every(cursor, side, ledgers.side(side))
        _every(cursor, "received", (_paid(one, ledgers) for one in ledgers.side("received")))
        connection.commit()
        connection.autocommit = True
        for table in FILLED:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _every(cursor: Any, side: str, rows: Iterator[Any]) -> None:
    for chunk in _batched(rows, BLOCK):
        by_table: dict[str, list[str]] = {}
        for table, fields in _ROWS[side](chunk):
            by_table.setdefault(table, []).append(fields)
        for table, lines in by_table.items():
            copy(cursor, table, COLUMNS[table].split(), lines)


def _batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def _lists(chunk: Sequence[Listed]) -> Iterator[Row]:
    for one in chunk:
        yield "clearance_trade", _trade(one)
        if one.trade < TWIN:
            yield "clearance_key", _key(keys.INVT_NO, one.number, 0, one.trade)
        yield "clearance_key", _key(keys.TRADE, f"trade {one.trade}", FIRST + one.trade, one.trade)
    exports = [one for one in chunk if one.flow == EXPORTED]
    for some in _batched(exports, MESSAGE):
        message = FIRST + some[0].trade
        yield "clearance_body", row(str(message), binary(_body(some)))
        for position, one in enumerate(some):
            yield "clearance_document", _document(one, message, position)


def _trade(one: Listed) -> str:
    stages = {
        name: NOON
        for name, day in (
            ("released", one.released), (kinds.SIGNED_FOR, one.signed), ("cancelled", one.cancelled), ("refunded", one.returned),
        )
        if day
    }  # fmt: skip
    state = "cancelled" if one.cancelled else "released" if one.standing else "sent"
    number = str(FIRST + one.trade)
    return row(
        number, str(_trade_hash(one.trade)), f"trade {one.trade}", one.flow, one.mode, number, one.number, state,
        msgspec.json.encode({"ebc": one.firm}).decode(), array((one.firm,)), one.unit, _money(one.tax),
        msgspec.json.encode(stages).decode(), NOON, NOON, "", "{}", "[]", "f", *[""] * 10,
    )  # fmt: skip


def _document(one: Listed, message: int, position: int) -> str:
    return row(
        str(FIRST + one.trade), str(message), str(position), str(LIST_EXPORT), "1", one.number, array((one.firm,)),
        "accepted", "[]", NOON, DAY.isoformat(), "", "", "",
    )  # fmt: skip


def _body(some: Sequence[Listed]) -> bytes:
    """A message's export lists, sealed; a list whose value in dollars nobody knows is in a currency without a table."""
    told = []
    for position, one in enumerate(some):
        currency = "502" if one.worth is not None else "300"
        lines = [
            {"gnum": str(line), "totalPrice": _money(fen), "currency": currency} for line, fen, _ in one.lines
        ]  # fmt: skip
        told.append((position, msgspec.Raw(_pack(({"freight": "0"}, lines)))))
    return contents.sealed(told)


def _key(namespace: int, text: str, document: int, trade: int) -> str:
    hashed = _trade_hash(trade) if namespace == keys.TRADE else keys.key_hash(namespace, text)
    return row(
        str(hashed), str(namespace), text, str(document), str(_trade_hash(trade)), "0", "", DAY.isoformat(), "f"
    )  # fmt: skip


def _trade_hash(trade: int) -> int:
    return keys.trade_hash("E", f"trade {trade}")


def _bills(chunk: Sequence[Billed]) -> Iterator[Row]:
    for one in chunk:
        yield "tax_bill", row(
            one.number, one.key, "1", NOON, "0", "0", _money(one.fen), array((one.firm,)), "", "", "[]", NOON, "", "", "",
        )  # fmt: skip


def _held(chunk: Sequence[Held]) -> Iterator[Row]:
    for one in chunk:
        number = FIRST + int(one.key)
        yield "tax_guarantee_hold", row(f"{number}:{number}", "1", _money(one.fen), _money(one.released), "1")


def _registered(chunk: Sequence[Registered]) -> Iterator[Row]:
    for one in chunk:
        amount = _money(one.fen)
        yield "tax_export_registration", row(
            one.key, str(one.line), str(one.firm), f"{one.on:%Y-%m}", one.on.isoformat(), "T恤", "011", "1", amount, amount, NOON,
            "none", "", "t", "t", "waiting", "{}", "waits", "{}",
        )  # fmt: skip


def _linked(chunk: Sequence[Linked]) -> Iterator[Row]:
    for one in chunk:
        key, usd = f"trade:{FIRST + int(one.key)}", _money(one.usd)
        exporter = str(int(one.key) % 97)
        yield "fx_document", row(key, one.key, exporter, one.currency, _money(one.value), _money(one.worth), usd)
        yield "fx_link", row(str(one.receipt), key, usd, '{"mode": "9610"}', NOON)


def _paid(one: Received, ledgers: Ledgers) -> Received:
    """The receipt with its payee as the link to the list tells it."""
    other = ledgers.planted.get(int(one.number.removeprefix("R"))) == "payee_other"
    return msgspec.structs.replace(one, firm=PAYEE) if other else one


def _received(chunk: Sequence[Received]) -> Iterator[Row]:
    for one in chunk:
        if one.usd < one.linked:  # the room's checks refuse that: another bank tells the same receipt again
            yield "fx_receipt", _receipt(msgspec.structs.replace(one, usd=one.fen))
            yield (
                "fx_receipt",
                _receipt(
                    msgspec.structs.replace(one, receipt=one.receipt + 10**9, bank=OTHER_BANK, usd=one.fen, linked=0)
                ),
            )
        else:
            yield "fx_receipt", _receipt(msgspec.structs.replace(one, bank=BANK))


def _receipt(one: Received) -> str:
    return row(
        str(one.receipt), str(one.bank), one.number, str(one.firm), one.currency, _money(one.fen), _money(one.usd),
        one.on.isoformat(), "done", "goods", _money(one.linked), NOON, "SYNTHETIC BUYER", "", "", "f", "[]", "0", "0", "0", "0", "0",
        "[]", "", "f",
    )  # fmt: skip


def _money(fen: int | None) -> str:
    return NULL if fen is None else f"{fen // 100}.{fen % 100:02d}"


_ROWS: dict[str, Any] = {
    "lists": _lists, "bills": _bills, "held": _held, "registered": _registered, "linked": _linked, "received": _received,
}  # fmt: skip
COLUMNS = {
    "clearance_trade": "id hash key flow mode list_id invt_no state firms parties unit tax stages first_at changed_at"
    " order_no missing reasons history pay_no logistics_no cop_no pre_no bill_no customs_status return_time holder buyer customs_code",
    "clearance_document": "id message_id position kind edition key parties state reasons accepted_at accepted_on buyer app_type app_time",
    "clearance_body": "message_id body",
    "clearance_key": "hash namespace key document_id trade_hash fingerprint app_time accepted_on deleted",
    "tax_bill": "tax_no invt_no status returned_at customs_tariff customs_consumption_tax customs_vat parties guid assure_code"
    " lines stored_at list_key duty_no buyer_key",
    "tax_guarantee_hold": "list_key organisation_id amount released turn",
    "tax_export_registration": "list_no line_no organisation_id month exported_on goods_name unit quantity price amount"
    " registered_at voucher invoice_no invoice_matches sold match differs treatment assessment",
    "fx_receipt": "id bank_id number organisation_id currency amount usd received_on state purpose linked_usd taken_at payer"
    " country agency via_institution collecting settled credited returned refunded netted_usd legs outcome counts_quota",
    "fx_document": "key number exporter_id currency amount usd used_usd",
    "fx_link": "receipt_id document_id usd facts linked_at",
}
