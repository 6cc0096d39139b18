"""The electronic licence 电子营业执照: the holder and the handlers he appointed sign on with a one-time code."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import psycopg


def sign_on(connection: psycopg.Connection[Any], uscc: str, account: str, code: str) -> dict[str, str] | None:
    """Who signs on for a body: name, capacity and a ticket for the registers; None where they do not fit."""
    row = connection.execute(
        "SELECT data FROM simulators.register_entry WHERE register = 'samr' AND uscc = %s", (uscc,)
    ).fetchone()
    for one in row[0].get("HOLDERS", []) if row else []:
        if one["account"] == account and hmac.compare_digest(str(one["code"]).encode(), code.encode()):
            return {
                "uscc": uscc, "name": one["name"], "capacity": one["capacity"], "ticket": issue(connection, uscc),
            }  # fmt: skip
    return None


def issue(connection: psycopg.Connection[Any], uscc: str) -> str:
    """A new ticket with which the registers tell what they know of a body."""
    ticket = secrets.token_urlsafe(24)
    connection.execute("INSERT INTO simulators.register_ticket (ticket, uscc) VALUES (%s, %s)", (ticket, uscc))
    return ticket


def opens(connection: psycopg.Connection[Any], ticket: str, uscc: str) -> bool:
    """Whether a ticket was issued for this body."""
    found = connection.execute(
        "SELECT 1 FROM simulators.register_ticket WHERE ticket = %s AND uscc = %s", (ticket, uscc)
    ).fetchone()
    return found is not None
