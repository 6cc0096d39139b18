"""A firm reports its month. What it says is its own and the statisticians'; the audit trail keeps that it reported, not what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db import transaction

from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.statistics.engine.collection.checks import (
    HARD,
    Field,
    Form,
    fault,
    form_of,
    judged,
    may_stand,
    refused_for,
)
from pilotzone.rooms.statistics.engine.collection.due import NEAR_DAYS, OPEN
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Reminder, Report, ReportBefore
from pilotzone.rooms.statistics.queries.collecting import asked, due
from pilotzone.rooms.statistics.queries.definitions import forms
from pilotzone.rooms.statistics.queries.releases import published
from pilotzone.rooms.statistics.queries.reports import answers_of

LONGEST_NOTE, LONGEST_REASON = 500, 200
_KEPT = (
    "organisation_id",
    "month",
    "revision",
    "edition",
    "answers",
    "note",
    "reason",
    "findings",
    "filed_at",
    "filed_by_id",
)


def report(*, month: date, typed: Mapping[str, str], note: str, at: datetime, today: date, reason: str = "") -> int:
    """File or correct the caller's report of a month; its revision. An empty field is 0 in a zero report, else refused.

    A correction keeps what was said before; after the due day or once the month is published it gives its reason.
    Refused `statistics.report.closed`, `.field`, `.hard`, `.note`, `.reason`, `.firm`.
    """
    actor = require("statistics.report")
    if actor.kind != ENTERPRISE or actor.organisation is None:
        raise refused("statistics.report.firm")
    month = month.replace(day=1)
    if today < (month + timedelta(days=32)).replace(day=1):
        raise refused("statistics.report.closed", month=f"{month:%Y-%m}")
    form = form_of(forms(), month)
    answers = _answers(form, typed)
    found = judged(
        form, answers, before=answers_of(actor.organisation, _months(month, -1)),
        year_before=answers_of(actor.organisation, _months(month, -12)),
    )  # fmt: skip
    known = [one for one in found if one.known]
    note = whole(note, LONGEST_NOTE, "说明", "The note", field="note")
    if not may_stand(found, noted=bool(note)):
        hard = [one for one in known if one.weight == HARD]
        code = "statistics.report.hard" if hard else "statistics.report.note"
        told = hard or known
        raise refused(code, what="；".join(one.zh for one in told), what_en="; ".join(one.en for one in told))
    reason = whole(reason, LONGEST_REASON, "更正理由", "The reason", field="reason")
    with transaction.atomic():
        one = Report.objects.select_for_update().filter(organisation_id=actor.organisation, month=month).first()
        if one is not None and not reason and (today > due(month) or published(month)):
            raise refused("statistics.report.reason", month=f"{month:%Y-%m}", most=LONGEST_REASON)
        one = _set_aside(one) if one else Report(organisation_id=actor.organisation, month=month, revision=0)
        one.reason = reason if one.revision else ""
        one.edition, one.note, one.filed_at, one.filed_by_id = form.version, note, at, actor.person
        one.answers = {key: f"{value:f}" for key, value in answers.items()}
        one.findings, one.revision = [one.key for one in known], one.revision + 1
        one.save()
        audit.record(
            "statistics.report", object_kind="statistics.report", object_id=one.pk,
            after={"month": f"{month:%Y-%m}", "revision": one.revision},
        )  # fmt: skip
    return one.revision


def remind(*, month: date, firms: Iterable[int] | None, at: datetime, today: date) -> int:
    """Remind firms that have not reported (all of them, or those of `firms`), from three working days before the due day on, each once a
    month; how many were. Refused `statistics.remind.early`."""
    actor = require("statistics.work")
    rows = [row for row in asked(month, today) if not row.revision and row.reminded is None]
    if firms is not None:
        wanted = set(firms)
        rows = [row for row in rows if row.firm in wanted]
    if any(row.standing.state == OPEN for row in rows):
        raise refused("statistics.remind.early", days=NEAR_DAYS)
    with transaction.atomic():
        for row in rows:
            one = Reminder.objects.create(organisation_id=row.firm, month=month, day=today, at=at, by_id=actor.person)
            audit.record(
                "statistics.remind",
                object_kind="statistics.reminder",
                object_id=one.pk,
                after={"month": f"{month:%Y-%m}"},
            )
    return len(rows)


def _set_aside(one: Report) -> Report:
    """Keep what the report says now, before it is corrected."""
    ReportBefore.objects.create(**{name: getattr(one, name) for name in _KEPT})
    return one


def _answers(form: Form, typed: Mapping[str, str]) -> dict[str, Decimal]:
    """What was typed as numbers; every field that is none, or cannot be so, is named at once."""
    zero = typed.get("zero_report", "").strip() in ("1", "on")
    told: dict[str, Decimal] = {}
    faults: dict[Field, tuple[str, str]] = {}
    for field in form.fields:
        text = typed.get(field.key, "").strip().replace(",", "").replace("，", "") or ("0" if zero else "")
        if field.key == "zero_report":
            told[field.key] = Decimal(int(zero))
            continue
        try:
            value = Decimal(text) if text else None
        except InvalidOperation:
            value = Decimal("NaN")
        if wrong := fault(field, value):
            faults[field] = wrong
        elif value is not None:
            told[field.key] = value
    if faults:
        raise refused_for(faults)
    return told


def _months(month: date, count: int) -> date:
    at = month.year * 12 + month.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)
