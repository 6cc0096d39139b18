"""The broker's queues, in the simulators' own database: a queue of the exchange node is a box of the node.

`<DXP number>_HZ` is the box of that number; a queue named like a DXP number takes DxpMsg for the node, which splits
receivers and knows a repeated one; any other name is a box of its own. Names are the community's (tag C).
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import psycopg

from pilotzone.simulators import settings
from pilotzone.simulators.singlewindow import node

Connection = psycopg.Connection[Any]
NAME, QUEUES = "amqp", "amqp:queues"
MOST_QUEUES = 1000
_OF_A_NUMBER = re.compile(rf"{node.USER.pattern}(_HZ|_IN)?")


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the broker does wrong: `delay_ms` before each answer; `down`: it hangs up on everybody; `lose`: so many next
    messages are kept and the connection dropped before the confirm; `repeat`: so many next acknowledgements are forgotten;
    `late`: so many next ones come after the broker's patience, which closes the channel; `full`: so many next messages are
    refused, as by a queue at its limit; `blocked`: it takes no messages and says so, as one that is low on memory."""

    delay_ms: int = 0
    down: bool = False
    lose: int = 0
    repeat: int = 0
    late: int = 0
    full: int = 0
    blocked: bool = False


def behaviour(connection: Connection) -> Behaviour:
    """The behaviour in force."""
    return settings.read(connection, NAME, Behaviour)


def behave(connection: Connection, changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError."""
    return settings.change(connection, NAME, Behaviour, changes)


def declare(connection: Connection, queue: str) -> bool:
    """Make a durable queue; False where there are too many."""
    if exists(connection, queue):
        return True
    with settings.held(connection, QUEUES):
        known = _declared(connection)
        if queue not in known and len(known) < MOST_QUEUES:
            known.append(queue)
            settings.keep(connection, QUEUES, known)
    return queue in known


def exists(connection: Connection, queue: str) -> bool:
    """Whether there is such a queue: every DXP number has its own, and its _IN and _HZ."""
    return bool(_OF_A_NUMBER.fullmatch(queue)) or queue in _declared(connection)


def put(connection: Connection, queue: str, body: bytes) -> None:
    """Keep a message. What the exchange node will not have lies in `<queue>.refused`: a broker looks into nothing."""
    if node.USER.fullmatch(queue):
        code, _ = node.send(connection, body)
        if code == "0000":
            return
        queue = f"{queue}.refused"
    connection.execute("INSERT INTO simulators.mailbox (receiver, body) VALUES (%s, %s)", (_box(queue), body))


def oldest(connection: Connection, queue: str, without: list[int]) -> tuple[int, bytes] | None:
    """The next message that nobody holds."""
    return connection.execute(
        "SELECT id, body FROM simulators.mailbox WHERE receiver = %s AND acknowledged_at IS NULL AND NOT id = ANY(%s)"
        " ORDER BY id LIMIT 1",
        (_box(queue), without),
    ).fetchone()


def waiting(connection: Connection, queue: str) -> int:
    """How many messages lie in it."""
    row = connection.execute(
        "SELECT count(*) FROM simulators.mailbox WHERE receiver = %s AND acknowledged_at IS NULL", (_box(queue),)
    ).fetchone()
    return int(row[0]) if row else 0


def done(connection: Connection, queue: str, numbers: list[int]) -> None:
    """Forget messages that were acknowledged, or rejected for good."""
    node.acknowledge(connection, _box(queue), numbers)


def _box(queue: str) -> str:
    number = queue.removesuffix("_HZ")
    return number if node.USER.fullmatch(number) else queue


def _declared(connection: Connection) -> list[str]:
    return list(settings.find(connection, QUEUES) or [])
