"""COPY in text form: rows are written as lines, because that costs a tenth of adapting every value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

NULL = "\\N"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}


def copy(cursor: Any, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Append rows to a table; each line holds the fields as `text` and its neighbours write them, joined by tabs.

    `cursor` is a raw psycopg cursor of a role without row-level security (flood); names are our own.
    """
    block = "\n".join(lines)
    if not block:
        return
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy_:
        copy_.write(block.encode() + b"\n")


def text(value: str | None) -> str:
    """A text (JSON too) as a field."""
    if value is None:
        return NULL
    return value if _SPECIAL.search(value) is None else value.translate(_ESCAPES)


def plain(value: Any) -> str:
    """A number, a day or a moment as a field; None is NULL."""
    return NULL if value is None else str(value)


def flag(value: bool) -> str:
    """A boolean as a field."""
    return "t" if value else "f"


def binary(value: bytes | None) -> str:
    """Bytes as a field."""
    return NULL if value is None else "\\\\x" + value.hex()


def numbers(values: Iterable[int]) -> str:
    """Whole numbers as an array's field."""
    return _numbers(tuple(values))


def words(values: Sequence[str]) -> str:
    """Plain words (letters, digits, _ and .) as an array's field."""
    return "{" + ",".join(values) + "}"


@lru_cache(maxsize=8192)
def _numbers(values: tuple[int, ...]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


@lru_cache(maxsize=8192)
def moment(value: datetime | None) -> str:
    """A moment as a field; a batch has few of them."""
    return NULL if value is None else value.isoformat()
