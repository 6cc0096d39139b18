"""A firm's own table: what changes there becomes an order, what cannot be read is said, and nothing is ever written."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.exchange.channels import marketplace, tables
from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.shipped.csv_feed.connector import COLUMNS
from pilotzone.exchange.connectors.store import Store
from pilotzone.exchange.connectors.sync import Sync

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
QUERY = "SELECT * FROM orders WHERE updated >= :since ORDER BY updated, order_no"
ROW = {
    "order_no": "T-1", "status": "paid", "created": "2026-03-02T00:00:00Z", "updated": "2026-03-02T00:00:00Z", "currency": "USD",
    "buyer": "Ana Lima", "country": "US", "freight": "5.00", "discount": "1.98", "tax": "1.44", "fees": "0", "total": "24.44",
    "sku": "MUG", "name": "陶瓷杯", "quantity": "2", "price": "9.99", "amount": "19.98",
}  # fmt: skip


@pytest.fixture
def erp(tmp_path: Path) -> Path:
    path = tmp_path / "erp 100%.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE orders ({', '.join(f'{name} TEXT' for name in COLUMNS)})")
    return path


def put(path: Path, **changed: str) -> None:
    with sqlite3.connect(path) as connection:
        marks = ", ".join("?" for _ in COLUMNS)
        connection.execute("DELETE FROM orders WHERE order_no = ?", ((ROW | changed)["order_no"],))
        connection.execute(f"INSERT INTO orders VALUES ({marks})", [(ROW | changed)[name] for name in COLUMNS])


def test_what_changes_in_the_table_is_news_once(erp: Path, tmp_path: Path) -> None:
    now = [datetime(2026, 3, 3, tzinfo=UTC)]
    given = {"source": f"sqlite:{erp}", "query": QUERY}
    sync = Sync(
        contract.load("table_feed"), given, Store(tmp_path / "store"), marketplace.ask, now=lambda: now[0], wait=lambda seconds: None
    )  # fmt: skip
    put(erp)
    put(erp, order_no="T-2", status="mystery", total="24.44")
    first, again = sync.round(), sync.round()
    assert (first.news, first.held, again.news) == (2, 1, 0)
    now[0] = datetime(2026, 3, 5, tzinfo=UTC)
    put(erp, status="cancelled", updated="2026-03-04T00:00:00Z")
    assert sync.round().news == 1
    assert {entry.number: entry.outcome for entry in sync.store} == {"T-1": "void", "T-2": "held"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DELETE FROM orders", "readonly"), ("SELECT * FROM no_such", "no such table"), ("SELECT 1; SELECT 2", "sqlite"), ("", "no rows"),
    ],
)  # fmt: skip
def test_a_query_that_does_not_do_or_writes_is_refused(erp: Path, query: str, said: str) -> None:
    put(erp)
    with pytest.raises(OSError, match=said):
        tables.rows(f"sqlite:{erp}", query, "")
    with sqlite3.connect(erp) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1,)


@pytest.mark.parametrize("source", ["sqlite:/nowhere/erp.db", "mysql://erp", "", "postgresql://127.0.0.1:1/erp"])
def test_a_database_that_is_not_there_is_told_as_away(source: str) -> None:
    with pytest.raises(OSError):
        tables.rows(source, "SELECT 1", "")


def test_an_answer_that_is_too_large_is_refused(erp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(erp)
    monkeypatch.setattr(tables, "LARGEST_ANSWER", 200)
    with pytest.raises(OSError, match="more than 200"):
        tables.rows(f"sqlite:{erp}", "SELECT * FROM orders", "")


def test_postgresql_answers_the_same_and_is_never_written(flood_connect: Callable[[], psycopg.Connection[Any]]) -> None:
    with flood_connect() as found:
        words = {
            key: value
            for key, value in found.info.get_parameters().items()
            if key in ("host", "user", "dbname", "port")
        }
    address = "postgresql://?" + "&".join(f"{key}={value}" for key, value in words.items())
    query = "SELECT '5%' AS rate, 1.50::numeric AS price, timestamptz '2026-03-02T00:00:00Z' AS updated, NULL AS none WHERE :since::timestamptz < now()"
    (row,) = csv.DictReader(io.StringIO(tables.rows(address, query, BEGIN.isoformat()).decode()))
    assert (row["rate"], row["price"], row["none"]) == ("5%", "1.50", "")
    assert datetime.fromisoformat(row["updated"]) == datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(OSError, match="read-only"):
        tables.rows(address, "CREATE TABLE exchange_not_so (a int)", "")
