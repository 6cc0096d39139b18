"""The intake leads a session of its own; the backends that answer the portal give way."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pilotzone.portal.processes import member, priority, tree
from pilotzone.portal.processes.journal import Journal
from pilotzone.portal.processes.tree import Program

TELL = (
    "import os; print('nice', os.getpriority(os.PRIO_PROCESS, 0), 'leads', os.getsid(0) == os.getpid(),"
    " 'group', os.getpgid(0) == os.getpid(), flush=True)"
)


@pytest.fixture
def sleeper() -> Iterator[int]:
    """A process that stands in for a database backend: it leads a session."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    yield child.pid
    child.kill()
    child.wait()


def _share(pid: int) -> str:
    group = Path(f"/proc/{pid}/autogroup")
    return group.read_text().split()[-1] if group.exists() else ""


def _backend(host: str, pid: int) -> Any:
    return SimpleNamespace(connection=SimpleNamespace(info=SimpleNamespace(host=host, backend_pid=pid)))


@pytest.mark.parametrize("apart", [True, False])
def test_a_program_runs_as_its_row_says(tmp_path: Path, apart: bool) -> None:
    program = Program("one", (sys.executable, "-c", TELL), after=(), once=True, nice=3, apart=apart)
    one = member.Member(program, {**os.environ}, Journal(tmp_path, "one"))
    expected = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 3)
    one.start()
    deadline = time.monotonic() + 30
    while not one.ended():
        assert time.monotonic() < deadline
        select.select([one.output] if one.output is not None else [], [], [], 0.1)
        one.drain()
    assert f"nice {expected} leads {apart} group True" in (tmp_path / "one.log").read_text()


def test_only_what_acknowledges_has_a_share_of_its_own(tmp_path: Path) -> None:
    assert [row.name for row in tree.programs(tree.Plan(tmp_path)) if row.apart] == ["intake"]


def test_a_backend_of_the_embedded_database_gives_way(sleeper: int) -> None:
    expected = max(priority.BACKEND_NICE, os.getpriority(os.PRIO_PROCESS, sleeper))
    priority.backends_give_way(connection=_backend("/run/zone", sleeper))
    deadline = time.monotonic() + 30  # it is done beside whoever waits for the connection
    while os.getpriority(os.PRIO_PROCESS, sleeper) != expected or _share(sleeper) not in (str(expected), ""):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("host", "url"), [("10.0.0.1", ""), ("/run/postgresql", "postgres://dba@%2Frun%2Fpostgresql/pz")]
)
def test_a_server_of_ones_own_is_left_alone(sleeper: int, monkeypatch: pytest.MonkeyPatch, host: str, url: str) -> None:
    told: list[int] = []
    monkeypatch.setattr(priority, "give_way", lambda _nice, pid: told.append(pid))
    monkeypatch.setenv("DATABASE_URL", url)
    priority.backends_give_way(connection=_backend(host, sleeper))
    assert told == []


def test_who_gives_more_way_already_is_not_lifted(sleeper: int) -> None:
    os.setpriority(os.PRIO_PROCESS, sleeper, 15)
    priority.give_way(5, sleeper)
    assert os.getpriority(os.PRIO_PROCESS, sleeper) == 15


def test_a_backend_that_is_gone_is_no_error() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    priority.give_way(5, child.pid)
