"""How a batch reaches SQL: all rows of a table in one statement, as one array a column or as one JSON text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from pilotzone.kernel.copying import array, texts


class Columns:
    """Rows of columns of these types ("list_key text, turn int, …") as arrays: what the flood writes by the thousand.

    An array's text written by hand costs PostgreSQL a third of the same rows as JSON. `sql`: the rows as a table named
    `new`, with a place for each array; `of`: the arrays. Types: text, int, bigint, numeric, bool, timestamptz; all but
    text and bool may be None.
    """

    def __init__(self, columns: str) -> None:
        pairs = [one.split() for one in columns.split(",")]
        self.names = ", ".join(name for name, _ in pairs)
        self.types = [type_ for _, type_ in pairs]
        self.sql = f"unnest({', '.join(f'%s::{type_}[]' for type_ in self.types)}) AS new ({self.names})"

    def of(self, rows: Sequence[Sequence[Any]]) -> list[str | list[str]]:
        """The arrays of these rows, one a column."""
        return [_array(type_, column) for type_, column in zip(self.types, zip(*rows, strict=True), strict=True)]


def _array(type_: str, column: Sequence[Any]) -> str | list[str]:
    if type_ == "text":
        return texts(column)
    if type_ == "bool":
        return array("t" if one else "f" for one in column)
    return array("NULL" if one is None else _told(one) for one in column)


def _told(value: int | Decimal | datetime) -> str:
    return f'"{value.isoformat()}"' if isinstance(value, datetime) else str(value)


def rows_of(names: str, rows: Sequence[Sequence[Any]]) -> str:
    """The rows as the JSON that `json_to_recordset` reads; `names`: their columns, separated by blanks.

    For columns that are lists or documents themselves. Decimals and days travel as text, unchanged.
    """
    keys = names.split()
    return msgspec.json.encode([dict(zip(keys, row, strict=True)) for row in rows]).decode()
