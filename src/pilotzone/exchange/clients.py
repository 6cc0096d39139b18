"""Access tokens of organisations: shown once, kept as a hash, ended by a date."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

PREFIX = "pz_"


def issue(cursor: Any, organisation_id: int, label: str = "") -> str:
    """A new token for an organisation; nobody can read it again."""
    token = PREFIX + secrets.token_urlsafe(32)
    enter(cursor, organisation_id, token, label)
    return token


def enter(cursor: Any, organisation_id: int, token: str, label: str = "") -> None:
    """Accept a token made elsewhere (a demonstration's, a firm's own)."""
    cursor.execute(
        "INSERT INTO exchange_client (token_hash, organisation_id, label) VALUES (%s, %s, %s)",
        (hashlib.sha256(token.encode()).digest(), organisation_id, label),
    )


def revoke(cursor: Any, client_id: int) -> bool:
    """End a token; True when it was in force."""
    cursor.execute(
        "UPDATE exchange_client SET revoked_at = pz_now() WHERE id = %s AND revoked_at IS NULL", (client_id,)
    )
    return bool(cursor.rowcount == 1)


def used(cursor: Any, client_id: int) -> None:
    """Note that a token was used today (zone's day). Written once a day and token: a busy one costs nothing more."""
    cursor.execute(
        "UPDATE exchange_client SET used_on = (pz_now() AT TIME ZONE 'Asia/Shanghai')::date"
        " WHERE id = %s AND (used_on IS NULL OR used_on < (pz_now() AT TIME ZONE 'Asia/Shanghai')::date)",
        (client_id,),
    )
