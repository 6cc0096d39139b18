"""What the departments' systems have in common when they answer the hub: one question, and rows they were told by key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

MOST = 1001  # one more than the hub tells on, so that it can say there are too many
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A question: the resource, what is asked by field, and the zone's time."""

    connection: psycopg.Connection[Any]
    resource: str
    where: Mapping[str, str]
    now: datetime


Tells = Callable[[Told], list[Row]]


def by_key(key: str) -> Tells:
    """Rows as they were told, of one key or of all."""

    def tell(asked: Told) -> list[Row]:
        found = asked.connection.execute(
            "SELECT data -> 'rows' FROM simulators.register_entry WHERE register = %s AND (%s::text IS NULL OR uscc = %s)"
            " ORDER BY uscc LIMIT %s",
            (asked.resource, asked.where.get(key), asked.where.get(key), MOST),
        ).fetchall()
        return [row for (rows,) in found for row in rows][:MOST]

    return tell


def register(asked: Told, name: str) -> list[tuple[str, dict[str, Any], datetime]]:
    """The bodies of a register, one or all: credit code, data, when they changed."""
    uscc = asked.where.get("uscc")
    return asked.connection.execute(
        "SELECT uscc, data, changed_at FROM simulators.register_entry WHERE register = %s"
        " AND (%s::text IS NULL OR uscc = %s) AND NOT data ? 'see' ORDER BY uscc LIMIT %s",
        (name, uscc, uscc, MOST),
    ).fetchall()


def uscc_of(asked: Told, customs_code: str) -> str:
    """The credit code of the firm customs knows by this code; empty where it knows none."""
    row = asked.connection.execute(
        "SELECT uscc FROM simulators.register_entry WHERE register = 'customs' AND data ->> 'tradeCode' = %s LIMIT 1",
        (customs_code,),
    ).fetchone()
    return str(row[0]) if row else ""


def customs_code_of(asked: Told, uscc: str) -> str:
    """The code customs knows the firm by; empty where it knows none."""
    row = asked.connection.execute(
        "SELECT data ->> 'tradeCode' FROM simulators.register_entry WHERE register = 'customs' AND uscc = %s", (uscc,)
    ).fetchone()
    return str(row[0] or "") if row else ""
