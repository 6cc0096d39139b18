"""The scheduler: jobs and their ticks (procrastinate), and the rooms that read events. Role web, as the platform.

`python -m pilotzone.portal.processes.scheduler`
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable
from importlib.util import find_spec

import django
import structlog

log = structlog.get_logger("scheduler")
IDLE_S, AWAY_S = 0.5, 3.0
READERS = ("pilotzone.rooms.tracking.handlers",)


def main() -> None:
    """Read events and run jobs until told to stop."""
    django.setup()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threads = [
        threading.Thread(target=_repeat, args=(stopping, catch_up), name=catch_up.__module__, daemon=True)
        for catch_up in readers()
    ]
    threads.append(threading.Thread(target=_jobs, args=(stopping,), name="jobs", daemon=True))
    for thread in threads:
        thread.start()
    log.info("scheduler.ready", readers=[thread.name for thread in threads])
    stopping.wait()
    for thread in threads:
        thread.join(timeout=5)


def readers() -> list[Callable[[], int]]:
    """The functions by which rooms catch up with events; each answers how many batches there were."""
    from importlib import import_module

    modules = [import_module(name) for name in READERS if find_spec(name)]
    return [module.catch_up for module in modules]


def _repeat(stopping: threading.Event, catch_up: Callable[[], int]) -> None:
    from django.db import Error, close_old_connections

    failed = ""
    while not stopping.is_set():
        try:
            close_old_connections()
            if not catch_up():
                stopping.wait(IDLE_S)
            failed = ""
        except Error as away:
            if failed != str(away):
                log.warning("scheduler.database", reader=catch_up.__module__, error=str(away)[:200])
            failed = str(away)
            stopping.wait(AWAY_S)
        except Exception:
            # the batch stays where it is and is read again; the others go on
            log.exception("scheduler.reader_failed", reader=catch_up.__module__)
            stopping.wait(AWAY_S)


def _jobs(stopping: threading.Event) -> None:
    """The worker of procrastinate on a connection of its own; it comes back when the database does."""
    while not stopping.is_set():
        try:
            asyncio.run(_work(stopping))
        except Exception as failure:
            log.warning("scheduler.jobs", error=f"{type(failure).__name__}: {failure}"[:200])
        stopping.wait(AWAY_S)


async def _work(stopping: threading.Event) -> None:
    from procrastinate.contrib.django import app

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker:
        async with worker.open_async():
            work = asyncio.create_task(worker.run_worker_async(install_signal_handlers=False, delete_jobs="successful"))
            while not (stopping.is_set() or work.done()):
                await asyncio.sleep(IDLE_S)
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work


if __name__ == "__main__":
    main()
