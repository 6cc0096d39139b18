"""Who sends: by access token, by client certificate, else in a demonstration zone anybody on this machine."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pilotzone.exchange import clients
from pilotzone.pipeline.intake.pace import Pace
from pilotzone.pipeline.intake.problems import Turned

REMEMBER_S = 10.0
LARGEST_CACHE = 10_000
GUESSES_PER_SECOND = 2  # wrong tokens of one address, over ten seconds


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a message is kept for: the organisation of the token, or nobody known yet (its signature will tell)."""

    name: str
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of its sender: hash of a token, SHA-256 of a verified client certificate, its address."""

    token: bytes | None
    certificate: str
    address: str
    near: bool

    @property
    def nothing(self) -> bool:
        return self.token is None and not self.certificate


Found = tuple[float, "Sender | Turned"]


class Senders:
    """Tokens and certificates as they stand in the database, remembered a few seconds. `ask` waits: not on the loop."""

    def __init__(self, connection: Callable[[], Any]) -> None:
        self._connection = connection
        self._known: dict[tuple[bytes | None, str], Found] = {}
        self._open: tuple[float, bool] = (0.0, False)
        self._guesses = Pace(GUESSES_PER_SECOND, 0)

    def remembered(self, shown: Shown) -> Sender | None:
        """The sender where no question to the database is needed; turned away as `ask` does."""
        now = time.monotonic()
        if shown.nothing:
            known, open_ = self._open
            return Sender(shown.address) if known > now and open_ and shown.near else None
        found = self._known.get((shown.token, shown.certificate))
        if found is None or found[0] <= now:
            self._guesses.must_not_owe(shown.address, now)
            return None
        return _told(found[1])

    def ask(self, shown: Shown) -> Sender:
        """The sender; turned away (`intake.token`, `intake.revoked`, `intake.certificate`, `intake.identity`)."""
        if shown.nothing:
            if not (self._zone_open() and shown.near):
                raise Turned("intake.token")
            return Sender(shown.address)
        answer: Sender | Turned
        with self._connection() as connection:
            try:
                answer = _identify(connection, shown)
            except Turned as turned:
                answer = turned
                self._guesses.charge(shown.address, time.monotonic())
        if len(self._known) > LARGEST_CACHE:
            self._known.clear()
        self._known[shown.token, shown.certificate] = (time.monotonic() + REMEMBER_S, answer)
        return _told(answer)

    def _zone_open(self) -> bool:
        """Only a demonstration zone takes messages without a token, and says so from its founding row."""
        with self._connection() as connection:
            row = connection.execute("SELECT demo FROM kernel_clock").fetchone()
        self._open = (time.monotonic() + REMEMBER_S, bool(row and row[0]))
        return self._open[1]


def _told(answer: Sender | Turned) -> Sender:
    if isinstance(answer, Turned):
        raise Turned(answer.code)
    return answer


def _identify(connection: Any, shown: Shown) -> Sender:
    """Whoever shows both a token and a certificate must be one and the same by both."""
    by_token = _by_token(connection, shown.token) if shown.token is not None else None
    by_certificate = _by_certificate(connection, shown.certificate) if shown.certificate else None
    if by_token is not None and by_certificate is not None and by_token != by_certificate:
        raise Turned("intake.identity")
    organisation = by_token if by_token is not None else by_certificate
    return Sender(f"organisation:{organisation}", organisation)


def _by_token(connection: Any, digest: bytes) -> int:
    row = connection.execute(
        "SELECT organisation_id, revoked_at IS NOT NULL, id FROM exchange_client WHERE token_hash = %s", (digest,)
    ).fetchone()
    if row is None:
        raise Turned("intake.token")
    if row[1]:
        raise Turned("intake.revoked")
    with connection.cursor() as cursor:
        clients.used(cursor, row[2])
    return int(row[0])


def _by_certificate(connection: Any, sha256: str) -> int:
    """The holder of a registered certificate: valid by wall time and not revoked, as signatures are judged."""
    row = connection.execute(
        "SELECT organisation_id FROM kernel_certificate WHERE sha256 = %s AND revoked_at IS NULL"
        " AND clock_timestamp() BETWEEN valid_from AND valid_to",
        (sha256,),
    ).fetchone()
    if row is None:
        raise Turned("intake.certificate")
    return int(row[0])


def local(address: str, headers: Mapping[str, str]) -> bool:
    """Whether the whole way was on this machine; what a neighbour relays says for whom (x-forwarded-for)."""
    way = [address, *filter(None, headers.get("x-forwarded-for", "").replace(" ", "").split(","))]
    return all(_loopback(step) for step in way)


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
