"""Customs' books of documents and of buyers' yearly totals: what is read and written for a run of messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Json, Jsonb

Connection = psycopg.Connection[Any]
Head = dict[str, str]


class Entry(NamedTuple):
    """One document in customs' books; `data` holds what the checks compare."""

    key: str
    status: str
    app_time: str
    data: dict[str, Any]


def order_key(head: Head) -> str:
    """Orders are known by platform and number."""
    return f"order|{head['ebpCode']}|{head['orderNo']}"


def payment_key(head: Head) -> str:
    """Payments are found by the order they pay."""
    return f"payment|{head['ebpCode']}|{head['orderNo']}"


def waybill_key(head: Head) -> str:
    """Waybills are known by carrier and number."""
    return f"waybill|{head['logisticsCode']}|{head['logisticsNo']}"


def list_key(head: Head) -> str:
    """Lists are known by their declarant and its own number, else by their order."""
    return f"list|{head['agentCode']}|{head.get('copNo') or head['orderNo']}"


def entry_of(name: str, head: Head, lines: Sequence[Head]) -> Entry:
    """An order, payment, receipt of payment or waybill as customs keeps it."""
    kind = name[:6]
    if kind in ("CEB311", "CEB303"):
        buyer = [head.get("buyerName"), head.get("buyerIdNumber", "").upper()]
        data: dict[str, Any] = {
            "no": head["orderNo"], "paid": _plain(head.get("acturalPaid")), "buyer": buyer,
            "phone": head.get("buyerTelephone"), "pay_code": head.get("payCode"), "lines": len(lines),
        }  # fmt: skip
        return Entry(order_key(head), "120", head["appTime"], data)
    if kind == "CEB411":
        payer = [head["payerName"], head["payerIdNumber"].upper()]
        data = {"amount": _plain(head["amountPaid"]), "pay_code": head["payCode"], "payer": payer}
        return Entry(payment_key(head), "120", head["appTime"], data)
    if kind == "CEB403":
        return Entry(
            f"money|{head['ebcCode']}|{head['orderNo']}", "120", head["appTime"], {"amount": _plain(head["charge"])}
        )
    return Entry(waybill_key(head), "120", head["appTime"], {"order": head.get("orderNo")})


def read(connection: Connection, keys: Iterable[str]) -> dict[str, Entry]:
    """The entries of the given keys."""
    rows = connection.execute(
        "SELECT key, status, app_time, data FROM simulators.customs_document WHERE key = ANY(%s)",
        (list(set(keys)),),
    ).fetchall()
    return {row[0]: Entry(*row) for row in rows}


def write(connection: Connection, entries: Iterable[Entry]) -> None:
    """Keep entries; an entry with an older time than the one kept changes nothing."""
    latest = {entry.key: entry for entry in entries}
    if not latest:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS book_in (LIKE simulators.customs_document) ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM book_in")
        with cursor.copy("COPY book_in FROM STDIN") as copy:
            for entry in latest.values():
                copy.write_row((entry.key, entry.status, entry.app_time, Jsonb(entry.data)))
        cursor.execute(
            "INSERT INTO simulators.customs_document SELECT * FROM book_in ON CONFLICT (key) DO UPDATE"
            " SET status = excluded.status, app_time = excluded.app_time, data = excluded.data"
            " WHERE customs_document.app_time <= excluded.app_time"
        )


def buyer_of(head: Head) -> str:
    """Customs knows a buyer by his document; the simulator keeps a hash of it."""
    text = f"{head.get('buyerIdType')}|{head.get('buyerIdNumber', '').upper()}"
    return hashlib.sha256(text.encode()).hexdigest()


def totals(connection: Connection, buyers: Iterable[str], year: int) -> dict[str, Decimal]:
    """What buyers have used in a year, locked in order until the end of the transaction."""
    wanted = sorted(set(buyers))
    rows = connection.execute(
        "SELECT buyer, total FROM simulators.customs_buyer WHERE year = %s AND buyer = ANY(%s) ORDER BY buyer FOR UPDATE",
        (year, wanted),
    ).fetchall()
    return dict.fromkeys(wanted, Decimal()) | dict(rows)


def book(connection: Connection, year: int, sums: dict[str, Decimal]) -> None:
    """Set buyers' totals of a year."""
    if sums:
        connection.execute(
            "INSERT INTO simulators.customs_buyer SELECT buyer, %s, total::numeric FROM json_each_text(%s)"
            " AS t (buyer, total) ORDER BY buyer ON CONFLICT (buyer, year) DO UPDATE SET total = excluded.total",
            (year, Json({buyer: str(total) for buyer, total in sums.items()})),
        )


def by_number(connection: Connection, invt_no: str) -> Entry | None:
    """The judged list with this number, locked until the end of the transaction."""
    row = connection.execute(
        "SELECT key, status, app_time, data FROM simulators.customs_document WHERE data ->> 'invtNo' = %s FOR UPDATE",
        (invt_no,),
    ).fetchone()
    return Entry(*row) if row else None


def amend(connection: Connection, entry: Entry) -> None:
    """Change what is kept under an entry's key."""
    connection.execute(
        "UPDATE simulators.customs_document SET status = %s, data = %s WHERE key = %s",
        (entry.status, Jsonb(entry.data), entry.key),
    )


def drop_waiting(connection: Connection, invt_no: str) -> bool:
    """Forget a list that waits for its papers; True when there was one (export lists have a number from the first on)."""
    done = connection.execute(
        "DELETE FROM simulators.customs_waiting WHERE data -> 'head' ->> 'invtNo' = %s", (invt_no,)
    )
    return done.rowcount > 0


def give_back(connection: Connection, buyer: str, year: int, price: Decimal) -> None:
    """Take a price off what a buyer has used in a year; never below nothing."""
    connection.execute(
        "UPDATE simulators.customs_buyer SET total = greatest(total - %s, 0) WHERE buyer = %s AND year = %s",
        (price, buyer, year),
    )


def drop_bill(connection: Connection, invt_no: str) -> None:
    """Forget the bill of a list that owes nothing any more, unless it is summed up already."""
    connection.execute("DELETE FROM simulators.customs_bill WHERE invt_no = %s AND status = '1'", (invt_no,))


def _plain(amount: str | None) -> str | None:
    return None if amount is None else format(Decimal(amount).normalize(), "f")
