"""The test run's database: one embedded server, one template with every table, a copy per process, role web; how tests are dealt out."""

from __future__ import annotations

import fcntl
import gc
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import psycopg.rows
import pytest
import structlog
from xdist.scheduler import LoadScopeScheduling

from pilotzone.kernel import clock
from pilotzone.portal.processes import database
from pilotzone.portal.processes.home import database_dir
from pilotzone.portal.processes.postgres import Server

FAST = (
    "shared_buffers=64MB", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "jit=off", "timezone=UTC",
)  # fmt: skip
TEMPLATE = "pz_template"
FORGET = "RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP"
# what shares a running zone stays on one worker, in its order; this pytest lets no marker reach xdist's own scheduler
GROUP = re.compile(r"xdist_group\(\"([\w-]+)\"\)")
# what a module makes once for all its tests is made twice where two workers share them
WORLD = re.compile(r"scope=\"module\"|\b(standing_zone|marked_zone)\b")

# tests draw few examples, the same each time; `make proof` draws others, and HYPOTHESIS_TIMES as many of each (tools/proof.py)
hypothesis.settings.register_profile("quick", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile(
    "proof", hypothesis.settings.get_profile("quick"), database=None, derandomize=False
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
hypothesis.settings.load_profile(PROFILE)

# an exception a program survives is written down as it is, not with every variable of every frame, which takes seconds
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# collecting makes half a million objects that all stay: looking through them for garbage again and again costs a quarter of it
gc.disable()


def pytest_collection_finish() -> None:
    """What was collected stays to the end and is never looked through again."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under the profile `proof` every test that draws its cases draws many times as many."""
    if PROFILE != "proof":
        return
    times = int(os.environ.get("HYPOTHESIS_TIMES", "20"))
    for holder in {id(one): one for one in map(_drawing, items) if one is not None}.values():
        name = "settings" if isinstance(holder, type) else "_hypothesis_internal_use_settings"
        told: hypothesis.settings = getattr(holder, name)
        setattr(holder, name, hypothesis.settings(told, max_examples=told.max_examples * times))


def _drawing(item: pytest.Item) -> Any:
    """What holds the settings of a test that draws: a state machine's class, another's function; None of the rest."""
    test = getattr(item, "obj", None)
    if not hypothesis.is_hypothesis_test(test):
        return None
    if hasattr(test, "_hypothesis_state_machine_class"):
        return getattr(item, "cls", None)
    return getattr(test, "__func__", test)


class Grouped(LoadScopeScheduling):
    """Every test goes where a worker is free, except those of a group, or of a file whose tests share something costly."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(file: str) -> str:
    """The group that a file's tests name; a file is of one group, of its own, or of none."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    groups = set(GROUP.findall(text))
    assert len(groups) < 2, f"{file} names the groups {sorted(groups)}"
    if groups:
        return groups.pop()
    return file if WORLD.search(text) else ""


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Grouped | None:
    """Our scheduler where groups are asked for (`--dist loadgroup`), the chosen one otherwise."""
    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None


def _run_folder() -> Path:
    return Path(os.environ["PILOTZONE_TEST_RUN"])


def _server() -> Server:
    return Server(database_dir(_run_folder()), _run_folder() / "programs")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or "PILOTZONE_TEST_RUN" not in os.environ:
        return
    if database_dir(_run_folder()).exists():
        _server().stop(mode="immediate")
        shutil.rmtree(_server().sockets, ignore_errors=True)
    shutil.rmtree(_run_folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Server:
    """The run's server with a template database laid out as a new zone's is; the first process to ask makes it."""
    folder = _run_folder()
    folder.chmod(0o755)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        running = _server()
        if not (folder / "ready").exists():
            running.start(FAST)
            environment = os.environ | {"PILOTZONE_DB_ROLE": "owner", "PILOTZONE_DB_NAME": TEMPLATE}
            words = "from pilotzone.portal.processes.prepare import bring_up_to_date; bring_up_to_date()"
            subprocess.run([sys.executable, "-c", words], check=True, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 (our own command)
            (folder / "ready").touch()
    return running


@pytest.fixture(scope="session")
def fresh_database(server: Server) -> Callable[[str], str]:
    """Makes a further migrated database by copying the template; returns its name."""

    def make(name: str) -> str:
        with (_run_folder() / "lock").open("w") as lock:  # a template may have one copier at a time
            fcntl.flock(lock, fcntl.LOCK_EX)
            database.drop_database(server.dsn(), name)
            database.create_database(server.dsn(), name, template=TEMPLATE)
        return name

    return make


@pytest.fixture
def empty_database(server: Server) -> Iterator[dict[str, str]]:
    """A database in which nothing was migrated, of this process and dropped afterwards: what Django wants to know of it."""
    name = "pz_empty_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
    database.drop_database(server.dsn(), name)
    database.create_database(server.dsn(), name)
    yield {"NAME": name, "USER": database.OWNER}
    database.drop_database(server.dsn(), name)


@pytest.fixture(scope="session")
def django_db_setup(fresh_database: Callable[[str], str], django_db_blocker: object) -> Iterator[None]:
    """pytest-django's database is this process's own copy, reached as role web."""
    from django.conf import settings
    from django.db import connections

    name = fresh_database("pz_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    connections["default"].close()
    yield
    connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def templates_as_in_a_zone(django_test_environment: None) -> None:
    """Django's test environment tells of each piece of a page, a hundred and more, with a copy of its context; no test asks."""
    from django.template import Template
    from django.test.utils import _TestState  # type: ignore[attr-defined]

    Template._render = _TestState.saved_data.template_render  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def fresh_clock() -> None:
    """No test sees the clock another one moved."""
    clock.forget()


@pytest.fixture(scope="session")
def kept_connections() -> Iterator[dict[str, list[psycopg.Connection[Any]]]]:
    """Open connections nobody uses, by where they lead: a new one would first have to learn a thousand tables."""
    kept: dict[str, list[psycopg.Connection[Any]]] = defaultdict(list)
    yield kept
    for connection in chain.from_iterable(kept.values()):
        connection.close()


@pytest.fixture
def connect_as(
    server: Server, django_db_setup: None, kept_connections: dict[str, list[psycopg.Connection[Any]]]
) -> Iterator[Callable[[str], psycopg.Connection[Any]]]:
    """Opens raw connections to this process's database as a role: owner, web, flood, counterpart.

    What they commit stays: clean up what you write. For floors below the portal, which may not name its roles.
    """
    from django.db import connections

    lent: list[tuple[str, psycopg.Connection[Any]]] = []

    def connect(role: str) -> psycopg.Connection[Any]:
        dsn = server.dsn(role=f"pz_{role}", database=str(connections["default"].settings_dict["NAME"]))
        while kept_connections[dsn]:
            if as_new(found := kept_connections[dsn].pop()):
                lent.append((dsn, found))
                return found
        lent.append((dsn, psycopg.connect(dsn, options="-c lock_timeout=10s")))
        return lent[-1][1]

    yield connect
    for dsn, connection in lent:
        if as_new(connection):
            kept_connections[dsn].append(connection)


def as_new(connection: psycopg.Connection[Any]) -> bool:
    """Make a connection as it was when it was opened: nothing open, set or locked. False where it is closed or broken."""
    try:
        connection.rollback()
        connection.autocommit = True
        connection.execute(FORGET)
        connection.autocommit = False
    except psycopg.Error:
        connection.close()
        return False
    connection.row_factory = psycopg.rows.tuple_row
    return True


@pytest.fixture
def owner_connect(connect_as: Callable[[str], psycopg.Connection[Any]]) -> Callable[[], psycopg.Connection[Any]]:
    """Opens raw connections as role owner, for what only a migration may do. Roll back what you write."""
    return lambda: connect_as("owner")


@pytest.fixture
def flood_connect(connect_as: Callable[[str], psycopg.Connection[Any]]) -> Callable[[], psycopg.Connection[Any]]:
    """Opens raw connections as role flood, the pipeline's."""
    return lambda: connect_as("flood")
