"""A day's ledgers judged: by this process, and a day of very many lists by several, each a part of the lists.

Parts are cut by the lists' own numbers (clearance.LedgerSlice); what they find is put together, for residuals and totals
are sums of parts. A part is read in a transaction of its own, as each chunk of a whole day is read by a statement of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import django

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tracking.engine.reconcile.finding import Desk
from pilotzone.rooms.tracking.engine.reconcile.records import Residual
from pilotzone.rooms.tracking.engine.reconcile.run import reconcile
from pilotzone.rooms.tracking.engine.reconcile.totals import Totals
from pilotzone.rooms.tracking.operations.reconcile.gathering import Gathering

MANY = 100_000  # lists of a day from which parts are worth the start of their processes
MOST = 4


def found(day: date, on: date, totals: Totals) -> Iterator[Residual]:
    """Every residual of a day judged as of another; `totals` are whole when the last was taken. In the platform's scope."""
    of = min(os.cpu_count() or 1, MOST)
    if of < 2 or not clearance.ledger_exceeds(day, day, MANY):
        gathering = Gathering(day)
        yield from reconcile(Desk(on, totals), gathering.bundles(), gathering.received())
        return
    with ProcessPoolExecutor(of, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        parts = [pool.submit(part, day, on, clearance.LedgerSlice(at, of)) for at in range(of)]
        yield from reconcile(Desk(on, totals), (), Gathering(day).received())
        for one in parts:
            residuals, told = one.result()
            totals.add(told)
            yield from residuals


def part(day: date, on: date, slice_: clearance.LedgerSlice) -> tuple[list[Residual], Totals]:
    """What one part of the lists shows, in a process of its own."""
    totals = Totals()
    with scope(PLATFORM):
        residuals = list(reconcile(Desk(on, totals), Gathering(day, slice_).bundles()))
    return residuals, totals
