"""Rows of the hub's tables as plain dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

from pilotzone.kernel.database import cursor_of


def every(sql: str, values: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
    """All rows of a question, by column name."""
    with cursor_of() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]  # type: ignore[attr-defined]  # the protocol names what rooms need
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def first(sql: str, values: tuple[Any, ...] = ()) -> dict[str, Any] | None:
    """The first row, None without one."""
    return next(iter(every(sql, values)), None)


def run(sql: str, values: tuple[Any, ...] = ()) -> int:
    """Change rows; answers how many."""
    with cursor_of() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def bulk(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """One statement with arrays (`%b`), bound by the server: Django's own cursor would write and read bytes as text, twice as long.

    Answers the rows it returns, none where it returns nothing. In the caller's transaction.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, binary=True)
        return cursor.fetchall() if cursor.description else []
