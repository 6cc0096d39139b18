"""What the tests of pushes share: receipts, a subscription, and a receiver that answers as told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from pilotzone.exchange import receipts
from pilotzone.exchange.channels.endpoint import Guard
from pilotzone.exchange.channels.webhook import Answer
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.webhooks import ledger, signature
from pilotzone.exchange.webhooks.courier import Courier
from pilotzone.kernel import vault

Connection = psycopg.Connection[Any]
Connect = Callable[[], Connection]
AT = datetime(2021, 11, 11, tzinfo=UTC)
URL = "https://hook.example/in"
GOOD, BROKEN = Answer(200, 5, "ok"), Answer(500, 5, "broken")


def write(connection: Connection, *keys: str, organisation: int = 1) -> None:
    """Write receipts in the open transaction."""
    with connection.cursor() as cursor:
        receipts.write(
            cursor,
            [Receipt(organisation, "CEB622Message", key, "800", AT, "放行", f"<r>{key}</r>") for key in keys],
        )


def subscribe(connection: Connection, *, organisation: int = 1, url: str = URL) -> tuple[int, str]:
    """A subscription to everything; answers its number and secret. Committed."""
    secret = signature.new_secret()
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_hook (organisation_id, url, kinds, secret) VALUES (%s, %s, %s, %s) RETURNING id",
            (organisation, url, list(ledger.KINDS), vault.seal(secret.encode(), ledger.TABLE)),
        )
        number = cursor.fetchone()[0]  # type: ignore[index]
        cursor.execute(
            "INSERT INTO exchange_hook_cursor (hook_id, organisation_id) VALUES (%s, %s)", (number, organisation)
        )
    return number, secret


def come_round(connection: Connection) -> None:
    """The time of everything that waits has come."""
    connection.execute("UPDATE exchange_delivery SET next_try_at = pz_now() WHERE state = 'queued'")
    connection.commit()


def leases_end(connection: Connection) -> None:
    """Whoever was sending was killed, and his time is over."""
    connection.execute("UPDATE exchange_delivery SET leased_until = leased_until - interval '1 day'")
    connection.commit()


def ledger_of(connection: Connection) -> list[tuple[str, int]]:
    """State and attempts of every delivery, in order."""
    rows = connection.execute("SELECT state, attempts FROM exchange_delivery ORDER BY id").fetchall()
    connection.commit()
    return rows


@dataclass
class Receiver:
    """Answers as told and keeps what it got: (webhook-id, business keys)."""

    answer: Answer | Exception = GOOD
    got: list[tuple[str, list[str]]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, url: str, content: bytes, headers: dict[str, str], guard: Guard) -> Answer:
        told = json.loads(content)
        self.bodies.append(told)
        self.headers.append(headers)
        self.got.append((headers["webhook-id"], [one["document"] for one in told["data"].get("receipts", [])]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @property
    def documents(self) -> list[str]:
        """Every key that came, as often as it came."""
        return [key for _, keys in self.got for key in keys]


def work(courier: Courier, connection: Connection, rounds: int = 3) -> None:
    """Some rounds of the courier, each to its end."""
    for _ in range(rounds):
        courier.round(connection)
        courier.drain(connection)
