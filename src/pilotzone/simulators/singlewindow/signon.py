"""The single window's sign-on, simulated: an account, a one-time code, and who that is. Accounts are synthetic."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

NAME = "singlewindow"


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the sign-on behaves. delay_ms: before each answer; down: it answers 503."""

    delay_ms: int = 0
    down: bool = False


def behaviour(connection: psycopg.Connection[Any]) -> Behaviour:
    """The behaviour in force."""
    row = connection.execute("SELECT value FROM simulators.setting WHERE name = %s", (NAME,)).fetchone()
    return msgspec.convert(row[0], Behaviour) if row else Behaviour()


def behave(connection: psycopg.Connection[Any], changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    merged = msgspec.convert({**msgspec.structs.asdict(behaviour(connection)), **changes}, Behaviour)
    _keep(connection, NAME, msgspec.structs.asdict(merged))
    return merged


def register(connection: psycopg.Connection[Any], account: str, code: str, person: dict[str, Any]) -> None:
    """Make an account known, or change it. `person` is what the single window tells of it: name, enterprise, role."""
    _keep(connection, f"signon:{account}", {"code": code, "person": person})


def sign_on(connection: psycopg.Connection[Any], account: str, code: str) -> dict[str, Any] | None:
    """Who the account belongs to, or None where account and code do not fit."""
    row = connection.execute("SELECT value FROM simulators.setting WHERE name = %s", (f"signon:{account}",)).fetchone()
    if row is None or not hmac.compare_digest(str(row[0]["code"]).encode(), code.encode()):
        return None
    told: dict[str, Any] = row[0]["person"]
    return told


def _keep(connection: psycopg.Connection[Any], name: str, value: dict[str, Any]) -> None:
    connection.execute(
        "INSERT INTO simulators.setting VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, Jsonb(value)),
    )
