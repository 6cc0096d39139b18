"""A throw-away zone for the bench: a state folder, ports and a PostgreSQL of its own, with the settings `up` uses.

Runs postgres, intake, workers (one per core) and the scheduler, whose readers keep the projections. The outbound
transport to customs is off: letters are written to the outbox, nobody carries them. No web, unless asked for.
"""

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

from pilotzone.portal.processes import connections, probes, records, tree
from pilotzone.portal.processes.home import database_dir, log_dir, socket_dir
from pilotzone.portal.processes.postgres import Server

OTHERS = ("DATABASE_URL", "PILOTZONE_CUSTOMS_URL", "PILOTZONE_DB_NAME", "PILOTZONE_DB_HOST", "PILOTZONE_DB_ROLE")
LEFT_OUT = ("carrier", "simulators", "demo")
START_S = 180.0


class Zone:
    """The zone; `start` returns when everything is ready, `close` removes it."""

    def __init__(self, *, workers: int, web: bool = False, without: tuple[str, ...] = ()) -> None:
        self.state = Path(tempfile.mkdtemp(prefix="pz-bench-"))
        self.state.chmod(0o755)  # the database's account must pass
        self.port, self.intake_port, counterpart = _free_ports(3)
        self._words = [str(self.state), str(self.port), str(self.intake_port), str(counterpart), str(workers)]
        self._words += [*([] if web else ["web"]), *LEFT_OUT, *without]
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in OTHERS},
            "PILOTZONE_HOME": str(self.state),
            "PILOTZONE_INTAKE_PORT": str(self.intake_port),
            "DJANGO_SETTINGS_MODULE": "pilotzone.portal.settings",
        }
        self._tree: subprocess.Popen[bytes] | None = None
        self._view: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the portal is, if it runs."""
        return f"http://127.0.0.1:{self.port}"

    def enter(self) -> None:
        """Make this process one of the zone's, as role web. Once in a process: Django is set up for good."""
        for name in OTHERS:
            os.environ.pop(name, None)
        os.environ.update({name: self.environment[name] for name in ("PILOTZONE_HOME", "DJANGO_SETTINGS_MODULE")})
        import django

        django.setup()

    def start(self) -> None:
        """Start the tree and wait until every process is ready."""
        self._tree = subprocess.Popen(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-m", "pilotzone.portal.bench.zone", *self._words],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if not until(self.ready, limit_s=START_S):
            raise RuntimeError(f"the bench's zone did not start: {self.members()}; {self._last_words()}")

    def start_baseline(self) -> None:
        """Start the ordinary view on the intake's port, one process a core (`baseline.py`)."""
        environment = {
            **self.environment, "PILOTZONE_DB_ROLE": "flood", "PILOTZONE_DSN": self.dsn("flood"),
            "MALLOC_ARENA_MAX": "2",
        }  # fmt: skip
        words = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port",
            str(self.intake_port), "--workers", str(os.cpu_count() or 1), "--blocking-threads", "1", "--no-ws",
            "--log-level", "error", "pilotzone.portal.bench.baseline:application",
        ]  # fmt: skip
        self._view = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        address = f"http://127.0.0.1:{self.intake_port}/healthz"
        if not until(lambda: probes.answers(address), limit_s=START_S):
            raise RuntimeError("the baseline's view did not start")

    def members(self) -> dict[str, dict[str, Any]]:
        """The processes by name, as the supervisor last wrote them down."""
        return {row["name"]: row for row in records.read(records.tree_file(self.state)).get("processes", [])}

    def ready(self) -> bool:
        """Whether every process is there."""
        states = [row["state"] for row in self.members().values()]
        return bool(states) and all(state in ("ready", "done") for state in states)

    def dsn(self, role: str) -> str:
        """The connection of a role: owner, web, flood."""
        return connections.dsn(f"pz_{role}", self.state)

    def pids(self, *kinds: str) -> list[int]:
        """The processes whose names begin with one of these; the baseline's view counts as workers."""
        view = [self._view.pid] if self._view is not None and "worker" in kinds else []
        return view + [row["pid"] for name, row in self.members().items() if row["pid"] and name.startswith(kinds)]

    def close(self) -> None:
        """Stop what runs and remove the folder."""
        if self._view is not None:
            self._view.terminate()
            self._view.wait(30)
        if self._tree is not None and self._tree.poll() is None:
            self._tree.terminate()
            try:
                self._tree.wait(90)
            except subprocess.TimeoutExpired:
                self._tree.kill()
                self._tree.wait()
        data = database_dir(self.state)
        if data.exists():
            Server(data, self.state / "programs").stop(mode="immediate")
        shutil.rmtree(socket_dir(data), ignore_errors=True)
        shutil.rmtree(self.state, ignore_errors=True)

    def _last_words(self) -> str:
        logs = sorted(log_dir(self.state).glob("*"))
        return " | ".join(path.read_text(errors="replace")[-300:] for path in logs)


@contextlib.contextmanager
def zone(**words: Any) -> Iterator[Zone]:
    """A zone, closed whatever happens."""
    made = Zone(**words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # who is asked to end takes the tree along
    try:
        yield made
    finally:
        made.close()


def until(holds: Callable[[], bool], *, limit_s: float, pause_s: float = 0.1) -> bool:
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


def _main(words: list[str]) -> int:
    """The supervisor of the tree, without the programs named last."""
    from pilotzone.portal.processes.supervisor import Supervisor

    state, port, intake, counterpart, workers = words[:5]
    plan = tree.Plan(Path(state), int(port), int(intake), int(counterpart), workers=int(workers))
    lock = records.Lock(plan.state)
    lock.take()
    rows = [row for row in tree.programs(plan) if row.name not in words[5:]]
    return Supervisor(plan, rows, lambda _: None).run()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
