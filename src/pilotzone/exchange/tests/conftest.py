"""A raw connection of role flood whose writes are undone: what a worker sees, without leaving anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pilotzone.exchange.webhooks import courier as couriers


@pytest.fixture
def flood(flood_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[psycopg.Connection[Any]]:
    connection = flood_connect()
    yield connection
    connection.rollback()


@pytest.fixture
def emptied(flood_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[Callable[[], psycopg.Connection[Any]]]:
    """Opens connections that may commit; what lies in the exchange's tables afterwards is removed."""
    opened: list[psycopg.Connection[Any]] = []

    def connect() -> psycopg.Connection[Any]:
        opened.append(flood_connect())
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()
    with flood_connect() as cleaner:
        for table in (
            "exchange_answer", "exchange_inbox", "exchange_inbox_group", "exchange_outbox", "exchange_client",
            "exchange_delivery_attempt", "exchange_delivery", "exchange_hook_cursor", "exchange_hook", "exchange_receipt",
        ):  # fmt: skip
            cleaner.execute(f"DELETE FROM {table}")
        cleaner.execute("UPDATE exchange_cursor SET position = 0")


@pytest.fixture
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier looks at every round, whatever the time."""
    monkeypatch.setattr(couriers, "LOOK_S", 0.0)
