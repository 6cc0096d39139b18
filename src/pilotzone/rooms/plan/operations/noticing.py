"""工作通报: once a month the zone office tells the bodies the city only coordinates how the tasks they share stand."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.plan.engine.monthly import months
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Notice
from pilotzone.rooms.plan.queries.notices import facts_for
from pilotzone.rooms.plan.queries.overview import Overview

LONGEST = 2000


def issue_notice(*, plan: Plan, work: Work, seen: Overview, month: date, words: str, at: datetime) -> int:
    """Issue the notice of a month that is over, with the platform's facts as they stand and the office's words; its row. Once a month.

    Refused `plan.month`, `text.long`, `plan.unit` where no coordinated body exists, `plan.noticed`.
    """
    actor = require("report.review")
    if month not in months(plan, day_of(at)):
        raise refused("plan.month")
    words = whole(words, LONGEST, "说明", "The words", field="words")
    facts = facts_for(plan, work, seen, month)
    if not facts["bodies"]:
        raise refused("plan.unit")
    number = (Notice.objects.filter(plan=plan.key).aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            row = Notice.objects.create(
                plan=plan.key,
                number=number,
                month=month,
                facts=facts,
                words=words,
                issued_by=actor.person or 0,
                issued_at=at,
            )
    except IntegrityError:
        raise refused("plan.noticed") from None
    audit.record("plan.notice", object_kind="plan.notice", object_id=str(row.pk), after={"month": month.isoformat()})
    return row.pk
