"""COPY in text form: rows are written as lines, because that costs a tenth of adapting every value.

What fields may hold is looked at once for the whole block; only a block with a character that COPY reads as its own
is written row by row. Delimiter and NULL are characters that no XML text, number or JSON can hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pilotzone.kernel import resting

FIELD, NULL, _HEX = "\x01", "\x02", "\x03"
_HEX_MARK = _HEX.encode()
_FORM = "DELIMITER E'\\x01', NULL E'\\x02'"


def copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[str]) -> None:
    """Append rows to a table; a row is its fields between FIELD: texts (JSON too) or what `plain` and its neighbours make.

    `cursor` is a raw psycopg cursor of a role without row-level security (flood); names are our own. No field may hold
    a character below U+0004: XML has none, JSON escapes them.
    """
    lines = list(rows)
    if not lines:
        return
    block = "\n".join(lines)
    if "\\" in block or "\r" in block or block.count("\n") >= len(lines):
        block = "\n".join([_escaped(line) for line in lines])
    data = block.encode()
    if _HEX_MARK in data:
        data = data.replace(_HEX_MARK, b"\\\\x")
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN ({_FORM})") as copy_:
        copy_.write(data + b"\n")


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def row(*fields: str) -> str:
    """A row of these fields."""
    return FIELD.join(fields)


def plain(value: Any) -> str:
    """A text, a number, a day or a moment as a field; None is NULL."""
    return NULL if value is None else str(value)


def flag(value: bool) -> str:
    """A boolean as a field."""
    return "t" if value else "f"


def binary(value: bytes | None) -> str:
    """Bytes as a field."""
    return NULL if value is None else _HEX + value.hex()


def array(values: Iterable[object]) -> str:
    """Whole numbers (or NULL, as that word) as an array's text, for a field or for `%s::bigint[]`: a list adapted one by one costs ten times that."""
    return "{" + ",".join(map(str, values)) + "}"


def ascending(values: Iterable[int]) -> str:
    """Numbers to look for, as an array's text: in order an index is walked once and not sought out anew for each."""
    return "{" + ",".join(map(str, sorted(values))) + "}"


@lru_cache(maxsize=8192)
def numbers(values: tuple[int, ...]) -> str:
    """Whole numbers that come again and again as an array's field."""
    return array(values)


def texts(values: Iterable[str]) -> str | list[str]:
    """Texts for `%s::text[]`: written by hand, which costs a tenth of adapting each, unless one holds what must be escaped."""
    found = list(values)
    block = "".join(found)
    if '"' in block or "\\" in block:
        return found
    return '{"' + '","'.join(found) + '"}' if found else "{}"


def words(values: Sequence[str]) -> str:
    """Plain words (letters, digits, _ and .) as an array's field."""
    return "{" + ",".join(values) + "}"


@lru_cache(maxsize=8192)
def moment(value: datetime | None) -> str:
    """A moment as a field; a batch has few of them."""
    return NULL if value is None else value.isoformat()


resting.forgotten(numbers.cache_clear)
resting.forgotten(moment.cache_clear)
