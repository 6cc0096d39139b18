"""The proof of the daily reconciliation on the rooms' own tables: ledgers exported, compared, residuals kept, in PostgreSQL.

    python tools/proof_reconcile_database.py [--lists N] [--planted N] [--seed N] [--database NAME] [--many N]

A throw-away zone is filled (tools/ledger_fill.py, 合成数据) and an officer's run carried out as the tree carries it out.
Twice: the second finds the same and changes nothing. `--database`: an empty migrated one of the server the settings
name. Exit 1 where anything planted was missed, anything else was found, or money stays unexplained.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import Any, NamedTuple

import psutil
from figures import load
from throwaway import zone

LIMIT_S, PROCESSORS = 60, 2


class Told(NamedTuple):
    """What two runs found and what the first took: seconds by the clock, of this process and of the database."""

    lists: int
    planted: Counter[str]
    exact: bool
    unexplained: int
    again: bool
    wall: float
    work: float
    database: float
    filling: float
    memory_mb: int
    parts: int

    @property
    def holds(self) -> bool:
        """Whether everything asked for holds; parts run side by side, so two processors take half of the sum."""
        return self.exact and self.again and not self.unexplained and (self.work + self.database) / PROCESSORS < LIMIT_S


def database_proof(dsn: str, *, lists: int, planted: int, seed: int, many: int | None = None) -> Told:
    """Fill the database and reconcile it, in this process, as role web; `dsn` is of a role that may fill."""
    from ledger_fill import fill

    from pilotzone.rooms.tracking.operations.reconcile import slices
    from pilotzone.rooms.tracking.tests.ledgers import Ledgers

    if many is not None:
        slices.MANY = many
    ledgers = Ledgers(lists, seed=seed, differing=planted)
    began = time.monotonic()
    fill(dsn, ledgers)
    filling = time.monotonic() - began
    backends = _Backends(dsn)
    began, worked, there = time.monotonic(), _worked(), backends.busy()
    run = _run()
    wall, work, database = time.monotonic() - began, _worked() - worked, backends.busy() - there
    parts = min(os.cpu_count() or 1, slices.MOST) if lists > slices.MANY else 1
    exact = _kept() == (ledgers.planted, len(ledgers.planted)) and run.state == "done"
    again = _run()
    still = (again.found, again.fresh, again.reopened, again.gone) == (run.found, 0, 0, 0)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Told(
        lists, Counter(ledgers.planted.values()), exact, len(run.unexplained), still, wall, work, database, filling, memory, parts
    )  # fmt: skip


def _worked() -> float:
    """Processor seconds of this process and of those it started that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _run() -> Any:
    from pilotzone.kernel.access.actor import ZONE, Actor
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.tracking import api
    from pilotzone.rooms.tracking.tests.ledgers import DAY

    with scope(Actor(kind=ZONE, unit_path="zone", role="zone_officer")):
        number = api.ask_reconciliation(DAY, DAY)
    return api.reconcile(number)


def _kept() -> tuple[dict[int, str], int]:
    """The residuals as they lie: number of the list → kind, and how many there are."""
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.tracking.models import Residual

    with scope(PLATFORM):
        rows = list(Residual.objects.values_list("key", "subject", "kind"))
    told = {
        int(subject.removeprefix("R") if key.startswith("receipt:") else key): kind for key, subject, kind in rows
    }  # fmt: skip
    return told, len(rows)


class _Backends:
    """The processor seconds of a whole database server, its ended processes with it."""

    def __init__(self, dsn: str) -> None:
        import psycopg

        with psycopg.connect(dsn) as connection:
            parent = psutil.Process(connection.info.backend_pid).parent()
        assert parent is not None
        self._postmaster = parent

    def busy(self) -> float:
        """So far."""
        spent = self._postmaster.cpu_times()
        total = spent.user + spent.system + spent.children_user + spent.children_system
        for child in self._postmaster.children():
            try:
                used = child.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += used.user + used.system
        return total


def section(told: Told, busy: str) -> str:
    """The proof as a part of docs/proofs.md."""
    found = "exactly these" if told.exact else "SOMETHING ELSE"
    again = "finds the same and changes nothing" if told.again else "CHANGES SOMETHING"
    return (
        f"## Daily reconciliation in PostgreSQL\n\n{told.lists:,} generated lists (合成数据) of one day in the tables of clearance,"
        f" tax and fx (bodies sealed, row-level security in force), {sum(told.planted.values()):,} of them planted with a"
        f" difference of {len(told.planted)} kinds. An officer's run exports the ledgers, compares them and keeps the residuals:"
        f" {found}; pairs and currencies with unexplained money: {told.unexplained}. A second run {again}. Processor seconds:"
        f" {told.work:.0f} s of the run in {told.parts} part(s), {told.database:.0f} s of the database; on two processors"
        f" {(told.work + told.database) / PROCESSORS:.0f} s (asked: {LIMIT_S} s), by the clock {told.wall:.0f} s ({busy}). Filling took {told.filling:.0f} s; {told.memory_mb} MB at the most.\n"
    )


def proof(*, lists: int, planted: int, seed: int) -> tuple[bool, str]:
    """The same in a process of its own; whether it holds, and the section."""
    words = [sys.executable, __file__, "--lists", str(lists), "--planted", str(planted), "--seed", str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout or done.stderr[-4000:]


def main() -> int:
    """One proof; prints its section."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--lists", type=int, default=1_000_000)
    wanted.add_argument("--planted", type=int, default=1600)
    wanted.add_argument("--seed", type=int, default=20210301)
    wanted.add_argument("--database", default="")
    wanted.add_argument("--many", type=int, help="lists of a day from which several processes share it")
    asked = wanted.parse_args()
    sizes = {"lists": asked.lists, "planted": asked.planted, "seed": asked.seed, "many": asked.many}
    before = load()
    if asked.database:
        told = _here(asked.database, sizes)
    else:
        with zone() as one:
            one.start_database()
            one.enter()
            told = database_proof(one.server.dsn(database="pilotzone"), **sizes)
    print(section(told, f"load of the machine {before} before, {load()} after"))
    return 0 if told.holds else 1


def _here(name: str, sizes: dict[str, Any]) -> Told:
    os.environ["PILOTZONE_DB_NAME"] = name
    import django

    django.setup()
    from pilotzone.kernel.home import home
    from pilotzone.portal.processes.home import database_dir
    from pilotzone.portal.processes.postgres import Server

    return database_proof(Server(database_dir(home()), home() / "programs").dsn(database=name), **sizes)


if __name__ == "__main__":
    sys.exit(main())
