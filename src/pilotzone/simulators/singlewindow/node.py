"""The exchange node: takes transport messages, splits receivers, keeps boxes, delivers each message once.

Subscribers (BaseSubscribe) get a copy of the data here; copies of receipts are addressed by who writes the receipts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    return send_all(connection, [raw])[0]


def send_all(connection: psycopg.Connection[Any], raws: Sequence[bytes]) -> list[tuple[str, str]]:
    """Take several DxpMsg in one transaction; returns (code, text) of each, in their order."""
    answers: list[tuple[str, str]] = []
    opened: dict[tuple[str, str], tuple[bytes, DxpMsg]] = {}
    asked: dict[int, tuple[str, str]] = {}
    for place, raw in enumerate(raws):
        message, refused = _opened(raw)
        answers.append(refused)
        if message is not None:
            number = message.sender, message.message_id
            if number not in opened:  # the same number again is the same message: the first of them is delivered
                opened[number], asked[place] = (raw, message), number
    if not opened:
        return answers
    with connection.transaction():
        fresh = connection.execute(
            "INSERT INTO simulators.seen SELECT * FROM unnest(%s::text[], %s::text[]) AS t (sender, number)"
            " ORDER BY sender, number ON CONFLICT DO NOTHING RETURNING sender, message_id",
            ([sender for sender, _ in opened], [number for _, number in opened]),
        ).fetchall()
        known = set(map(tuple, fresh))
        letters = [letter for number, one in opened.items() if number in known for letter in _letters(*one)]
        _lay(connection, letters)
    for place, number in asked.items():
        if number in known:
            answers[place] = "0000", "delivered"
    return answers


def _opened(raw: bytes) -> tuple[DxpMsg | None, tuple[str, str]]:
    """The message, or None with what the platform answers; "delivered before" stands until it turns out to be new."""
    try:
        message = unwrap(raw, MAX_BYTES)
    except Refused as problem:
        return None, ("0002", problem.en)
    if not USER.fullmatch(message.sender) or not all(USER.fullmatch(r) for r in message.receivers):
        return None, ("2001", "receiver or sender unknown")
    return message, ("0000", "delivered before")


def _letters(raw: bytes, message: DxpMsg) -> list[tuple[str, bytes]]:
    """(box, bytes) for each receiver and subscriber."""
    boxes = list(dict.fromkeys([*message.receivers, *subscribers(message.data, "DATA")]))
    if boxes == message.receivers and len(boxes) == 1:
        return [(boxes[0], raw)]
    return [(receiver, wrap(replace(message, receivers=[receiver]))) for receiver in boxes]


def subscribers(data: bytes, wanted: str) -> list[str]:
    """The exchange numbers that subscribed to DATA or RET in a business message."""
    found = SUBSCRIBE.findall(data)
    return [address.decode() for status, address in found if status.decode() in ("ALL", wanted)]


def put(connection: psycopg.Connection[Any], receiver: str, message: DxpMsg) -> None:
    """Lay a message into a box."""
    put_all(connection, [(receiver, message)])


def put_all(connection: psycopg.Connection[Any], letters: Iterable[tuple[str, DxpMsg]]) -> None:
    """Lay messages into boxes, in their order."""
    _lay(connection, [(receiver, wrap(message)) for receiver, message in letters])


def _lay(connection: psycopg.Connection[Any], letters: Sequence[tuple[str, bytes]]) -> None:
    if letters:
        connection.execute(
            "INSERT INTO simulators.mailbox (receiver, body) SELECT receiver, body"
            " FROM unnest(%s::text[], %b::bytea[]) WITH ORDINALITY AS t (receiver, body, place) ORDER BY place",
            ([receiver for receiver, _ in letters], [raw for _, raw in letters]),
        )


def receive(connection: psycopg.Connection[Any], receiver: str, limit: int) -> list[tuple[int, bytes]]:
    """The oldest messages of a box, up to `limit`; they stay until acknowledged, so a lost answer loses nothing."""
    return connection.execute(
        "SELECT id, body FROM simulators.mailbox WHERE receiver = %s AND acknowledged_at IS NULL ORDER BY id LIMIT %s",
        (receiver, limit),
    ).fetchall()


def acknowledge(connection: psycopg.Connection[Any], receiver: str, numbers: list[int]) -> int:
    """Mark fetched messages of a box as kept by their receiver; returns how many were."""
    if not numbers:
        return 0
    return connection.execute(
        "UPDATE simulators.mailbox SET acknowledged_at = clock_timestamp()"
        " WHERE receiver = %s AND id = ANY(%s) AND acknowledged_at IS NULL",
        (receiver, numbers),
    ).rowcount
