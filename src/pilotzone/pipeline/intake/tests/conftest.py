"""The intake served for real on a free port, over a database or a stand-in that does as told."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from pilotzone.exchange.inbox import Incoming
from pilotzone.pipeline.intake.app import Intake
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.server import Server

Headers = dict[str, str]
XML = {"Content-Type": "application/xml"}


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for what another thread does; a test that waits in vain fails and says so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        threading.Event().wait(0.005)


@dataclass
class Store:
    """A stand-in for the database: keeps in memory, waits at `gate`, fails with `failure`."""

    gate: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    groups: list[list[bytes]] = field(default_factory=list)
    committed: int = 0
    failure: Exception | None = None
    poison: bytes = b""
    rows: list[tuple[Any, ...]] = field(default_factory=lambda: [(True,)])
    closed: bool = False

    def keep(self, connection: Any, messages: Sequence[Incoming]) -> list[str]:
        self.reached.set()
        assert self.gate.wait(10)
        if self.failure:
            raise self.failure
        if self.poison and any(self.poison in m.raw for m in messages):
            raise psycopg.DataError("poison")
        self.groups.append([m.raw for m in messages])
        self.committed += 1
        return [f"{sum(map(len, self.groups)) - n:032x}" for n in range(len(messages))]

    def execute(self, *words: Any) -> Store:
        return self

    @contextmanager
    def cursor(self) -> Iterator[Store]:
        yield self

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.rows[0] if self.rows else None

    def close(self) -> None:
        self.closed = True

    @contextmanager
    def reading(self) -> Iterator[Store]:
        yield self


@dataclass
class Client:
    """Speaks to the served intake."""

    port: int
    intake: Intake
    secured_port: int = 0
    retry_after: str | None = None

    def ask(
        self, method: str, path: str, body: Any = None, headers: Headers | None = None
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body=body, headers=headers if headers is not None else dict(XML))
        answer = connection.getresponse()
        told = json.loads(answer.read())
        self.retry_after = answer.getheader("Retry-After")
        connection.close()
        return answer.status, told

    def raw(self, *pieces: bytes, end: bool = False) -> bytes:
        """Bytes sent as they are; what came back until the intake closed, or one answer where it keeps the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            for piece in pieces:
                connection.sendall(piece)
            if end:
                connection.shutdown(socket.SHUT_WR)
            told = b""
            while piece := connection.recv(65536):
                told += piece
            return told

    def post(self, body: Any, headers: Headers | None = None) -> tuple[int, dict[str, Any]]:
        return self.ask("POST", "/intake/", body, headers)


Serve = Callable[..., Client]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts intakes on their own threads and loops, and ends them."""
    endings: list[Callable[[], None]] = []

    def start(**wiring: Any) -> Client:
        secured = wiring.pop("secured", None)
        intake = Intake(**{"limits": Limits(patience_s=5), **wiring})
        ports: list[int] = []
        listening, ending = threading.Event(), threading.Event()

        async def run() -> None:
            server = Server(intake, intake.limits)
            intake.start()
            ports.append(await server.listen("127.0.0.1", 0))
            if secured is not None:
                ports.append(await server.listen("127.0.0.1", 0, secured))
            listening.set()
            await asyncio.to_thread(ending.wait)
            await server.close()
            await intake.stop()

        thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
        thread.start()
        assert listening.wait(10)

        def end() -> None:
            ending.set()
            thread.join(10)

        endings.append(end)
        return Client(ports[0], intake, ports[-1])

    yield start
    for end in endings:
        end()


@pytest.fixture
def store() -> Store:
    """A stand-in whose gate is open."""
    made = Store()
    made.gate.set()
    return made


@pytest.fixture
def client(serve: Serve, store: Store) -> Client:
    """An intake over the stand-in."""
    return serve(connect=lambda: store, reading=store.reading, keep=store.keep)
