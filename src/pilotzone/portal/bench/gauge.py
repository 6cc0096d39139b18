"""What the processes of a zone cost: processor time by kind, and the memory of intake and workers at their peak."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence

import psutil

from pilotzone.portal.processes.measure import MEGABYTE, proportional

KINDS = {"worker": ("worker",), "intake": ("intake",), "projections": ("scheduler",), "postgres": ("postgres",)}
LOOK_S = 1.0
Pids = Callable[..., Sequence[int]]


def spent(pid: int) -> float:
    """Seconds of processor of a process, of its children that live and of those it has taken leave of."""
    total = 0.0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for member in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                used = member.cpu_times()
                total += used.user + used.system + used.children_user + used.children_system
    return total


def by_kind(pids: Pids) -> dict[str, float]:
    """Seconds of processor by kind of process, since each began."""
    return {kind: sum(spent(pid) for pid in pids(*names)) for kind, names in KINDS.items()}


class Memory:
    """Looks at intake and workers once a second and remembers the most they had together (proportional set size)."""

    def __init__(self, pids: Pids) -> None:
        self._pids, self._over = pids, threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
        self.peak_mb = 0.0

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_S):
            self._look()

    def _look(self) -> None:
        now = sum(proportional(pid) for pid in self._pids("intake", "worker")) / MEGABYTE
        self.peak_mb = max(self.peak_mb, now)
