"""The intake's listeners: who may connect, how many at once, and what takes too long."""

from __future__ import annotations

import asyncio
import resource
import ssl
import time
from collections import Counter

from pilotzone.pipeline.intake.connection import Application, Connection
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.problems import Turned

BUFFER = 256 * 1024
LOOK_S = 0.25
RESERVED = 64  # file handles for the database, logs and the listeners themselves


class Server:
    """Serves one application on any number of addresses, in the running loop."""

    def __init__(self, app: Application, limits: Limits) -> None:
        self.app = app
        self.limits = limits
        self.buffer = memoryview(bytearray(BUFFER))  # one for all: what is read is copied out before the loop goes on
        self.loop = asyncio.get_running_loop()
        self.closing = False
        self._connections: set[Connection] = set()
        self._by_address: Counter[str] = Counter()
        self._listeners: list[asyncio.Server] = []
        self._most = min(limits.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - RESERVED)
        self._looking: asyncio.TimerHandle | None = None

    async def listen(self, address: str, port: int, secured: ssl.SSLContext | None = None) -> int:
        """Listen; answers the port, chosen by the system where 0 was asked for."""
        patience = self.limits.head_s if secured else None
        listener = await self.loop.create_server(
            lambda: Connection(self), address, port, ssl=secured, backlog=1024, ssl_handshake_timeout=patience
        )
        self._listeners.append(listener)
        if self._looking is None:
            self._look()
        return int(listener.sockets[0].getsockname()[1])

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def arrived(self, connection: Connection) -> None:
        """Count a connection; turned away where there are too many, of one address (429) or at all (503)."""
        self._connections.add(connection)
        self._by_address[connection.address] += 1
        if self._by_address[connection.address] > self.limits.connections_per_address:
            raise Turned("intake.too_many_connections")
        if len(self._connections) > self._most:
            raise Turned("intake.full")

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self._connections.discard(connection)
        self._by_address[connection.address] -= 1
        if not self._by_address[connection.address]:
            del self._by_address[connection.address]

    async def close(self) -> None:
        """No new connections and requests; those under way are answered, within the patience of a sender."""
        self.closing = True
        for listener in self._listeners:
            listener.close()
        for connection in list(self._connections):
            connection.shut()
        end = self.now() + self.limits.patience_s
        while any(one.under_way for one in self._connections) and self.now() < end:
            await asyncio.sleep(0.02)
        if self._looking is not None:
            self._looking.cancel()

    def _look(self) -> None:
        now = self.now()
        for connection in [one for one in self._connections if one.deadline < now]:
            connection.expired()
        self._looking = self.loop.call_later(LOOK_S, self._look)


def secured_by(cert: str, key: str, client_ca: str) -> ssl.SSLContext:
    """TLS 1.2 and up with this certificate. With a CA a client may show a certificate of it, which then says who it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key or None)
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
