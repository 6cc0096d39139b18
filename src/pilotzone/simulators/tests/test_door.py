"""The counterparts' door over HTTP, as the platform's channel to the single window meets it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any

import psycopg
import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels import singlewindow
from pilotzone.simulators.server import Door, door

Connection = psycopg.Connection[Any]


class Pool:
    """Lends one connection that is rolled back in the end."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        yield self._connection


@pytest.fixture
def served(connect_as: Callable[[str], Connection]) -> Iterator[Callable[..., str]]:
    connection = connect_as("counterpart")
    servers: list[ThreadingHTTPServer] = []

    def serve(kind: type[Door] | None = None) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind or door(Pool(connection)))  # type: ignore[arg-type]
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
    connection.rollback()


def test_who_was_registered_signs_on_with_his_code(served: Callable[..., str]) -> None:
    url = served()
    singlewindow.register(url, "sw-seller", "123456", {"person": "demo-seller", "name": "演示"})
    assert singlewindow.sign_on(url, "sw-seller", "123456") == {"person": "demo-seller", "name": "演示"}
    for account, code in (("sw-seller", "000000"), ("nobody", "123456"), ("sw-seller", "")):
        with pytest.raises(Refused, match=r"channel\.signon\.refused"):
            singlewindow.sign_on(url, account, code)


def test_an_account_without_a_code_is_not_taken(served: Callable[..., str]) -> None:
    with pytest.raises(Unavailable, match="400"):
        singlewindow.register(served(), "sw-seller", "", {})


def test_only_this_machine_registers(served: Callable[..., str], connect_as: Callable[[str], Connection]) -> None:
    class Afar(Door):
        """A door asked from another machine."""

        pool = Pool(connect_as("counterpart"))  # type: ignore[assignment]

        def setup(self) -> None:
            super().setup()
            self.client_address = ("192.0.2.7", 1)

    with pytest.raises(Unavailable, match="404"):
        singlewindow.register(served(Afar), "sw-seller", "123456", {})


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://", "http://127.0.0.1:1/x"])
def test_a_single_window_that_is_away_is_said_so(url: str) -> None:
    with pytest.raises(Unavailable, match=r"channel\.signon\.away"):
        singlewindow.sign_on(url, "sw-seller", "123456")
