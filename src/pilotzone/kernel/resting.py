"""What a process gives back to the machine once it has nothing to do: memory that a rush left behind."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

GROWN_BYTES = 16 * 1024 * 1024
LOOK_S = 30.0
MUCH_BYTES = 16 * 1024 * 1024
IDLE_SHARE, AGAIN_S = 0.1, 600.0  # hardly anything; at most once in so many seconds
BEGAN = "PZ_BEGAN_AGAIN"  # by the machine's steady clock, which a fresh process in the same place goes on with
Clear = Callable[[], None]
_CLEARS: list[Clear] = []
STATM = Path("/proc/self/statm")


def resident_bytes() -> int:
    """How much memory this process holds now; 0 where the system does not tell."""
    try:
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def forgotten(clear: Clear) -> Clear:
    """Have `clear` called whenever this process rests: memories of a rush, some of them personal. Answers it."""
    _CLEARS.append(clear)
    return clear


def rest() -> None:
    """Forget, collect what is no longer used and hand the free pages back (glibc only; elsewhere the collector alone)."""
    for clear in _CLEARS:
        clear()
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return


class Age:
    """How large this process was when it began, and when it last began again: both decide whether it should do so now."""

    def __init__(self) -> None:
        self._born, self._busy_s = resident_bytes(), time.process_time()

    def is_old(self, over_s: float) -> bool:
        """Whether it holds far more than at its birth, did hardly anything in the last `over_s` seconds, and is not fresh.

        To be asked after a rest. What a rush leaves in the heap (a few pages of each arena still in use) no trim returns.
        """
        busy_s, self._busy_s = time.process_time() - self._busy_s, time.process_time()
        began = float(os.environ.get(BEGAN, "-inf"))
        grown = resident_bytes() - self._born > MUCH_BYTES
        return grown and busy_s < over_s * IDLE_SHARE and time.monotonic() - began > AGAIN_S


def begin_again() -> NoReturn:
    """Put a fresh process in this one's place: same number, words and streams; files and connections are closed.

    To be called by the main thread once nothing is at hand. Whoever is killed just then has lost nothing either.
    """
    os.environ[BEGAN] = str(time.monotonic())
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (the words it was started with)


def watch(
    stopping: threading.Event, again: threading.Event | None = None, *, may: Callable[[], bool] = lambda: True
) -> threading.Thread:
    """A thread that rests this process whenever it has grown since it last rested; it ends with `stopping`.

    With `again`, a process that has grown old sets both events once it `may`: it is to stop in order, then `begin_again`.
    """

    def look() -> None:
        before, age = 0, Age() if again is not None else None
        while not stopping.wait(LOOK_S):
            if resident_bytes() - before > GROWN_BYTES:
                rest()
                before = resident_bytes()
            if again is not None and age is not None and age.is_old(LOOK_S) and may():
                again.set()
                stopping.set()

    thread = threading.Thread(target=look, name="resting", daemon=True)
    thread.start()
    return thread
