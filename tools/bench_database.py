"""Benches on an embedded PostgreSQL without a tree: worker, quota ledger, timelines. One fresh database a run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import psutil
import psycopg
from figures import Figure, Run, each, processor_s, rate
from synthetic import BUSY, messages, papers
from throwaway import Zone, zone

TRADES = 2000
QUOTA_BATCH, QUOTA_TIMES = 400, 10
EMPTY = "pilotzone"  # founded and never written to again: the template of every run


@dataclass(frozen=True)
class Work:
    """What one worker run took, by who did it."""

    wall_s: float
    worker_s: float
    database_s: float
    sent: int

    def run(self) -> Run:
        """Worker and its database backend together."""
        return Run(self.wall_s, self.worker_s + self.database_s)


def database(runs: int) -> Iterator[Figure]:
    """Everything that needs a database, in one zone."""
    with zone() as one:
        one.start_database()
        one.enter()
        keys = _found(one)
        made = papers(TRADES, seed=5)
        for size in (100, 1):
            bodies = [(m.body, m.sender.dxp_id, m.at) for m in messages(made, keys, size=size)]
            last = run = 0
            works, timelines = [], []
            for run in range(runs):
                name = f"run_{size}_{run}"
                _fresh(one, name)
                works.append(_work(one, name, bodies))
                if size == 100:
                    timelines.append(_catch_up(one, name))
                last = works[-1].sent
            yield from _of_worker(size, len(made), len(bodies), works, last)
            if timelines:
                how = "tracking reads what the worker's run told, from the first event"
                rows = timelines[0][1]
                yield rate("timelines", "event rows", [run for run, _ in timelines], rows, f"{rows:,} rows; {how}")
        _fresh(one, "quota")
        yield from _quota(one, runs)


def _of_worker(size: int, documents: int, count: int, works: Sequence[Work], sent: int) -> Iterator[Figure]:
    how = (
        f"`run_once` over {count:,} kept messages = {documents:,} documents = {TRADES:,} trades, {sent:,} of them sent"
        " to customs; worker and its database backend, nothing else running"
    )
    runs = [work.run() for work in works]
    name = f"worker, {size} {'documents' if size > 1 else 'document'} a message"
    yield rate(name, "documents", runs, documents, how)
    for who, one in (
        ("worker process", [Run(w.worker_s, w.worker_s) for w in works]),
        ("database backend", [Run(w.database_s, w.database_s) for w in works]),
    ):
        yield each(f"— of that the {who}", "document", one, documents, "processor time")


def _found(one: Zone) -> dict[int, Any]:
    """The demonstration's firms and keys; the connection is closed so that the database can be copied."""
    from django.db import connections

    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.demo.parties import found_all

    with scope(PLATFORM):
        keys = found_all(one.state / "demo" / "keys")
    connections.close_all()
    return keys


def _fresh(one: Zone, name: str) -> None:
    from pilotzone.portal.processes import database

    database.create_database(one.server.dsn(), name, template=EMPTY)


def _connect(one: Zone, name: str) -> psycopg.Connection[Any]:
    return psycopg.connect(one.dsn("flood"), dbname=name)


def _work(one: Zone, name: str, bodies: Sequence[tuple[bytes, str, Any]]) -> Work:
    """Keep the messages, then let one worker work them off."""
    from pilotzone.exchange import inbox
    from pilotzone.exchange.inbox import Incoming
    from pilotzone.pipeline.batch import Pipeline

    with _connect(one, name) as connection:
        inbox.keep(connection, [Incoming(body, "http", sender, None, at) for body, sender, at in bodies])
        connection.commit()
        pipeline, backend = Pipeline("DXPENT0036000000"), psutil.Process(connection.info.backend_pid)
        began, spent, there = time.perf_counter(), processor_s(), _busy(backend)
        done = 0
        while worked := pipeline.run_once(connection).messages:
            done += worked
        wall, worker, database = time.perf_counter() - began, processor_s() - spent, _busy(backend) - there
        assert done == len(bodies)
        row = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE state = 'sent') FROM clearance_trade"
        ).fetchone()
        assert row is not None and row[0] == TRADES and row[1] > 0.9 * TRADES, row
        return Work(wall, worker, database, row[1])


def _busy(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system


def _catch_up(one: Zone, name: str) -> tuple[Run, int]:
    """Read every event into the timelines; how long, and how many rows."""
    from django.db import connections

    from pilotzone.rooms.tracking import handlers

    here = connections["default"]
    here.close()
    here.settings_dict["NAME"] = name
    rows = _one(one, name, "SELECT sum(rows) FROM kernel_event WHERE kind = ANY(%s)", [*handlers.KINDS])
    here.ensure_connection()
    backend = psutil.Process(here.connection.info.backend_pid)
    began, spent, there = time.perf_counter(), processor_s(), _busy(backend)
    while handlers.catch_up():
        pass
    run = Run(time.perf_counter() - began, processor_s() - spent + _busy(backend) - there)
    assert _one(one, name, "SELECT count(*) FROM tracking_trade WHERE lines <> ''") == TRADES
    here.close()
    return run, int(rows)


def _one(one: Zone, name: str, query: str, *words: Any) -> Any:
    with _connect(one, name) as connection:
        row = connection.execute(query, words).fetchone()
    return row[0] if row else None


def _quota(one: Zone, runs: int) -> Iterator[Figure]:
    """Reserving lists on their buyers' years, each batch in a transaction of its own."""
    from pilotzone.rooms.tax import api as tax

    on = date(2021, 11, 11)
    for size in (QUOTA_BATCH, 1):
        taken = []
        for run in range(runs):
            groups = [
                [
                    tax.Reserve(f"{size}-{run}-{group}-{n}", f"buyer {run} {n}", on, Decimal("100.00"))
                    for n in range(size)
                ]
                for group in range(QUOTA_TIMES if size > 1 else 100)
            ]  # fmt: skip
            with _connect(one, "quota") as connection:
                backend = psutil.Process(connection.info.backend_pid)
                began, spent, there = time.perf_counter(), processor_s(), _busy(backend)
                for group in groups:
                    with connection.transaction(), connection.cursor() as cursor:
                        assert all(booked.ok for booked in tax.reserve_batch(cursor, group, at=BUSY))
                cpu = processor_s() - spent + _busy(backend) - there
                taken.append(Run(time.perf_counter() - began, cpu))
        lists = size * len(groups)
        how = f"{len(groups)} transactions of {size} list{'s' if size > 1 else ''}, each of another buyer, commits durable"
        yield each(f"reserve quota, {size} a batch", "list", taken, lists, how)
