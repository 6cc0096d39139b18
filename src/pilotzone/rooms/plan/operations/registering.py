"""Who speaks for a unit, and who sits in the zone office."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

from django.db.models import Q

from pilotzone.base.days import day_of
from pilotzone.kernel import audit, vault
from pilotzone.kernel.access.actor import ZONE
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Liaison, Secondment
from pilotzone.rooms.plan.queries.subjects import Subject, subject_of
from pilotzone.rooms.plan.queries.working import CONTEXT

YEAR = timedelta(days=366)


def name_liaison(
    *, plan: Plan, work: Work, unit: str, name: str, post: str, contact: str, since: date, at: datetime
) -> None:
    """Name the liaison of a body from a day on, by the body itself or the zone office; the one before ends the day before.

    Refused `plan.unit`, `plan.person`, `plan.days` (out of range, or somebody was named from that day on already).
    """
    actor = require("report.review" if current().kind == ZONE else "report.fill")
    body = _body(plan, work, day_of(at), unit, "" if actor.kind == ZONE else actor.unit_path)
    name, post, contact = name.strip(), post.strip(), contact.strip()
    if not name or len(name) > 40 or len(post) > 80 or len(contact) > 40:
        raise refused("plan.person")
    _within(plan, since, day_of(at))
    before = Liaison.objects.select_for_update().filter(plan=plan.key, unit=body.path, until=None).first()
    if before is not None:
        if since <= before.since:
            raise refused("plan.days")
        before.until = since - timedelta(days=1)
        before.save(update_fields=["until"])
    Liaison.objects.create(
        plan=plan.key, unit=body.path, name=name, post=post, since=since, entered_by=actor.person or 0, entered_at=at,
        contact=vault.seal(contact.encode(), CONTEXT) if contact else b"",
    )  # fmt: skip
    audit.record("plan.liaison", object_kind="plan.unit", object_id=body.path, after={"since": since.isoformat()})


def second(*, plan: Plan, work: Work, unit: str, name: str, since: date, at: datetime) -> int:
    """Enter who a unit sent to the zone office; the term ends after the years of the plan.

    Refused `plan.unit`, `plan.person`, `plan.days`, `plan.seconded` where the same person's term overlaps.
    """
    actor = require("report.review")
    body = _body(plan, work, day_of(at), unit, "")
    name = name.strip()
    if not name or len(name) > 40:
        raise refused("plan.person")
    _within(plan, since, day_of(at))
    last = calendar.monthrange(since.year + work.secondment_years, since.month)[1]
    until = since.replace(year=since.year + work.secondment_years, day=min(since.day, last)) - timedelta(days=1)
    standing = Secondment.objects.filter(plan=plan.key, unit=body.path, name=name, since__lte=until, until__gte=since)
    if standing.filter(Q(ended=None) | Q(ended__gte=since)).exists():
        raise refused("plan.seconded")
    row = Secondment.objects.create(
        plan=plan.key, unit=body.path, name=name, since=since, until=until, entered_by=actor.person or 0, entered_at=at
    )
    audit.record("plan.second", object_kind="plan.unit", object_id=body.path, after={"until": until.isoformat()})
    return row.pk


def end_secondment(*, number: int, on: date) -> None:
    """End a term before its time. Refused `plan.no_report`, `plan.days`."""
    require("report.review")
    row = Secondment.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise refused("plan.no_report")
    if row.ended is not None or not row.since <= on <= row.until:
        raise refused("plan.days")
    row.ended = on
    row.save(update_fields=["ended"])
    audit.record("plan.second.end", object_kind="plan.unit", object_id=row.unit, after={"ended": on.isoformat()})


def _within(plan: Plan, since: date, today: date) -> None:
    """From a year before the plan to a year from now. Refused `plan.days`."""
    if not plan.start - YEAR <= since <= today + YEAR:
        raise refused("plan.days")


def _body(plan: Plan, work: Work, on: date, unit: str, own: str) -> Subject:
    found = subject_of(plan, work, on, own or unit)
    if found is None or (own and unit and unit != own):
        raise refused("plan.unit")
    return found
