"""How many requests the web process works at together.

One interpreter answers one request at a time. More at once only wake more database backends beside it, each with as large a share of the
processors as a worker, and one that is interrupted within a short lock of PostgreSQL makes the intake's commit wait (ADR 21).
"""

from __future__ import annotations

import threading

PATIENCE_S = 0.4


class Gate:
    """A context in which at most `width` threads are (1 or more); who has waited `patience_s` goes in all the same, so that a few
    slow pages stop nobody."""

    def __init__(self, width: int, patience_s: float = PATIENCE_S) -> None:
        self._free, self._patience_s, self._thread = threading.Semaphore(width), patience_s, threading.local()

    def __enter__(self) -> None:
        self._thread.counted = self._free.acquire(timeout=self._patience_s)

    def __exit__(self, *_: object) -> None:
        if self._thread.counted:
            self._free.release()
