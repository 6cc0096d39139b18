"""What a counterpart was told: a structure or a plain value under a name, kept in the simulators' own table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]
Kind = TypeVar("Kind", bound=msgspec.Struct)


def read(connection: Connection, name: str, kind: type[Kind]) -> Kind:
    """What is in force under a name; what is usual where nothing was told."""
    told = find(connection, name)
    return kind() if told is None else msgspec.convert(told, kind)


def change(connection: Connection, name: str, kind: type[Kind], changes: dict[str, Any]) -> Kind:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    with held(connection, name):
        merged = msgspec.convert({**msgspec.structs.asdict(read(connection, name, kind)), **changes}, kind)
        keep(connection, name, msgspec.structs.asdict(merged))
    return merged


@contextmanager
def held(connection: Connection, name: str) -> Iterator[None]:
    """Who reads what is kept under a name to change it is alone in that, until the transaction ends: the caller's, where it has one."""
    with connection.transaction() if connection.autocommit else nullcontext():  # the former would end the caller's
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('simulators.setting'), hashtext(%s))", (name,))
        yield


def find(connection: Connection, name: str) -> Any:
    """The plain value kept under a name; None where there is none."""
    row = connection.execute("SELECT value FROM simulators.setting WHERE name = %s", (name,)).fetchone()
    return row[0] if row else None


def keep(connection: Connection, name: str, value: Any) -> None:
    """Keep a plain value under a name; the later one stands."""
    connection.execute(
        "INSERT INTO simulators.setting VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, Jsonb(value)),
    )


def names(connection: Connection, prefix: str) -> list[str]:
    """The names that begin so and something is kept under, in order."""
    rows = connection.execute(
        "SELECT name FROM simulators.setting WHERE starts_with(name, %s) ORDER BY name", (prefix,)
    ).fetchall()
    return [row[0] for row in rows]
