"""The versions of the reference data by which trades were judged: a small number with each trade, its version here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pilotzone.kernel.cursor import Cursor
from pilotzone.kernel.database import cursor_of
from pilotzone.reference import edition


def in_use(cursor: Cursor) -> int:
    """The number of the version in use, noted in the caller's transaction when it is new; asked once a batch."""
    version = edition.version()
    for _ in range(2):
        cursor.execute("SELECT id FROM clearance_edition WHERE version = %s", (version,))
        row = cursor.fetchone()
        if row is not None:
            return int(row[0])
        cursor.execute("INSERT INTO clearance_edition (version) VALUES (%s) ON CONFLICT DO NOTHING", (version,))
    raise LookupError(version)


def of_trades(trades: Iterable[int]) -> dict[int, dict[str, Any]]:
    """By trade: {version, since (zone time of its first use), current: whether it is still the one in use}."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT t.id, e.version, e.first_at FROM clearance_trade t JOIN clearance_edition e ON e.id = t.edition"
            " WHERE t.id = ANY(%s)",
            (sorted(set(trades)),),
        )
        rows = cursor.fetchall()
    now = edition.version()
    return {id_: {"version": version, "since": since, "current": version == now} for id_, version, since in rows}
