"""Work done later: procrastinate on Django's connection, so a job exists only if its transaction commits.

Rooms declare tasks with `@jobs.task`; a task opens `access.scope` itself and only ticks: what is due is found by
`due_at <= clock.now()`, never by the time a job was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from pilotzone.base.errors import Unavailable

Task = TypeVar("Task", bound=Callable[..., Any])

RETRY = RetryStrategy(max_attempts=8, exponential_wait=3, retry_exceptions={Unavailable})


def task(name: str, *, queue: str = "default", every: str | None = None) -> Callable[[Task], Task]:
    """Declare a task `room.verb`. `every` is a cron line, on which the task is called with the tick's timestamp.

    Only Unavailable is tried again, with growing pauses; any other error is final and kept with the job.
    """

    def declare(function: Task) -> Task:
        made = app.task(name=name, queue=queue, retry=RETRY, pass_context=False)(function)
        if every:
            app.periodic(cron=every, periodic_id=name)(made)
        return function

    return declare


def later(name: str, *, lock: str | None = None, **arguments: Any) -> None:
    """Ask for a task in the caller's transaction; of tasks with one `lock` only one runs at a time."""
    app.configure_task(name, lock=lock).defer(**arguments)
