"""A process leads a session of its own and gives way with all of it; its database backends give way with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pilotzone.portal.processes import member, priority
from pilotzone.portal.processes.journal import Journal
from pilotzone.portal.processes.tree import Program

TELL = (
    "import os; from pathlib import Path; group = Path('/proc/self/autogroup');"
    "print(os.getpriority(os.PRIO_PROCESS, 0), os.getsid(0) == os.getpid(),"
    " group.read_text().split()[-1] if group.exists() else '', flush=True)"
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


def test_a_program_leads_a_session_that_gives_way_as_its_row_says(tmp_path: Path) -> None:
    program = Program("modest", (sys.executable, "-c", TELL), after=(), once=True, nice=3)
    one = member.Member(program, {**os.environ}, Journal(tmp_path, "modest"))
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    one.start()
    while not one.ended():
        one.drain()
    expected = min(19, mine + 3)
    said = (tmp_path / "modest.log").read_text()
    assert f"{expected} True {expected if Path('/proc/self/autogroup').exists() else ''}" in said


def test_a_backend_of_the_embedded_database_gives_way_as_its_process_does(
    sleeper: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getpriority", lambda *_: 8)
    priority.with_backends(connection=_backend("/run/zone", sleeper))
    monkeypatch.undo()
    assert os.getpriority(os.PRIO_PROCESS, sleeper) == 8
    assert _share(sleeper) in ("8", "")


@pytest.mark.parametrize(("host", "nice"), [("10.0.0.1", 8), ("/run/zone", 0)])
def test_a_distant_server_and_a_process_that_gives_no_way_change_nothing(
    sleeper: int, monkeypatch: pytest.MonkeyPatch, host: str, nice: int
) -> None:
    before = os.getpriority(os.PRIO_PROCESS, sleeper), _share(sleeper)
    monkeypatch.setattr(os, "getpriority", lambda *_: nice)
    priority.with_backends(connection=_backend(host, sleeper))
    monkeypatch.undo()
    assert (os.getpriority(os.PRIO_PROCESS, sleeper), _share(sleeper)) == before


def test_a_backend_that_is_gone_is_no_error() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    priority.give_way(5, child.pid)
