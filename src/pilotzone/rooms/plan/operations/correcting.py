"""更正: minutes and monthly reports that were given in are corrected with a reason; what they said before stays.

What the platform filled in when a report was sent, and the day it was sent, never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from pilotzone.base.texts import whole
from pilotzone.kernel import audit, seen
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Correction, Meeting, Monthly
from pilotzone.rooms.plan.operations.meeting import LONGEST as MINUTES
from pilotzone.rooms.plan.operations.monthly import said_of

REASON = 200
STALE, SOURCE = "plan.correction_stale", "docs/algorithms/plan_work.md"


def correct_minutes(*, meeting: int, minutes: str, reason: str, at: datetime, shown: int | None = None) -> int:
    """Correct the minutes of a meeting that was held, by the zone office; answers its ordinal, 1 for the first.

    `shown`: how many corrections the writer saw; None compares nothing. Refused `plan.no_report`, `plan.meeting_state`,
    `plan.minutes`, `plan.correction_reason`, `plan.unchanged`, `plan.correction_stale` (a colleague corrected them meanwhile).
    """
    require("report.review")
    minutes, reason = minutes.strip(), _reason(reason)
    if not minutes or len(minutes) > MINUTES:
        raise refused("plan.minutes", most=MINUTES)
    with transaction.atomic():
        row = Meeting.objects.select_for_update().filter(pk=meeting).first()
        if row is None:
            raise refused("plan.no_report")
        if row.state != "held":
            raise refused("plan.meeting_state")
        _unmoved("plan.minutes.correct", "plan.meeting", row.pk, shown, ("纪要", "the minutes"))
        number = _kept({"meeting": row}, {"minutes": row.minutes}, {"minutes": minutes}, reason, at)
        row.minutes = minutes
        row.save(update_fields=["minutes"])
        _told("plan.minutes.correct", "plan.meeting", row.pk, number, reason)
    return number


def correct_monthly(
    *, monthly: int, summary: str, words: Mapping[int, str], reason: str, at: datetime, shown: int | None = None
) -> int:
    """Correct one's own body's report of a month; answers its ordinal, 1 for the first.

    `shown` as for minutes. Refused `plan.no_report`, `plan.unit` (another body's), `plan.words`, `plan.explain`,
    `plan.correction_reason`, `plan.unchanged`, `plan.correction_stale`.
    """
    actor = require("report.fill")
    reason = _reason(reason)
    with transaction.atomic():
        # the row is locked by who may change it; another body's is seen, and refused by name
        found = Monthly.objects.filter(pk=monthly).first()
        if found is None:
            raise refused("plan.no_report")
        if found.unit != actor.unit_path:
            raise refused("plan.unit")
        row = Monthly.objects.select_for_update().get(pk=monthly)
        _unmoved("plan.monthly.correct", "plan.monthly", row.pk, shown, ("工作月报", "the monthly report"))
        said = said_of(row.facts, summary, words)
        now: dict[str, Any] = {"summary": summary.strip(), "words": {str(task): text for task, text in said.items()}}
        number = _kept(
            {"monthly": row, "unit": row.unit}, {"summary": row.summary, "words": row.words}, now, reason, at
        )
        row.summary, row.words = now["summary"], now["words"]
        row.save(update_fields=["summary", "words"])
        _told("plan.monthly.correct", "plan.monthly", row.pk, number, reason)
    return number


def _unmoved(action: str, kind: str, number: int, shown: int | None, what: tuple[str, str]) -> None:
    """Refused `plan.correction_stale`, with who and when, where there is a correction the writer did not see."""
    if shown is None:
        return
    lines = seen.since(kind, number, lambda line: line["action"] == action and line["after"]["correction"] > shown)
    if lines:
        raise seen.overtaken(lines, code=STALE, source=SOURCE, what=what)


def _kept(of: dict[str, Any], before: dict[str, Any], now: dict[str, Any], reason: str, at: datetime) -> int:
    """Keep what stood before; refused where nothing changed."""
    if before == now:
        raise refused("plan.unchanged")
    which = {name: row for name, row in of.items() if name != "unit"}
    number = (Correction.objects.filter(**which).aggregate(last=Max("number"))["last"] or 0) + 1
    Correction.objects.create(**of, number=number, before=before, reason=reason, by=current().person or 0, at=at)
    return number


def _reason(reason: str) -> str:
    told = whole(reason, REASON, "更正理由", "The reason", field="reason")
    if not told:
        raise refused("plan.correction_reason", most=REASON)
    return told


def _told(action: str, kind: str, number: int, correction: int, reason: str) -> None:
    audit.record(action, object_kind=kind, object_id=str(number), after={"correction": correction}, reason=reason)
