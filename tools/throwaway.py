"""A zone to measure and to be cruel to: a state folder and ports of its own, gone when it is closed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pilotzone.portal.processes import connections, records
from pilotzone.portal.processes.home import database_dir, socket_dir
from pilotzone.portal.processes.measure import state_of
from pilotzone.portal.processes.postgres import Server

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
# a tree whose processes come back at once however often they are killed
IMPATIENT = "from pilotzone.portal.processes import member; member.LONGEST_PAUSE_S = 0.5; "
OTHERS = ("DATABASE_URL", "PILOTZONE_CUSTOMS_URL", "PILOTZONE_DB_NAME", "PILOTZONE_DB_HOST", "PILOTZONE_DB_ROLE")


class Zone:
    """One zone below the system's folder for temporary files. `loaded` keeps a tree from loading the demonstration.

    `marked`: its processes listen at marked points (portal/processes/marks.py) and come back at once when killed.
    """

    def __init__(self, *, loaded: bool = True, marked: bool = False) -> None:
        self.state = Path(tempfile.mkdtemp(prefix="pz-zone-"))
        self.state.chmod(0o755)  # the database's account must pass
        if loaded:
            records.write(records.demo_file(self.state), {"finished": True})
        self.port, self.intake_port, self.counterpart_port = _free_ports(3)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in OTHERS},
            "PILOTZONE_HOME": str(self.state),
            "PILOTZONE_INTAKE_PORT": str(self.intake_port),
            "PILOTZONE_COUNTERPART_PORT": str(self.counterpart_port),
            "DJANGO_SETTINGS_MODULE": "pilotzone.portal.settings",
        }
        self.marks = self.state / "marks"
        if marked:
            self.marks.mkdir()
            self.environment["PILOTZONE_MARKS"] = str(self.marks)
        self.url = f"http://127.0.0.1:{self.port}"
        self.customs_url = f"http://127.0.0.1:{self.counterpart_port}"
        self._tree: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> Server:
        """The embedded server, for zones without a tree."""
        return Server(database_dir(self.state), self.state / "programs")

    def dsn(self, role: str) -> str:
        """The connection of a role: owner, web, flood, counterpart."""
        return connections.dsn(f"pz_{role}", self.state)

    def enter(self) -> None:
        """Make this process one of the zone's, as role web. Once in a process: Django is set up for good."""
        for name in OTHERS:
            os.environ.pop(name, None)
        os.environ.update({name: self.environment[name] for name in ("PILOTZONE_HOME", "DJANGO_SETTINGS_MODULE")})
        import django

        django.setup()

    def start_database(self) -> None:
        """The database alone, migrated and founded as a demonstration."""
        self.server.start()
        words = [sys.executable, "-m", "pilotzone.portal.processes.prepare", "--demo"]
        environment = {**self.environment, "PILOTZONE_DB_ROLE": "owner"}
        subprocess.run(words, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def up(self, *, workers: int = 1) -> subprocess.Popen[bytes]:
        """`pilotzone up`; does not wait."""
        program = [*PILOTZONE[:2], IMPATIENT + PILOTZONE[2]] if self.marks.exists() else list(PILOTZONE)
        words = [*program, "up", "--port", str(self.port), "--workers", str(workers)]
        self._tree = subprocess.Popen(
            words, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        return self._tree

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One verb of the command line against this zone."""
        environment = {**self.environment, "PILOTZONE_CUSTOMS_URL": self.customs_url}
        return subprocess.run(
            [*PILOTZONE, *words], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

    def members(self) -> dict[str, dict[str, Any]]:
        """The processes of the tree by name, as the supervisor last wrote them down."""
        return {row["name"]: row for row in records.read(records.tree_file(self.state)).get("processes", [])}

    def ready(self) -> bool:
        """Whether every process of the tree is there."""
        states = [row["state"] for row in self.members().values()]
        return bool(states) and all(state in ("ready", "done") for state in states)

    def status(self) -> dict[str, Any]:
        """What `pilotzone status` says."""
        return state_of(self.state)

    def supervisor(self) -> int | None:
        """The process id of the running supervisor."""
        return records.holder(self.state)

    def reap(self) -> None:
        """Take leave of a supervisor that was killed."""
        if self._tree is not None:
            self._tree.wait(60)

    def close(self) -> None:
        """Stop what runs and remove the folder."""
        if self._tree is not None:
            self._tree.terminate()
            try:
                self._tree.wait(90)
            except subprocess.TimeoutExpired:
                self._tree.kill()
                self._tree.wait()
        if database_dir(self.state).exists():
            self.server.stop(mode="immediate")
        shutil.rmtree(socket_dir(database_dir(self.state)), ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)


@contextlib.contextmanager
def zone(*, loaded: bool = True, marked: bool = False) -> Iterator[Zone]:
    """A throw-away zone, closed whatever happens."""
    made = Zone(loaded=loaded, marked=marked)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # who is asked to end takes the tree along
    try:
        yield made
    finally:
        made.close()


def until(holds: Callable[[], bool], *, limit_s: float = 180, pause_s: float = 0.1) -> bool:
    """Wait for something; False where it did not come in time."""
    deadline = time.monotonic() + limit_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause_s)
    return True


def _free_ports(n: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(n)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
