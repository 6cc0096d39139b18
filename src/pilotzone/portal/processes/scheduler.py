"""The scheduler: jobs and their ticks (procrastinate), rooms that read events, watched folders. Role web.

`python -m pilotzone.portal.processes.scheduler`
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import django
import structlog

from pilotzone.kernel import resting

log = structlog.get_logger("scheduler")
IDLE_S, LOOK_S, AWAY_S, MATCH_S, FORGET_S, EXCHANGE_S, FILINGS_S = 0.5, 1.0, 3.0, 5.0, 600.0, 2.0, 60.0
RECONCILE_S = 5.0
REST_S, RARE_S, LOADING_S = 20.0, 60.0, 5.0
PACE_S, FULL = 1.0, 50  # a reader of events looks so often while few of them wait: a look has a price of its own
READERS = ("pilotzone.rooms.tracking.handlers", "pilotzone.rooms.statistics.handlers")
PACED = frozenset({*READERS, "inspections"})
# of what these look for little comes while a demonstration loads, and nobody waits for it by the second
UNHURRIED = frozenset({"folders", "tax_bureau", "hub_log", "hub_push", "export_returns"})


def main() -> None:
    """Read events and run jobs until told to stop."""
    from pilotzone.kernel.home import home
    from pilotzone.portal.processes import records

    django.setup()
    stopping, again = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threads = [
        threading.Thread(target=_repeat, args=(stopping, work, name, idle_s), name=name, daemon=True)
        for name, work, idle_s in rounds()
    ]
    threads.append(threading.Thread(target=_jobs, args=(stopping,), name="jobs", daemon=True))
    for thread in threads:
        thread.start()
    resting.watch(stopping, again, may=lambda: not records.loading(home()))
    log.info("scheduler.ready", rounds=[thread.name for thread in threads])
    stopping.wait()
    for thread in threads:
        thread.join(timeout=5)
    if again.is_set():
        log.info("scheduler.again")
        resting.begin_again()


def rounds() -> list[tuple[str, Callable[[], int], float]]:
    """What is done again and again: name, work (answers how much there was), seconds to wait when there was nothing."""
    from pilotzone.portal.processes import folders, inspections, taxbureau

    modules = [import_module(name) for name in READERS if find_spec(name)]
    reading = [(module.__name__, module.catch_up, IDLE_S) for module in modules]
    return [
        *reading,
        ("folders", folders.watch(), LOOK_S),
        ("payments", match_payments, MATCH_S),
        ("tax_bureau", taxbureau.exchange, LOOK_S),
        ("retention", _retain, FORGET_S),
        *_exchange(),
        ("filings", _filings, FILINGS_S),
        ("plan", _plan, FILINGS_S),
        ("reconciliation", _reconcile, RECONCILE_S),
        ("inspections", inspections.follow, LOOK_S),
        ("inspection_results", inspections.hand_over, EXCHANGE_S),
        ("release_study", inspections.study, FORGET_S),
        ("cases", _cases, FILINGS_S),
        ("hub", _hub, FILINGS_S),
        ("hub_log", _hub_log, LOOK_S),
        ("hub_push", _hub_push, EXCHANGE_S),
        ("statistics", _statistics, FILINGS_S),
        ("export_returns", _export_returns, EXCHANGE_S),
        ("papers", _papers, LOOK_S),
    ]


def _exchange() -> list[tuple[str, Callable[[], int], float]]:
    """SAFE and the banks, where PILOTZONE_EXCHANGE_URL says that there are any."""
    from pilotzone.portal.processes.exchange import Desk

    url = os.environ.get("PILOTZONE_EXCHANGE_URL", "")
    return [("exchange", Desk(url).round, EXCHANGE_S)] if url else []


def _retain() -> int:
    """What is over by the rules of keeping (data/protection) goes; answers 0, for the next has its time."""
    from pilotzone.portal.protection import retention

    if done := retention.run():
        log.info("retention.removed", **done)
    return 0


def _filings() -> int:
    """Filings that begin to count today and reminders of licences; answers 0, for the next has its time."""
    from pilotzone.rooms.registry import api as registry

    if done := registry.tick():
        log.info("filings.due", steps=done)
    return 0


def _plan() -> int:
    """Reminders and chases of the plan's reports and decisions, scores that became final; answers 0."""
    from pilotzone.kernel import clock
    from pilotzone.rooms.plan import api as plan

    if done := plan.tick(clock.today()):
        log.info("plan.due", steps=done)
    return 0


def _reconcile() -> int:
    """The night's reconciliation, once each day of the zone, and what officers asked for, but not of a year that still loads."""
    from pilotzone.rooms.tracking import api as tracking

    if _loading():
        return 0
    tracking.nightly_reconciliation()
    run = tracking.reconcile()
    if run is not None:
        log.info("reconciliation.done", run=run.pk, days=run.days, found=run.found, unexplained=len(run.unexplained))
    return int(run is not None)


def _cases() -> int:
    """Provisional deadlines of cases, once a year's calendar was loaded; answers 0, for the next has its time."""
    from pilotzone.rooms.services import api as services

    if done := services.tick():
        log.info("cases.reckoned", deadlines=done)
    return 0


def _hub() -> int:
    """Sign what was written into the log between departments, forget old answers; answers 0."""
    from pilotzone.exchange.hub import log as hub
    from pilotzone.exchange.hub import repeats
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    with scope(PLATFORM):
        hub.seal()
        repeats.forget()
    return 0


def _hub_log() -> int:
    """Chain what was written into the log between departments; how many entries."""
    from pilotzone.exchange.hub import log as hub
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope

    with scope(PLATFORM):
        return hub.chain_up()


def _hub_push() -> int:
    """Push departments' messages to the systems that want them so; how many were taken."""
    from pilotzone.exchange.hub import clients, delivery
    from pilotzone.exchange.hub.pushing import sender

    addresses = clients.receivers()
    return delivery.deliver(sender(addresses), only=addresses) if addresses else 0


def _statistics() -> int:
    """Release days told ahead; in a demonstration one synthetic month published, once the room has read every event; how much was done."""
    from pilotzone.kernel import clock, events
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.kernel.home import home
    from pilotzone.portal.processes import records
    from pilotzone.rooms.statistics import api as statistics

    loaded = bool(records.read(records.demo_file(home())).get("finished"))
    if loaded:
        with scope(PLATFORM):
            loaded = not events.lag().get("statistics", {"behind": 0})["behind"]
    done = statistics.tick(clock.now(), clock.today(), loaded=loaded)
    if done:
        log.info("statistics.due", steps=done)
    return done


def _export_returns() -> int:
    """The tax of exports that came back, as customs closes their returns; how many batches of events there were."""
    from pilotzone.rooms.tax import api as tax

    return tax.follow_export_returns()


def _papers() -> int:
    """What was asked to be printed many at once; how many tasks ended."""
    return int(import_module("pilotzone.portal.papers.tasks").work())  # named only: papers stand above the processes


def match_payments() -> int:
    """Settle notices of payment that came while their bills were being written; answers 0, for the next has its time."""
    from django.db import connection

    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.tax import api as tax

    with scope(PLATFORM), connection.cursor() as cursor:
        if done := tax.match_payments(cursor, at=clock.now()):
            log.info("payments.settled", payments=done)
    return 0


def _repeat(stopping: threading.Event, work: Callable[[], int], name: str, idle_s: float) -> None:
    from django.db import Error, close_old_connections, connections

    from pilotzone.reference import edition

    failed, worked_at = "", float("inf")
    while not stopping.is_set():
        try:
            close_old_connections()
            edition.refresh()
            began = time.monotonic()
            if done := work():
                worked_at = time.monotonic()
                if name in PACED and done < FULL:
                    stopping.wait(max(0.0, began + pace_of(name) - worked_at))
            else:
                if idle_s >= RARE_S:
                    connections.close_all()  # a backend that works once a minute is not kept for it
                stopping.wait(pause_of(name, idle_s))
                if time.monotonic() - worked_at > REST_S:
                    connections.close_all()  # a backend that has seen a rush keeps its memory as long as it lives
                    worked_at = float("inf")
            failed = ""
        except Error as away:
            if failed != str(away):
                log.warning("scheduler.database", work=name, error=str(away)[:200])
            failed = str(away)
            stopping.wait(AWAY_S)
        except Exception:
            # the batch stays where it is and is read again; the others go on
            log.exception("scheduler.failed", work=name)
            stopping.wait(AWAY_S)


def pause_of(name: str, idle_s: float) -> float:
    """How long a round without work waits. While a demonstration loads, readers let more come: closing the same months
    and cubes again at every lull of a year's messages costs more than reading them; and a look at nothing has its price too."""
    return LOADING_S if name in UNHURRIED.union(READERS) and _loading() else idle_s


def pace_of(name: str) -> float:
    """How long after one look of a paced round the next begins, where few events waited."""
    return LOADING_S if name in READERS and _loading() else PACE_S


def _loading() -> bool:
    from pilotzone.kernel.home import home
    from pilotzone.portal.processes import records

    return records.loading(home())


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
