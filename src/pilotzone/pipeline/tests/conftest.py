"""The pipeline's bench: one raw connection as role flood, rolled back at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import connections

from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel import clock
from pilotzone.pipeline.tests.papers import Bench, make_signers


@pytest.fixture(scope="session")
def demo_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PemSigner]:
    """Keys are made once a run: RSA takes its time."""
    return make_signers(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def bench(flood_connect: Callable[[], Any], demo_keys: dict[str, PemSigner], django_db_blocker: Any) -> Iterator[Bench]:
    """Firms, certificates and the clock at 2021-03-01."""
    with django_db_blocker.unblock():
        connection = flood_connect()
        made = Bench(connection, demo_keys)
        made.set_clock(datetime(2021, 3, 1, 12, tzinfo=UTC))
        yield made
        connection.rollback()


@pytest.fixture(scope="module")
def standing_zone(
    request: pytest.FixtureRequest, server: Any, fresh_database: Callable[[str], str], django_db_setup: None,
    demo_keys: dict[str, PemSigner], django_db_blocker: Any,
) -> Iterator[Bench]:  # fmt: skip
    """A database of a module's own with the test firms, committed; Django's connection leads there meanwhile."""
    module = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    name = fresh_database(f"pz_{module}_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    settings, before = connections["default"].settings_dict, connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections["default"].close()
        settings["NAME"] = name
        with psycopg.connect(server.dsn(role="pz_flood", database=name)) as connection:
            made = Bench(connection, demo_keys)
            connection.commit()
            clock.forget()
            yield made
        connections["default"].close()
        settings["NAME"] = before
        clock.forget()
