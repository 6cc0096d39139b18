"""The marked zone (tests/proofs/leaks/world.py) for the proofs of one module."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from pilotzone.kernel import clock
from pilotzone.kernel.pace import Pace
from pilotzone.portal.api import callers
from tests.proofs.leaks.world import World, build

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "proof"


@pytest.fixture(scope="module")
def marked_zone(
    request: pytest.FixtureRequest, server: Any, fresh_database: Callable[[str], str], django_db_setup: None,
    django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:  # fmt: skip
    """Circles of firms with marked rows, committed in a database of the module's own; requests come and go on one connection."""
    module = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    name = fresh_database(f"pz_{module}_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    settings, before = connections["default"].settings_dict, connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        connections["default"].close()
        settings["NAME"] = name
        clock.forget()
        patched.setattr(callers, "PACE", Pace(10**9))
        yield build(
            lambda: psycopg.connect(server.dsn(role="pz_flood", database=name)),
            Path(tmp_path_factory.mktemp("marked")),
            3 if FULL else 2,
        )
        connections["default"].close()
        settings["NAME"] = before
        clock.forget()


@pytest.fixture
def marked_owner(server: Any, marked_zone: World) -> Iterator[Any]:
    """A raw connection to the marked zone as its owner, who may change what a migration may."""
    name = str(connections["default"].settings_dict["NAME"])
    with psycopg.connect(server.dsn(role="pz_owner", database=name), autocommit=True) as connection:
        yield connection
