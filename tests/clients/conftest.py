"""The platform as the Python client meets it: its API in this process, its intake on a free port, both over one database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from pilotzone.exchange import clients, inbox
from pilotzone.kernel.pace import Pace
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.tests.conftest import Serve
from pilotzone.pipeline.intake.tests.conftest import serve as serve
from pilotzone.portal.api import callers
from pilotzone_client import Client


class Zone(httpx.BaseTransport):
    """One address as a firm sees it: the intake takes `/intake/`, the portal everything else."""

    def __init__(self, port: int) -> None:
        self.portal, self.intake, self.port = httpx.WSGITransport(get_wsgi_application()), httpx.HTTPTransport(), port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith("/intake/"):
            return self.portal.handle_request(request)
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return self.intake.handle_request(request)


@pytest.fixture
def firm(flood_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[tuple[int, str]]:
    """A firm of this zone and its token; everything is removed again."""
    with flood_connect() as connection:
        connection.autocommit = True
        (number,) = connection.execute(
            "INSERT INTO kernel_organisation (name, name_en, uscc, customs_code, dxp_id, roles, synthetic, created_at)"
            " VALUES ('合成企业', '', '', '', '', '[\"ebc\"]', true, now()) RETURNING id"
        ).fetchone() or (0,)
        with connection.cursor() as cursor:
            token = clients.issue(cursor, number, "test")
        # a day of use that is noted already: no test's own transaction holds the row
        connection.execute("UPDATE exchange_client SET used_on = '9999-12-31' WHERE organisation_id = %s", (number,))
        yield number, token
        for table in ("exchange_inbox", "exchange_inbox_group", "exchange_client"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("DELETE FROM kernel_organisation WHERE id = %s", (number,))


@pytest.fixture
def zone(
    db: None, serve: Serve, flood_connect: Callable[[], psycopg.Connection[Any]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Zone]:
    monkeypatch.setattr(callers, "PACE", Pace())
    # a request's end closes no connection: the test's own transaction is on it, as Django's test client knows
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    writer, reader = flood_connect(), flood_connect()
    writer.autocommit = reader.autocommit = True

    @contextmanager
    def reading() -> Iterator[psycopg.Connection[Any]]:
        yield reader

    limits = Limits(patience_s=5)
    served = serve(connect=lambda: writer, reading=reading, pack=inbox.pack, keep=inbox.write, limits=limits)
    yield Zone(served.port)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ours(zone: Zone, firm: tuple[int, str]) -> Iterator[Client]:
    """The firm's program."""
    with Client("http://testserver", firm[1], transport=zone) as made:
        yield made
