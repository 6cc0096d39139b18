"""A firm's own table, read and never written: SQLite by the standard library, PostgreSQL by psycopg. Used by the firm's agent only."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

LARGEST_ANSWER = 64 * 1024 * 1024
PATIENCE_S = 60
_SINCE = re.compile(r"(?<![:\w]):since\b")


def rows(source: str, query: str, since: str) -> bytes:
    """What the query answers, as CSV in UTF-8 with a heading. OSError where the database or the query does not do.

    `source`: `sqlite:PATH` or a `postgresql://` address. `:since` in the query becomes the moment (ISO text).
    """
    scheme = source.partition(":")[0]
    if scheme == "sqlite":
        return _sqlite(source.removeprefix("sqlite:"), query, since)
    if scheme in ("postgresql", "postgres"):
        return _postgresql(source, query, since)
    raise OSError("neither sqlite: nor postgresql://")


def _sqlite(path: str, query: str, since: str) -> bytes:
    try:
        connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=PATIENCE_S)
        try:
            cursor = connection.execute(query, {"since": since} if _SINCE.search(query) else {})
            return _csv([one[0] for one in cursor.description or ()], cursor)
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning) as broken:
        raise OSError(f"sqlite: {broken}") from None


def _postgresql(address: str, query: str, since: str) -> bytes:
    import psycopg

    options = f"-c default_transaction_read_only=on -c statement_timeout={PATIENCE_S}s"
    asked, values = query, None
    if _SINCE.search(query):
        asked, values = _SINCE.sub("%(since)s", query.replace("%", "%%")), {"since": since}
    try:
        with psycopg.connect(address, connect_timeout=5, options=options) as connection:
            cursor = connection.execute(asked, values)
            return _csv([one.name for one in cursor.description or ()], cursor)
    except psycopg.Error as broken:
        raise OSError(f"postgresql: {str(broken).splitlines()[0] if str(broken) else type(broken).__name__}") from None


def _csv(names: Sequence[str], found: Iterable[Sequence[Any]]) -> bytes:
    if not names:
        raise OSError("the query answers no rows")
    out = io.StringIO()
    told = csv.writer(out)
    told.writerow(names)
    for row in found:
        told.writerow([_text(value) for value in row])
        if out.tell() > LARGEST_ANSWER:
            raise OSError(f"more than {LARGEST_ANSWER} bytes")
    return out.getvalue().encode()


def _text(value: Any) -> str:
    """A cell; a moment without an offset is UTC, as the generic CSV reads it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
