"""The supervisor starts in order, brings back what dies, and leaves nothing behind. Small programs stand in."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from pilotzone.portal.processes import member, postgres, probes, records, supervisor, tree
from pilotzone.portal.processes.home import database_dir, socket_dir
from pilotzone.portal.processes.journal import Journal
from pilotzone.portal.processes.tree import Plan, Program

SLEEPER = "import time\nprint('here', flush=True)\ntime.sleep(60)"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('here', flush=True)\ntime.sleep(60)"
)
PARENT = (
    "import subprocess, sys, time\n"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(p.pid, flush=True)\ntime.sleep(60)"
)


def python(name: str, code: str, **more: object) -> Program:
    return Program(name, (sys.executable, "-c", code), **{"after": (), **more})  # type: ignore[arg-type]


class Running:
    """A supervisor in a process of its own, as `pilotzone up` runs it; what it says is read from its records."""

    def __init__(self, state: Path, programs: list[Program]) -> None:
        self.state = state
        self.pid = os.fork()
        if not self.pid:
            self._be_supervisor(programs)

    def _be_supervisor(self, programs: list[Program]) -> None:
        from pilotzone.portal.processes.supervisor import Supervisor

        code = 70
        try:
            lock = records.Lock(self.state)
            lock.take()
            code = Supervisor(Plan(self.state), programs, lambda text: None).run()
        finally:
            os._exit(code)

    def told(self, name: str) -> dict[str, object]:
        rows = records.read(records.tree_file(self.state)).get("processes", [])
        return next((row for row in rows if row["name"] == name), {})

    def log(self, name: str) -> list[dict[str, object]]:
        path = self.state / "logs" / f"{name}.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def wait(self) -> int:
        """The exit code once it ended."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def until(holds: Callable[[], object], patience_s: float = 15) -> None:
    """Wait for something that will come; fail when it does not."""
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        threading.Event().wait(0.02)


def alive(pid: object) -> bool:
    try:
        return psutil.Process(int(str(pid))).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[list[Program]], Running]]:
    running: list[Running] = []

    def begin(programs: list[Program]) -> Running:
        running.append(Running(tmp_path, programs))
        return running[-1]

    yield begin
    for one in running:
        try:
            os.kill(one.pid, signal.SIGKILL)
            os.waitpid(one.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


@pytest.fixture
def no_server_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "PILOTZONE_DB_HOST", "PILOTZONE_SOCKETS"):
        monkeypatch.delenv(name, raising=False)


def test_programs_start_after_what_they_need_and_stop_when_asked(start: Callable[[list[Program]], Running]) -> None:
    first = python("first", "print('made')", once=True)
    second = python("second", SLEEPER, after=("first",))
    running = start([second, first])
    until(lambda: running.told("second").get("state") == member.READY)
    assert running.told("first")["state"] == member.DONE
    pid = running.told("second")["pid"]
    os.kill(running.pid, signal.SIGTERM)
    assert running.wait() == 0
    assert not alive(pid)
    assert records.holder(running.state) is None
    assert {line["event"] for line in running.log("second")} == {"here"}


def test_a_database_whose_socket_is_taken_away_is_started_anew(
    monkeypatch: pytest.MonkeyPatch, no_server_of_others: None
) -> None:
    """What cleaners of temporary files do: the process lives, nobody can reach it."""
    monkeypatch.setattr(supervisor, "LOOK_S", 0.1)
    state = Path(tempfile.mkdtemp(prefix="pz-"))
    state.chmod(0o755)  # the database's account enters, unlike pytest's own folders
    monkeypatch.setenv("PILOTZONE_HOME", str(state))
    running = Running(state, tree._database(Plan(state)))
    try:
        until(lambda: running.told("postgres").get("state") == member.READY, 60)
        before = running.told("postgres")
        (socket_dir(database_dir(state)) / ".s.PGSQL.5432").unlink()
        until(lambda: (now := running.told("postgres"))["state"] == member.READY and now["pid"] != before["pid"], 60)
        assert probes.connects(postgres.Server(database_dir(state), state).dsn())
        assert any("cannot be reached" in str(line["event"]) for line in running.log("supervisor"))
        os.kill(running.pid, signal.SIGTERM)
        assert running.wait() == 0
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(running.pid, signal.SIGKILL)
            os.waitpid(running.pid, 0)
        shutil.rmtree(state, ignore_errors=True)


def test_a_database_that_refuses_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(told: str) -> None:
        raise psycopg.OperationalError(told)

    for told, lost in (
        ('connection to server on socket "x" failed: FATAL:  sorry, too many clients already', False),
        ('connection to server on socket "x" failed: FATAL:  the database system is starting up', False),
        ('connection to server on socket "x" failed: No such file or directory', True),
        ("connection timeout expired", True),
    ):
        monkeypatch.setattr(probes.psycopg, "connect", lambda *_, told=told, **__: fails(told))
        assert probes.lost("") is lost


def test_a_killed_program_comes_back_and_its_children_do_not_linger(start: Callable[[list[Program]], Running]) -> None:
    running = start([python("parent", PARENT)])
    until(lambda: running.log("parent"))
    child = int(str(running.log("parent")[0]["event"]))
    first = running.told("parent")["pid"]
    os.kill(int(str(first)), signal.SIGKILL)
    until(lambda: running.told("parent").get("pid") not in (first, None))
    assert running.told("parent")["restarts"] == 1
    until(lambda: not alive(child))


def test_a_program_that_keeps_dying_is_tried_with_growing_pauses(
    start: Callable[[list[Program]], Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(member, "FIRST_PAUSE_S", 0.05)
    running = start([python("broken", "raise SystemExit('no good')")])
    until(lambda: running.told("broken").get("restarts", 0) >= 3)  # type: ignore[operator]
    assert running.told("broken")["exit_code"] == 1
    assert running.log("broken")[0]["event"] == "no good"


def test_nothing_starts_when_a_vital_step_fails(start: Callable[[list[Program]], Running]) -> None:
    vital = python("vital", "raise SystemExit('the disk is full')", once=True, vital=True)
    running = start([vital, python("after", SLEEPER, after=("vital",))])
    assert running.wait() == 1
    assert running.log("after") == []
    assert any("the disk is full" in str(line["event"]) for line in running.log("supervisor"))


def test_a_program_that_cannot_be_run_is_an_end_with_its_reason(start: Callable[[list[Program]], Running]) -> None:
    running = start([Program("gone", ("/nowhere/at/all",), after=(), once=True, vital=True)])
    assert running.wait() == 1
    assert "No such file" in str(running.log("gone")[0]["event"])


def test_what_does_not_stop_in_time_is_killed(start: Callable[[list[Program]], Running]) -> None:
    running = start([python("stubborn", STUBBORN, grace_s=0.3)])
    until(lambda: running.log("stubborn"))
    pid = running.told("stubborn")["pid"]
    os.kill(running.pid, signal.SIGTERM)
    assert running.wait() == 0
    assert not alive(pid)


def test_programs_die_with_a_killed_supervisor(start: Callable[[list[Program]], Running]) -> None:
    running = start([python("one", SLEEPER), python("two", SLEEPER)])
    until(lambda: running.log("one") and running.log("two"))
    pids = [running.told(name)["pid"] for name in ("one", "two")]
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    until(lambda: not any(alive(pid) for pid in pids))
    assert records.holder(running.state) is None, "the lock went with its holder"


def test_a_second_supervisor_on_the_same_state_is_told_who_runs(tmp_path: Path) -> None:
    first, second = records.Lock(tmp_path), records.Lock(tmp_path)
    first.take()
    with pytest.raises(records.AlreadyRunning, match=str(os.getpid())):
        second.take()
    assert records.holder(tmp_path) == os.getpid()
    first.release()
    second.take()
    second.release()
    assert records.holder(tmp_path) is None


def test_a_log_turns_over_and_every_line_is_json(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "web", max_bytes=500)
    for number in range(60):
        journal.feed(f'{{"event": "n{number}"}}\nplain tex'.encode())
        journal.feed("t 文\n\n".encode() + b"\xff broken")
        journal.feed(b"\n")
    journal.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    lines = [json.loads(line) for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
    assert {line["process"] for line in lines} == {"web"}
    assert {"plain text 文", "� broken"} <= {line["event"] for line in lines}


def test_the_tree_leaves_out_what_is_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILOTZONE_CUSTOMS_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    names = [row.name for row in tree.programs(Plan(tmp_path, workers=2))]
    assert {"postgres", "prepare", "web", "intake", "carrier", "scheduler"} <= set(names)
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/zone")
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "https://customs.example")
    rows = {row.name: row for row in tree.programs(Plan(tmp_path))}
    assert not {"postgres", "simulators"} & set(rows)
    assert rows["carrier"].environment["PILOTZONE_CUSTOMS_URL"] == "https://customs.example"
    assert rows["prepare"].after == ()


def test_a_real_zone_loads_no_demonstration_and_a_loaded_one_no_second(tmp_path: Path) -> None:
    assert "demo" not in [row.name for row in tree.programs(Plan(tmp_path, demo=False))]
    records.write(records.demo_file(tmp_path), {"finished": True})
    assert "demo" not in [row.name for row in tree.programs(Plan(tmp_path))]


def test_a_simulated_broker_is_customs_way_and_the_firms_only_where_its_port_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PILOTZONE_CUSTOMS_URL", "PILOTZONE_BROKER_PORT", "PILOTZONE_FIRMS_URL"):
        monkeypatch.delenv(name, raising=False)

    def ways() -> tuple[str, str | None, str | None]:
        rows = {row.name: row.environment for row in tree.programs(Plan(tmp_path))}
        carrier, web = rows["carrier"], rows["web"]
        return carrier["PILOTZONE_CUSTOMS_URL"], carrier.get("PILOTZONE_FIRMS_URL"), web.get("PILOTZONE_FIRMS_URL")

    assert ways()[0].startswith("http://") and ways()[1:] == (None, None)
    monkeypatch.setenv("PILOTZONE_BROKER_PORT", "5673")
    assert ways() == ("amqp://127.0.0.1:5673/",) * 3
    monkeypatch.setenv("PILOTZONE_FIRMS_URL", "amqps://broker.example/")
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "amqps://customs.example/")
    assert ways() == ("amqps://customs.example/", "amqps://broker.example/", "amqps://broker.example/")
