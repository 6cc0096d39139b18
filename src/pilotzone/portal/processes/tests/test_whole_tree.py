"""The real tree, once: started, sent a message, its database killed, the message still there, stopped without a trace."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil
import pytest

from pilotzone.portal.processes import records
from pilotzone.portal.processes.home import database_dir, socket_dir

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
PATIENCE_S = 300  # it is founded from nothing while other tests keep the machine busy
LARGEST_MB = 700


class Zone:
    """A state folder and free ports of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        # a socket path is short and the folder open to the database's account, unlike pytest's own
        state.chmod(0o755)
        records.write(records.demo_file(state), {"finished": True})
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            for probe in (one, two, three):
                probe.bind(("127.0.0.1", 0))
            self.ports = [probe.getsockname()[1] for probe in (one, two, three)]
        dropped = (
            "DATABASE_URL",
            "PILOTZONE_CUSTOMS_URL",
            "PILOTZONE_DB_NAME",
            "PILOTZONE_DB_HOST",
            "PILOTZONE_DB_ROLE",
        )
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in dropped},
            "PILOTZONE_HOME": str(state),
            "PILOTZONE_INTAKE_PORT": str(self.ports[1]),
            "PILOTZONE_COUNTERPART_PORT": str(self.ports[2]),
            "DJANGO_SETTINGS_MODULE": "pilotzone.portal.settings",
        }
        self.url = f"http://127.0.0.1:{self.ports[0]}"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PILOTZONE, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def up(self) -> subprocess.Popen[bytes]:
        words = [*PILOTZONE, "up", "--port", str(self.ports[0]), "--workers", "1"]
        return subprocess.Popen(words, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def status(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return told

    def states(self) -> dict[str, str]:
        return {row["name"]: row["state"] for row in records.read(records.tree_file(self.state)).get("processes", [])}


def until(holds: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        threading.Event().wait(0.2)


@pytest.fixture
def zone() -> Iterator[Zone]:
    made = Zone(Path(tempfile.mkdtemp(prefix="pz-tree-")))
    yield made
    if pid := records.holder(made.state):
        os.kill(pid, signal.SIGKILL)
        until(lambda: records.holder(made.state) is None)
    shutil.rmtree(socket_dir(database_dir(made.state)), ignore_errors=True)
    shutil.rmtree(made.state, ignore_errors=True)


@pytest.mark.xdist_group("whole-tree")
def test_the_tree_starts_keeps_what_it_acknowledged_through_a_kill_and_stops(zone: Zone, tmp_path: Path) -> None:
    running = zone.up()
    until(lambda: zone.states() and all(state in ("ready", "done") for state in zone.states().values()))
    told = zone.status()
    assert told["pss_mb"] < LARGEST_MB
    processes = {row["name"]: row for row in told["processes"]}

    second = zone.run("up", "--port", str(zone.ports[0]))
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert second.stderr.count("\n") == 1

    message = tmp_path / "message.xml"
    message.write_text("<nothing/>")
    sent = zone.run("submit", str(message), "--url", zone.url, "--json")
    assert (sent.returncode, sent.stderr) == (0, "")
    receipt = json.loads(sent.stdout)["receipt"]

    os.kill(processes["postgres"]["pid"], signal.SIGKILL)
    os.kill(processes["intake"]["pid"], signal.SIGKILL)

    def kept_again() -> bool:
        return zone.run("submit", str(message), "--url", zone.url).returncode == 0

    until(kept_again)
    answered = zone.run("submit", str(message), "--url", zone.url, "--wait", "--json")
    told = json.loads(answered.stdout)
    assert (answered.returncode, told["state"], told["result"]) == (1, "done", "refused")
    assert told["findings"][0]["code"].startswith("format.")
    with urlopen(f"{zone.url}/intake/receipts/{receipt}") as answer:
        assert json.load(answer)["state"] == "done"

    pids = [row["pid"] for row in zone.status()["processes"] if row["pid"]]
    assert zone.run("down").returncode == 0
    assert running.wait(PATIENCE_S) == 0
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert zone.run("status").returncode == 1


def test_what_is_not_running_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, "PILOTZONE_HOME": str(tmp_path)}
    for verb, code in (("status", 1), ("down", 0)):
        done = subprocess.run([*PILOTZONE, verb], env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (code, "")
    done = subprocess.run(
        [*PILOTZONE, "submit", __file__, "--url", "http://127.0.0.1:9"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "pilotzone up" in done.stderr
    missing = subprocess.run(
        [*PILOTZONE, "submit", "no-such-file"], env=environment, capture_output=True, text=True, check=False
    )
    assert missing.returncode == 2
    assert "no-such-file" in missing.stderr
