"""A table of the session to COPY into: COPY refuses tables with row-level security, INSERT … SELECT obeys it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pilotzone.kernel.copying import copy, row


def temporary(cursor: Any, table: str, columns: Sequence[tuple[str, str]]) -> None:
    """An empty `pg_temp.table` with these (column, type); empty again after the transaction. Names are our own."""
    cursor.execute("SELECT to_regclass(%s)", [f"pg_temp.{table}"])
    if cursor.fetchone()[0] is None:
        told = ", ".join(f"{name} {kind}" for name, kind in columns)
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({told}) ON COMMIT DELETE ROWS")
    else:
        # left by a former batch of this transaction; TRUNCATE takes a millisecond where there is nothing
        cursor.execute(f"DELETE FROM pg_temp.{table}")  # noqa: S608 (our own names)


def stage(cursor: Any, table: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> None:
    """Fill `pg_temp.table` with rows, fields as kernel/copying.py makes them; what an earlier call left in it is gone."""
    temporary(cursor, table, columns)
    copy(cursor, f"pg_temp.{table}", [name for name, _ in columns], (row(*fields) for fields in rows))
