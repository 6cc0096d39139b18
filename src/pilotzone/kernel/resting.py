"""What a process gives back to the machine once it has nothing to do: memory that a rush left behind."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

GROWN_BYTES = 16 * 1024 * 1024
LOOK_S = 30.0
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


def watch(stopping: threading.Event) -> threading.Thread:
    """A thread that rests this process whenever it has grown since it last rested; it ends with `stopping`."""

    def look() -> None:
        before = 0
        while not stopping.wait(LOOK_S):
            if resident_bytes() - before > GROWN_BYTES:
                rest()
                before = resident_bytes()

    thread = threading.Thread(target=look, name="resting", daemon=True)
    thread.start()
    return thread
