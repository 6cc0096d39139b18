"""A real zone for the journeys: the whole process tree on a state folder and ports of its own, asked like a stranger."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeVar

import psutil

from pilotzone.portal.processes import records

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
TRADES = 20
PATIENCE_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 0.5  # who asks on and on takes the time from those he waits for
LOADING_S = 300.0  # the demonstration while other tests keep both cores busy
LOG_LINES = 6
Found = TypeVar("Found")


def until(ask: Callable[[], Found | None], told: str, patience_s: float = PATIENCE_S) -> Found:
    """What `ask` answers as soon as it answers anything; fails with `told` when the patience is over."""
    deadline, pause_s = time.monotonic() + patience_s, FIRST_PAUSE_S
    while not (found := ask()):
        assert time.monotonic() < deadline, f"it did not come within {patience_s:.0f} s: {told}"
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.3, LONGEST_PAUSE_S)
    return found


class Zone:
    """One zone. Its addresses, its command line, its processes by name."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.port, self.intake_port, self.counterpart_port, self.ukey_port, self.broker_port = _free_ports(5)
        self.url = f"http://127.0.0.1:{self.port}"
        ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PILOTZONE_")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "DJANGO_SETTINGS_MODULE": "pilotzone.portal.settings",
            "PILOTZONE_HOME": str(self.home),
            "PILOTZONE_SOCKETS": str(folder / "s"),
            "PILOTZONE_INTAKE_PORT": str(self.intake_port),
            "PILOTZONE_COUNTERPART_PORT": str(self.counterpart_port),
            "PILOTZONE_UKEY": f"ws://127.0.0.1:{self.ukey_port}",
            "PILOTZONE_DEMO_TRADES": str(TRADES),
            "PILOTZONE_URL": self.url,
        }
        self.first_page = ""
        self.progress: list[str] = []
        self._output = folder / "up.log"
        self._tree: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A verb of the command line in this zone, to its end."""
        return subprocess.run(
            [*PILOTZONE, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S * 2,
        )

    def up(self, *more: str) -> None:
        """Start the tree, with more words of the verb; returns at once."""
        words = [*PILOTZONE, "up", "--port", str(self.port), "--workers", "1", *more]
        with self._output.open("ab") as output:
            self._tree = subprocess.Popen(
                words, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )

    def ended(self) -> int | None:
        """The exit code of the tree; None while it runs."""
        return self._tree.poll() if self._tree else None

    def processes(self) -> dict[str, dict[str, Any]]:
        """The supervisor's own record of each process, by name: state, pid, restarts."""
        return {row["name"]: row for row in records.read(records.tree_file(self.home)).get("processes", [])}

    def is_ready(self, *names: str) -> bool:
        """Whether these processes (all of them without a name) are ready or, where they end, done."""
        rows = self.processes()
        return bool(rows) and all(rows[name]["state"] in ("ready", "done") for name in names or rows)

    def home_page(self) -> str:
        """The home page as a stranger sees it; empty where it does not answer."""
        status, _, body = self.ask("/")
        return body.decode() if status == 200 else ""

    def is_loaded(self) -> bool:
        """Whether the demonstration is loaded; what the portal says of its progress is kept."""
        self.progress.append(self.ask("/progress/")[2].decode())
        return bool(records.read(records.demo_file(self.home)).get("finished"))

    def ask(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """GET an address of the portal: status, headers, body; status 0 where nobody answers."""
        return self.send("GET", path, None, {})

    def send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """One request to the portal's own port."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            # a message may be turned away while it is still being sent: the answer says why
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, HTTPException):
            return 0, {}, b""
        finally:
            connection.close()

    def post(self, raw: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
        """Hand a message to `POST /intake/`: status and answer."""
        status, _, body = self.send("POST", "/intake/", raw, {"Content-Type": "application/xml", **headers})
        return status, json.loads(body) if body else {}

    def result(self, receipt: str) -> dict[str, Any]:
        """What became of a kept message, once it is worked off."""

        def done() -> dict[str, Any] | None:
            status, _, body = self.ask(f"/intake/receipts/{receipt}")
            told: dict[str, Any] = json.loads(body) if status == 200 else {}
            return told if told.get("state") == "done" else None

        return until(done, f"the result of {receipt}")

    def track(self, number: str) -> dict[str, Any]:
        """The timeline of a number, by the command line; empty where there is none."""
        told: dict[str, Any] = json.loads(self.run("track", number, "--json").stdout or "{}")
        return told

    def stages(self, number: str) -> list[str]:
        """The states a number's trade went through, as everybody may ask; empty where there is none."""
        status, _, body = self.ask(f"/api/v1/track/{number}")
        assert status in (0, 200, 404, 429, 503), body
        return [line["state"] for line in json.loads(body)["found"][0]["events"]] if status == 200 else []

    def complaints(self) -> list[str]:
        """Every line of every log that tells of an error or a traceback."""
        lines = [line for path in sorted(self.home.glob("logs/*.log")) for line in path.read_text().splitlines()]
        return [line for line in lines if '"level": "error"' in line or "Traceback" in line]

    def story(self) -> str:
        """What a failed test shows: the tree's own words and the ends of the logs."""
        told = [self._output.read_text() if self._output.exists() else ""]
        for path in sorted(self.home.glob("logs/*.log")):
            told += [f"--- {path.name}", *path.read_text().splitlines()[-LOG_LINES:]]
        return "\n".join(told)

    def down(self) -> list[str]:
        """Stop in order, by the verb for it; answers the command lines of what still runs afterwards."""
        pids = [row["pid"] for row in self.processes().values() if row["pid"]]
        family = [one for pid in pids for one in (psutil.Process(pid), *psutil.Process(pid).children(True))]
        done = self.run("down")
        assert (done.returncode, done.stdout) == (0, "stopped\n"), done
        until(lambda: self.ended() == 0, "the end of the tree")
        return [" ".join(one.cmdline()) for one in family if one.is_running()]

    def stop(self) -> None:
        """End the tree, in order where it still listens."""
        if self._tree is None or self._tree.poll() is not None:
            return
        self._tree.send_signal(signal.SIGTERM)
        try:
            self._tree.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._tree.kill()
            self._tree.wait()


@contextmanager
def standing() -> Iterator[Zone]:
    """A zone in a folder of its own, not yet started; stopped and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="pz-zone-"))
    folder.chmod(0o755)  # the database's account must pass
    zone = Zone(folder)
    try:
        yield zone
    finally:
        zone.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
