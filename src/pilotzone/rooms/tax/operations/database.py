"""How a batch reaches SQL: rows turned into one array per column, so that each table is written by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Cursor(Protocol):
    """What a batch needs of a cursor; psycopg's and Django's both have it."""

    rowcount: int

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """The rows, each of `width` values, as `width` arrays."""
    return [[row[place] for row in rows] for place in range(width)]
