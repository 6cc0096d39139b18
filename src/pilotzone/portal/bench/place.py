"""Where a throw-away zone stands: a state folder, ports and an environment of its own, gone when it is closed."""

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
from typing import Any, TypeVar

from pilotzone.portal.processes import connections, records
from pilotzone.portal.processes.home import database_dir, socket_dir
from pilotzone.portal.processes.postgres import Server

OTHERS = ("DATABASE_URL", "PILOTZONE_CUSTOMS_URL", "PILOTZONE_DB_NAME", "PILOTZONE_DB_HOST", "PILOTZONE_DB_ROLE")


class Place:
    """A zone's place below the system's folder for temporary files. Who starts a tree there keeps it in `_tree`."""

    def __init__(self, prefix: str) -> None:
        self.state = Path(tempfile.mkdtemp(prefix=prefix))
        self.state.chmod(0o755)  # the database's account must pass
        self.port, self.intake_port, self.counterpart_port = free_ports(3)
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in OTHERS},
            "PILOTZONE_HOME": str(self.state),
            "PILOTZONE_INTAKE_PORT": str(self.intake_port),
            "PILOTZONE_COUNTERPART_PORT": str(self.counterpart_port),
            "DJANGO_SETTINGS_MODULE": "pilotzone.portal.settings",
        }
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

    def members(self) -> dict[str, dict[str, Any]]:
        """The processes of the tree by name, as the supervisor last wrote them down."""
        return {row["name"]: row for row in records.read(records.tree_file(self.state)).get("processes", [])}

    def ready(self) -> bool:
        """Whether every process of the tree is there."""
        states = [row["state"] for row in self.members().values()]
        return bool(states) and all(state in ("ready", "done") for state in states)

    def close(self) -> None:
        """Stop what runs and remove the folder."""
        if self._tree is not None:
            self._tree.terminate()  # says nothing to one that has ended
            try:
                self._tree.wait(90)
            except subprocess.TimeoutExpired:
                self._tree.kill()
                self._tree.wait()
        if database_dir(self.state).exists():
            self.server.stop(mode="immediate")
        shutil.rmtree(socket_dir(database_dir(self.state)), ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)


Made = TypeVar("Made", bound=Place)


@contextlib.contextmanager
def closing(made: Made) -> Iterator[Made]:
    """A zone, closed whatever happens."""
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


def free_ports(n: int) -> list[int]:
    """So many local ports nobody listens at just now."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(n)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
