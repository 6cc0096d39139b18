"""Runs of the reconciliation: asked for by an officer, a command or the night; day by day, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.reference import edition
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tracking.engine.reconcile.run import ALGORITHM
from pilotzone.rooms.tracking.engine.reconcile.totals import Totals
from pilotzone.rooms.tracking.errors import SENTENCES
from pilotzone.rooms.tracking.models import ReconcilePass, ReconcileRun, Residual
from pilotzone.rooms.tracking.operations.reconcile import slices
from pilotzone.rooms.tracking.operations.reconcile.figures import publish_residuals
from pilotzone.rooms.tracking.operations.reconcile.keeping import keep

LOCK = 0x7265636F
STALE = timedelta(minutes=10)  # a run that shows no life so long is taken over
NIGHT, DESK, COMMAND = "night", "desk", "command"
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
MOST_DAYS = 400
# days after which a term ends that changes what a day's ledgers mean (engine/reconcile/terms.py; returns: a year)
LOOKS = (16, 31, 61, 91, 381)
FIRST_NIGHT = 120


def ask(first: date, last: date, *, channel: str = DESK) -> int:
    """Ask for a run over days that are over; its number. One at a time: Refused `rule.reconcile.running|days`."""
    require("recon.run")
    today = clock.today()
    if not (first <= last < today) or (last - first).days >= MOST_DAYS:
        raise SENTENCES.refused("rule.reconcile.days", most=MOST_DAYS)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    actor = current()
    with scope(PLATFORM):
        number = _open(days, channel=channel, person=actor.person)
    audit.record(
        "tracking.reconcile.ask", object_kind="tracking.reconcile", object_id=number, after={"days": len(days)}
    )
    return number


def nightly() -> int | None:
    """Ask for the night's run, once each day of the zone; its number, None where there is nothing to do."""
    today = clock.today()
    with scope(PLATFORM):
        last = ReconcileRun.objects.filter(channel=NIGHT).aggregate(last=Max("as_of"))["last"]
        if (last is not None and last >= today) or _busy():
            return None
        days = _due(today, last)
        return _open(days, channel=NIGHT, person=None) if days else None


def work(number: int | None = None) -> ReconcileRun | None:
    """Carry out the run given, or the next that waits; it as it stands then, None where none waits."""
    with scope(PLATFORM):
        run = _take(number)
    if run is None:
        return None
    try:
        for day in run.wanted:
            with scope(PLATFORM):
                _pass(run, day)
    except Exception as failure:
        with scope(PLATFORM):
            run.state, run.problem, run.finished_at = FAILED, f"{type(failure).__name__}: {failure}"[:300], clock.now()
            run.save()
        raise
    with scope(PLATFORM):
        run.state, run.finished_at = DONE, clock.now()
        run.save()
        publish_residuals(clock.today())
    return run


def _open(days: list[date], *, channel: str, person: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if (busy := _busy()) is not None:
        raise SENTENCES.refused("rule.reconcile.running", what=f"#{busy.pk} {busy.first}—{busy.last}")
    run = ReconcileRun.objects.create(
        first=min(days), last=max(days), as_of=clock.today(), channel=channel, asked_by=person, wanted=days,
        days=len(days), algorithm=ALGORITHM, edition=edition.version(), asked_at=clock.now(), beat_at=clock.wall(),
    )  # fmt: skip
    return run.pk


def _busy() -> ReconcileRun | None:
    alive = clock.wall() - STALE
    return ReconcileRun.objects.filter(state__in=(WAITING, RUNNING), beat_at__gt=alive).order_by("-pk").first()


def _take(number: int | None) -> ReconcileRun | None:
    waiting = ReconcileRun.objects.select_for_update(skip_locked=True).order_by("pk")
    if number is not None:
        run = waiting.filter(pk=number, state=WAITING).first()
    else:
        run = (
            waiting.filter(state=WAITING).first()
            or waiting.filter(state=RUNNING, beat_at__lt=clock.wall() - STALE).first()
        )
    if run is not None:
        run.state, run.beat_at = RUNNING, clock.wall()
        run.done = run.found = run.fresh = run.reopened = run.gone = 0
        run.unexplained = []
        run.save()
    return run


def _pass(run: ReconcileRun, day: date) -> None:
    """One day: whoever reconciles the same day at the same time waits, and then finds the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, day.toordinal()])
    totals = Totals()
    found = slices.found(day, run.as_of, totals)
    kept = keep(found, run=run.pk, day=day, at=clock.now())
    violated = [list(one) for one in totals.violated()]
    ReconcilePass.objects.update_or_create(
        run=run, day=day,
        defaults={
            "at": clock.now(), "matched": totals.matched, "rows": totals.rows, "kinds": totals.kinds,
            "sums": [[*key, *_sum(one)] for key, one in sorted(totals.sums.items())], "unexplained": violated,
        },
    )  # fmt: skip
    run.done += 1
    run.found += kept.found
    run.fresh += kept.fresh
    run.reopened += kept.reopened
    run.gone += kept.gone
    run.unexplained += [[day.isoformat(), *one] for one in violated]
    run.beat_at = clock.wall()
    run.save()


def _sum(one: Any) -> tuple[int, ...]:
    return (one.left, one.right, one.residual, one.tolerated, one.waiting, one.lawful)


def _due(today: date, last: date | None) -> list[date]:
    """The newest days, those not done since the last night, those whose terms end, those with residuals not settled."""
    began = clearance.ledger_begins()
    if began is None:
        return []
    window = int(rate("reconcile.window_days", on=today).number)
    since = max(window, min((today - last).days if last else FIRST_NIGHT, MOST_DAYS))
    wanted = {today - timedelta(days=n) for n in range(1, since + 1)} | {today - timedelta(days=n) for n in LOOKS}
    day = int(rate("reconcile.register_day", on=today).number)
    if today.day == day + 1:
        wanted.update(_month_before(today))
    unsettled = Residual.objects.filter(state__in=("opened", "owned", "explained"))
    wanted.update(unsettled.values_list("pass_day", flat=True).distinct())
    return sorted(day for day in wanted if began <= day < today)


def _month_before(today: date) -> Iterable[date]:
    last = today.replace(day=1) - timedelta(days=1)
    return {last.replace(day=n) for n in range(1, last.day + 1)}
