"""The pipeline's bench: one raw connection as role flood, rolled back at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pilotzone.exchange.signing import PemSigner
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
