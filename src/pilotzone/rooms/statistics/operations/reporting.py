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
from pilotzone.rooms.statistics.engine.collection.checks import HARD, Form, form_of, judged, may_stand
from pilotzone.rooms.statistics.engine.collection.due import NEAR_DAYS, OPEN
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Reminder, Report
from pilotzone.rooms.statistics.queries.collecting import asked
from pilotzone.rooms.statistics.queries.definitions import forms
from pilotzone.rooms.statistics.queries.reports import answers_of

LONGEST_NOTE = 500


def report(*, month: date, typed: Mapping[str, str], note: str, at: datetime, today: date) -> int:
    """File or correct the caller's report of a month; its revision. An empty field is 0 in a zero report, else refused.

    Refused `statistics.report.closed`, `.number`, `.field`, `.hard`, `.note`, `.firm`.
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
    with transaction.atomic():
        one = Report.objects.select_for_update().filter(organisation_id=actor.organisation, month=month).first()
        one = one or Report(organisation_id=actor.organisation, month=month, revision=0)
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


def _answers(form: Form, typed: Mapping[str, str]) -> dict[str, Decimal]:
    zero = typed.get("zero_report", "").strip() in ("1", "on")
    told: dict[str, Decimal] = {}
    for field in form.fields:
        text = typed.get(field.key, "").strip().replace(",", "").replace("，", "")
        if field.key == "zero_report":
            told[field.key] = Decimal(int(zero))
            continue
        try:
            told[field.key] = Decimal(text or ("0" if zero else ""))
        except InvalidOperation:
            raise refused("statistics.report.number", field=field.zh) from None
    return told


def _months(month: date, count: int) -> date:
    at = month.year * 12 + month.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)
