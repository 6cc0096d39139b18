"""What a firm's own system does with a push: check the signature and the time, know a repetition by its id, keep it.

Written from the Standard Webhooks specification alone, so that it checks what the platform sends and shares none of it.
Time here is wall time, as a firm's own clock would be.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from pilotzone.simulators import settings

Connection = psycopg.Connection[Any]
TOLERANCE_S = 300
MOST_BYTES = 4 * 1024 * 1024
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a firm's endpoint behaves.

    status: what it answers where all is well; fail_next: so many pushes are answered 500 first; retry_after: said with
    429 and 503; delay_ms: before the answer; lose: it keeps the push and hangs up without an answer; secrets: those it
    knows, newest first.
    """

    status: int = 200
    fail_next: int = 0
    retry_after: str = ""
    delay_ms: int = 0
    lose: bool = False
    secrets: tuple[str, ...] = ()


def read(connection: Connection, firm: str) -> Behaviour:
    """The behaviour in force."""
    return settings.read(connection, f"firm:{firm}", Behaviour)


def change(connection: Connection, firm: str, changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, f"firm:{firm}", Behaviour, changes)


def take(
    connection: Connection, firm: str, headers: Mapping[str, str], body: bytes, wall: datetime
) -> tuple[int, dict[str, Any], Behaviour]:
    """One push: the status to answer, what to say, and how to behave while saying it."""
    how = read(connection, firm)
    message_id = headers.get("webhook-id", "")
    refused = wrong(headers, body, how.secrets, wall)
    if refused:
        return HTTPStatus.UNAUTHORIZED, {"error": refused}, how
    if how.fail_next > 0:
        change(connection, firm, {"fail_next": how.fail_next - 1})
        return HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "told to fail"}, how
    if not 200 <= how.status < 300:
        return how.status, {"error": "told to answer so"}, how
    told = json.loads(body)
    first = connection.execute(
        "INSERT INTO simulators.firm_push (firm, message_id, kind, content) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (firm, message_id) DO UPDATE SET times = firm_push.times + 1 RETURNING times",
        (firm, message_id, str(told["type"]), Jsonb(told)),
    ).fetchone()
    return how.status, {"taken": message_id, "times": first[0] if first else 0}, how


def received(connection: Connection, firm: str, after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """The pushes kept, oldest first: number, webhook-id, how often it came, content."""
    rows = connection.execute(
        "SELECT id, message_id, kind, times, content FROM simulators.firm_push"
        " WHERE firm = %s AND id > %s ORDER BY id LIMIT %s",
        (firm, after, limit),
    ).fetchall()
    return [dict(zip(("id", "message_id", "kind", "times", "content"), row, strict=True)) for row in rows]


def wrong(headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], wall: datetime) -> str:
    """Why a push is not believed; empty where it is."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not stamp.isascii() or not stamp.isdecimal():
        return "headers are missing"
    if abs(wall.timestamp() - int(stamp)) > TOLERANCE_S:
        return "the timestamp is too old or too new"
    told = [one.partition(",")[2] for one in headers.get("webhook-signature", "").split(" ") if one.startswith("v1,")]
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(right, one) for one in told):
            return ""
    return "no signature fits"
