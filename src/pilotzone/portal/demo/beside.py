"""Desks at work beside the flood: steps one after the other in a thread with a database connection of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections

Step = Callable[[], None]
T = TypeVar("T")
# a thread that waits for a statement gets the interpreter back from one that computes after so long (docs/adr/0006)
SWITCH_S = 0.001


@contextmanager
def beside(steps: Sequence[Step]) -> Iterator[list[Future[None]]]:
    """Begin the steps; answers what waits for each of them. The end of the context waits for all and raises what one raised.

    A step that fails ends those after it. Where the body fails, steps that have not begun are given up.
    """
    with _turns(SWITCH_S), ThreadPoolExecutor(1, thread_name_prefix="desks") as pool:
        waiting: list[Future[None]] = []
        for step in steps:
            waiting.append(pool.submit(_after, waiting[-1] if waiting else None, step))
        pool.submit(connections.close_all)
        try:
            yield waiting
            for one in waiting:
                one.result()
        finally:
            for one in waiting:
                one.cancel()


def apart(work: Callable[[T], object], *parts: T) -> None:
    """Do the parts at the same time, each in a thread with a connection of its own; raises what one raised once all ended."""

    def alone(part: T) -> None:
        try:
            work(part)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(parts), thread_name_prefix="desk") as pool:
        waiting = [pool.submit(alone, part) for part in parts]
    for one in waiting:
        one.result()


@contextmanager
def _turns(seconds: float) -> Iterator[None]:
    """Threads take turns so often."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _after(before: Future[None] | None, step: Step) -> None:
    if before is not None:
        before.result()  # done, for one thread does them in their order
    step()
