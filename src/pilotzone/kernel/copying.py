"""COPY in text form: rows are written as lines, because that costs a tenth of adapting every value.

What a field may hold is looked at once for the whole block; only a block with a character that COPY reads as its own
is written field by field. Marks that no XML text, number or JSON can hold stand for what is written at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

_FIELD, _ROW, NULL, _HEX = "\x00", "\x01", "\x02", "\x03"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}


def copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Append rows to a table; each row's fields are texts (JSON too) or what `plain` and its neighbours make.

    `cursor` is a raw psycopg cursor of a role without row-level security (flood); names are our own. No field may hold
    a character below U+0004: XML has none, JSON escapes them.
    """
    block = _ROW.join([_FIELD.join(row) for row in rows])
    if not block:
        return
    if _SPECIAL.search(block) is not None:
        block = block.translate(_ESCAPES)
    block = block.replace(_FIELD, "\t").replace(_ROW, "\n").replace(NULL, "\\N").replace(_HEX, "\\\\x")
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy_:
        copy_.write(block.encode() + b"\n")


def plain(value: Any) -> str:
    """A text, a number, a day or a moment as a field; None is NULL."""
    return NULL if value is None else str(value)


def flag(value: bool) -> str:
    """A boolean as a field."""
    return "t" if value else "f"


def binary(value: bytes | None) -> str:
    """Bytes as a field."""
    return NULL if value is None else _HEX + value.hex()


def array(values: Iterable[int]) -> str:
    """Whole numbers as an array's text, for a field or for `%s::bigint[]`: a list adapted one by one costs ten times that."""
    return "{" + ",".join(map(str, values)) + "}"


@lru_cache(maxsize=8192)
def numbers(values: tuple[int, ...]) -> str:
    """Whole numbers that come again and again as an array's field."""
    return array(values)


def words(values: Sequence[str]) -> str:
    """Plain words (letters, digits, _ and .) as an array's field."""
    return "{" + ",".join(values) + "}"


@lru_cache(maxsize=8192)
def moment(value: datetime | None) -> str:
    """A moment as a field; a batch has few of them."""
    return NULL if value is None else value.isoformat()
