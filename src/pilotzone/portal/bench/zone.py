"""A throw-away zone for the bench: a state folder, ports and a PostgreSQL of its own, with the settings `up` uses.

Runs postgres, intake, workers (one per core) and the scheduler, whose readers keep the projections. The outbound
transport to customs is off: letters are written to the outbox, nobody carries them. No web, unless asked for.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pilotzone.portal.bench.place import Place, closing, until
from pilotzone.portal.processes import probes, records, tree
from pilotzone.portal.processes.home import log_dir

LEFT_OUT = ("carrier", "simulators", "demo")
START_S = 180.0


class Zone(Place):
    """The zone; `start` returns when everything is ready, `close` removes it."""

    def __init__(self, *, workers: int, web: bool = False, without: tuple[str, ...] = ()) -> None:
        super().__init__("pz-bench-")
        ports = (self.port, self.intake_port, self.counterpart_port, workers)
        self._words = [str(self.state), *map(str, ports), *([] if web else ["web"]), *LEFT_OUT, *without]
        self._view: subprocess.Popen[bytes] | None = None

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
            sys.executable, "-m", "pilotzone.portal.bench.zone", "view", "--interface", "wsgi", "--host", "127.0.0.1", "--port",
            str(self.intake_port), "--workers", str(os.cpu_count() or 1), "--blocking-threads", "1", "--no-ws",
            "--log-level", "error", "pilotzone.portal.bench.baseline:application",
        ]  # fmt: skip
        self._view = subprocess.Popen(  # noqa: S603 (our own module, no shell)
            words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        address = f"http://127.0.0.1:{self.intake_port}/healthz"
        if not until(lambda: probes.answers(address), limit_s=START_S):
            raise RuntimeError("the baseline's view did not start")

    def pids(self, *kinds: str) -> list[int]:
        """The processes whose names begin with one of these; the baseline's view counts as workers."""
        view = [self._view.pid] if self._view is not None and "worker" in kinds else []
        return view + [row["pid"] for name, row in self.members().items() if row["pid"] and name.startswith(kinds)]

    def close(self) -> None:
        """Stop what runs and remove the folder."""
        if self._view is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(
                    self._view.pid, signal.SIGKILL
                )  # it and its workers, which would outlive it; they keep nothing
            self._view.wait()
        super().close()

    def _last_words(self) -> str:
        logs = sorted(log_dir(self.state).glob("*"))
        return " | ".join(path.read_text(errors="replace")[-300:] for path in logs)


def zone(**words: Any) -> AbstractContextManager[Zone]:
    """A zone, closed whatever happens."""
    return closing(Zone(**words))


def _main(words: list[str]) -> int:
    """The supervisor of the tree without the programs named last; or, after `view`, the baseline's server."""
    from pilotzone.portal.processes.member import end_with_parent
    from pilotzone.portal.processes.supervisor import Supervisor

    end_with_parent(signal.SIGTERM)  # a bench that is killed leaves neither zone nor view running
    if words[0] == "view":
        os.execv(sys.executable, [sys.executable, "-m", "granian", *words[1:]])  # noqa: S606 (the mark outlives exec)
    state, port, intake, counterpart, workers = words[:5]
    plan = tree.Plan(Path(state), int(port), int(intake), int(counterpart), workers=int(workers))
    lock = records.Lock(plan.state)
    lock.take()
    rows = [row for row in tree.programs(plan) if row.name not in words[5:]]
    return Supervisor(plan, rows, lambda _: None).run()


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
