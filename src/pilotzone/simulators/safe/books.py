"""What SAFE knows and how it behaves. Rows are told it by the demonstration or a test; reports come from the platform."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from pilotzone.simulators import settings

Connection = psycopg.Connection[Any]
KINDS = ("names", "rates", "months")
KEYS = {"names": ("code",), "rates": ("month", "currency"), "months": ("code", "month")}
NAME = "safe"


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How SAFE behaves. down: it answers 503; refuse_reports: it takes no trade-credit report; delay_ms: before an answer."""

    down: bool = False
    refuse_reports: bool = False
    delay_ms: int = 0


def read(connection: Connection) -> Behaviour:
    """The behaviour in force."""
    return settings.read(connection, NAME, Behaviour)


def change(connection: Connection, changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, NAME, Behaviour, changes)


def tell(connection: Connection, kind: str, rows: Iterable[dict[str, Any]]) -> int:
    """Let SAFE know rows of a kind; the later word stands. Raises KeyError for another kind or a row without its key."""
    told = [("|".join(str(row[name]) for name in KEYS[kind]), Jsonb(row)) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO simulators.safe_row VALUES (%s, %s, %s) ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data",
            [(kind, key, data) for key, data in told],
        )
    return len(told)


def rows(connection: Connection, kind: str) -> list[dict[str, Any]]:
    """Everything of a kind."""
    found = connection.execute("SELECT data FROM simulators.safe_row WHERE kind = %s ORDER BY key", (kind,)).fetchall()
    return [row[0] for row in found]


def take_reports(connection: Connection, reports: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Take trade-credit reports: id → the number given; the same id again gets the same number."""
    numbers = {}
    for report in reports:
        row = connection.execute(
            "INSERT INTO simulators.safe_report (id, data) VALUES (%s, %s)"
            " ON CONFLICT (id) DO UPDATE SET times = safe_report.times + 1 RETURNING number",
            (str(report["id"]), Jsonb(report)),
        ).fetchone()
        assert row is not None
        numbers[str(report["id"])] = f"SYN-TC-{row[0]:08d}"
    return numbers
