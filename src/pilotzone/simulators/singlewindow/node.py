"""The exchange node: takes transport messages, splits receivers, keeps boxes, delivers each message once.

Subscribers (BaseSubscribe) get a copy of the data here; copies of receipts are addressed by who writes the receipts.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import psycopg

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.envelope import DxpMsg, unwrap, wrap

MAX_BYTES = 10 * 1024 * 1024
USER = re.compile(r"DXP[A-Z0-9]{7,27}")
SUBSCRIBE = re.compile(
    rb"<(?:\w+:)?BaseSubscribe>\s*<(?:\w+:)?status>(ALL|DATA|RET)</(?:\w+:)?status>"
    rb".{0,200}?<(?:\w+:)?dxpAddress>([A-Z0-9]{1,30})</",
    re.DOTALL,
)


def send(connection: psycopg.Connection[Any], raw: bytes) -> tuple[str, str]:
    """Take one DxpMsg and put it into its receivers' boxes. Returns (code, text) of the exchange platform (spec §4)."""
    try:
        message = unwrap(raw, MAX_BYTES)
    except Refused as problem:
        return "0002", problem.en
    if not USER.fullmatch(message.sender) or not all(USER.fullmatch(r) for r in message.receivers):
        return "2001", "receiver or sender unknown"
    with connection.transaction():
        first = connection.execute(
            "INSERT INTO simulators.seen VALUES (%s, %s) ON CONFLICT DO NOTHING RETURNING 1",
            (message.sender, message.message_id),
        ).fetchone()
        if first is None:
            return "0000", "delivered before"
        boxes = list(dict.fromkeys([*message.receivers, *subscribers(message.data, "DATA")]))
        for receiver in boxes:
            one = raw if boxes == message.receivers == [receiver] else wrap(replace(message, receivers=[receiver]))
            _lay(connection, receiver, one)
    return "0000", "delivered"


def subscribers(data: bytes, wanted: str) -> list[str]:
    """The exchange numbers that subscribed to DATA or RET in a business message."""
    found = SUBSCRIBE.findall(data)
    return [address.decode() for status, address in found if status.decode() in ("ALL", wanted)]


def put(connection: psycopg.Connection[Any], receiver: str, message: DxpMsg) -> None:
    """Lay a message into a box."""
    _lay(connection, receiver, wrap(message))


def _lay(connection: psycopg.Connection[Any], receiver: str, raw: bytes) -> None:
    connection.execute("INSERT INTO simulators.mailbox (receiver, body) VALUES (%s, %b)", (receiver, raw))


def receive(connection: psycopg.Connection[Any], receiver: str, limit: int) -> list[tuple[int, bytes]]:
    """The oldest messages of a box, up to `limit`; they stay until acknowledged, so a lost answer loses nothing."""
    return connection.execute(
        "SELECT id, body FROM simulators.mailbox WHERE receiver = %s AND acknowledged_at IS NULL ORDER BY id LIMIT %s",
        (receiver, limit),
    ).fetchall()


def acknowledge(connection: psycopg.Connection[Any], receiver: str, numbers: list[int]) -> int:
    """Mark fetched messages of a box as kept by their receiver; returns how many were."""
    return connection.execute(
        "UPDATE simulators.mailbox SET acknowledged_at = clock_timestamp()"
        " WHERE receiver = %s AND id = ANY(%s) AND acknowledged_at IS NULL",
        (receiver, numbers),
    ).rowcount
