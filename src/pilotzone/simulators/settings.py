"""What a counterpart was told to be like: a structure under a name, kept in the simulators' own table."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]
Kind = TypeVar("Kind", bound=msgspec.Struct)


def read(connection: Connection, name: str, kind: type[Kind]) -> Kind:
    """What is in force under a name; what is usual where nothing was told."""
    row = connection.execute("SELECT value FROM simulators.setting WHERE name = %s", (name,)).fetchone()
    return msgspec.convert(row[0], kind) if row else kind()


def change(connection: Connection, name: str, kind: type[Kind], changes: dict[str, Any]) -> Kind:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    merged = msgspec.convert({**msgspec.structs.asdict(read(connection, name, kind)), **changes}, kind)
    connection.execute(
        "INSERT INTO simulators.setting VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, Jsonb(msgspec.structs.asdict(merged))),
    )
    return merged
