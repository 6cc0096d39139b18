"""A broker on a port of its own over a connection that is undone, and messages for it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.channels.amqp_link import Broker
from pilotzone.exchange.formats.envelope import DxpMsg, wrap
from pilotzone.simulators.broker import door, queues

Connection = psycopg.Connection[Any]
PLATFORM, FIRM, CUSTOMS = "DXPENT0036000000", "DXPENT0012345678", "DXPEDCCEB0000002"
IN, ANSWERS = f"{PLATFORM}_IN", f"{PLATFORM}_HZ"
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Running:
    """The broker; `begin_again` is a restart: what was on its way and nobody acknowledged is free."""

    def __init__(self, connection: Connection, tls: ssl.SSLContext | None = None) -> None:
        self.connection, self._tls = connection, tls
        self._lock = threading.RLock()
        self.door = self._serve()

    def _serve(self, port: int = 0) -> door.Door:
        return door.serve(self.lend, port, {"guest": "guest", "firm": "firm"}, self._tls)

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        with self._lock:
            yield self.connection

    @property
    def port(self) -> int:
        return int(self.door.server_address[1])

    def behave(self, **changes: Any) -> None:
        with self.lend() as connection:
            queues.behave(connection, changes)

    def stop(self) -> None:
        self.door.shutdown()
        self.door.hang_up()
        self.door.server_close()

    def begin_again(self, tls: ssl.SSLContext | None = None) -> None:
        """With `tls`: under another certificate."""
        self.stop()
        self.come_back(tls)

    def come_back(self, tls: ssl.SSLContext | None = None) -> None:
        """After a stop, at the same port."""
        self._tls = tls or self._tls
        self.door = self._serve(self.port)

    def client(self, *, password: str = "guest", **more: Any) -> Amqp:
        """A transport that never waits for its next try: its clock jumps."""
        moments = iter(range(0, 10**9, 1000))
        more = {"patience_s": 5.0, "monotonic": lambda: float(next(moments)), **more}
        return Amqp(Broker("127.0.0.1", self.port, password=password), **more)


def message(number: int, *, sender: str = FIRM, receivers: tuple[str, ...] = (PLATFORM,), data: bytes = b"") -> bytes:
    data = data or f"<m>{number}</m>".encode()
    return wrap(DxpMsg(f"M{number}", sender, list(receivers), AT, "CEB311Message", data))
