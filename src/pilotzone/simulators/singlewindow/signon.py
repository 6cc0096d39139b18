"""The single window's sign-on, simulated: an account, a one-time code, and who that is. Accounts are synthetic."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
import psycopg

from pilotzone.simulators import settings

NAME = "singlewindow"


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the sign-on behaves. delay_ms: before each answer; down: it answers 503."""

    delay_ms: int = 0
    down: bool = False


def behaviour(connection: psycopg.Connection[Any]) -> Behaviour:
    """The behaviour in force."""
    return settings.read(connection, NAME, Behaviour)


def behave(connection: psycopg.Connection[Any], changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, NAME, Behaviour, changes)


def register(connection: psycopg.Connection[Any], account: str, code: str, person: dict[str, Any]) -> None:
    """Make an account known, or change it. `person` is what the single window tells of it: name, enterprise, role."""
    settings.keep(connection, f"signon:{account}", {"code": code, "person": person})


def sign_on(connection: psycopg.Connection[Any], account: str, code: str) -> dict[str, Any] | None:
    """Who the account belongs to, or None where account and code do not fit."""
    known = settings.find(connection, f"signon:{account}")
    if known is None or not hmac.compare_digest(str(known["code"]).encode(), code.encode()):
        return None
    told: dict[str, Any] = known["person"]
    return told
