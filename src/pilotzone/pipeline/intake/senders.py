"""Who sends: by access token, else in a demonstration zone anybody on this machine; and how fast."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pilotzone.exchange import clients
from pilotzone.pipeline.intake.problems import Turned

REMEMBER_S = 10.0
LARGEST_CACHE = 10_000
WINDOW_S = 10


@dataclass(frozen=True)
class Sender:
    """Whom a message is kept for: the organisation of the token, or nobody known yet (its signature will tell)."""

    name: str
    organisation_id: int | None = None


class Senders:
    """Tokens as they stand in the database, remembered a few seconds. Calls wait for the database: not on the loop."""

    def __init__(self, connection: Callable[[], Any]) -> None:
        self._connection = connection
        self._known: dict[bytes, tuple[float, int | None, bool]] = {}
        self._open: tuple[float, bool] = (0.0, False)

    def remembered(self, headers: Mapping[str, str], address: str) -> Sender | None:
        """The sender where no question to the database is needed."""
        digest = _token(headers)
        now = time.monotonic()
        if digest is None:
            known, open_ = self._open
            return Sender(address) if known > now and open_ and local(address, headers) else None
        found = self._known.get(digest)
        return _judge(found[1], found[2]) if found and found[0] > now else None

    def ask(self, headers: Mapping[str, str], address: str) -> Sender:
        """The sender; turned away (`intake.token`, `intake.revoked`)."""
        digest = _token(headers)
        if digest is None:
            if not (self._zone_open() and local(address, headers)):
                raise Turned("intake.token")
            return Sender(address)
        with self._connection() as connection:
            row = connection.execute(
                "SELECT organisation_id, revoked_at IS NOT NULL, id FROM exchange_client WHERE token_hash = %s",
                (digest,),
            ).fetchone()
            organisation, revoked, number = row or (None, False, None)
            if number is not None and not revoked:
                with connection.cursor() as cursor:
                    clients.used(cursor, number)
        if len(self._known) > LARGEST_CACHE:
            self._known.clear()
        self._known[digest] = (time.monotonic() + REMEMBER_S, organisation, revoked)
        return _judge(organisation, revoked)

    def _zone_open(self) -> bool:
        """Only a demonstration zone takes messages without a token, and says so from its founding row."""
        with self._connection() as connection:
            row = connection.execute("SELECT demo FROM kernel_clock").fetchone()
        self._open = (time.monotonic() + REMEMBER_S, bool(row and row[0]))
        return self._open[1]


class Pace:
    """Counts messages of each sender over a window of ten seconds."""

    def __init__(self, per_second: int) -> None:
        self._most = per_second * WINDOW_S
        self._window = 0
        self._counts: dict[str, int] = {}

    def check(self, sender: str, now_s: float) -> None:
        """Count one more; turned away (`intake.too_many`) beyond the limit."""
        if not self._most:
            return
        window = int(now_s) // WINDOW_S
        if window != self._window:
            self._window, self._counts = window, {}
        self._counts[sender] = self._counts.get(sender, 0) + 1
        if self._counts[sender] > self._most:
            raise Turned("intake.too_many")


def local(address: str, headers: Mapping[str, str]) -> bool:
    """Whether the whole way was on this machine; what a neighbour relays says for whom (x-forwarded-for)."""
    way = [address, *filter(None, headers.get("x-forwarded-for", "").replace(" ", "").split(","))]
    return all(_loopback(step) for step in way)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _token(headers: Mapping[str, str]) -> bytes | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    if not kind:
        return None
    return hashlib.sha256(token.strip().encode() if kind.lower() == "bearer" else b"").digest()


def _judge(organisation: int | None, revoked: bool) -> Sender:
    if organisation is None:
        raise Turned("intake.token")
    if revoked:
        raise Turned("intake.revoked")
    return Sender(f"organisation:{organisation}", organisation)
