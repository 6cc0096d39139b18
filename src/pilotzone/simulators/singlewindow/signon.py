"""The single window's sign-on, simulated: an account, a one-time code, and who that is. Accounts are synthetic."""

from __future__ import annotations

import hmac
from typing import Any

import psycopg
from psycopg.types.json import Jsonb


def register(connection: psycopg.Connection[Any], account: str, code: str, person: dict[str, Any]) -> None:
    """Make an account known, or change it. `person` is what the single window tells of it: name, enterprise, role."""
    connection.execute(
        "INSERT INTO simulators.setting VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (f"signon:{account}", Jsonb({"code": code, "person": person})),
    )


def sign_on(connection: psycopg.Connection[Any], account: str, code: str) -> dict[str, Any] | None:
    """Who the account belongs to, or None where account and code do not fit."""
    row = connection.execute("SELECT value FROM simulators.setting WHERE name = %s", (f"signon:{account}",)).fetchone()
    if row is None or not hmac.compare_digest(str(row[0]["code"]).encode(), code.encode()):
        return None
    told: dict[str, Any] = row[0]["person"]
    return told
