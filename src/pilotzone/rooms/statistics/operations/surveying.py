"""A sample survey from its draw to its publication: who is asked is a function of frame and seed; who answers is the firm."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.statistics.engine.design.planning import planned
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Survey, SurveyUnit
from pilotzone.rooms.statistics.queries.collecting import frame
from pilotzone.rooms.statistics.queries.surveys import estimates, survey

LONGEST, MOST = 100, Decimal(10) ** 12


def design(*, title: str, month: date, size: int, seed: str, due_on: date, at: datetime) -> int:
    """Draw a survey of own-brand exports of a month's firms; its number. Refused `statistics.survey.words`, `statistics.frame.empty`."""
    actor = require("statistics.work")
    title, seed = title.strip(), seed.strip()
    if not title or not seed or max(len(title), len(seed)) > LONGEST or not 1 <= size <= 5000 or due_on < at.date():
        raise refused("statistics.survey.words", most=LONGEST)
    sizes = frame(month)
    drawn = planned({f"{number:012d}": value for number, value in sizes.items()}, size, seed)
    with transaction.atomic():
        one = Survey.objects.create(
            title=title,
            month=month,
            size=size,
            seed=seed,
            frame=len(sizes),
            due_on=due_on,
            drawn_at=at,
            drawn_by_id=actor.person,
        )
        SurveyUnit.objects.bulk_create(
            SurveyUnit(survey=one, organisation_id=int(unit.key), stratum=unit.stratum, probability=unit.probability)
            for unit in drawn
        )
        audit.record(
            "statistics.survey",
            object_kind="statistics.survey",
            object_id=one.pk,
            after={"seed": seed, "units": len(drawn)},
        )
    return one.pk


def answer(*, number: int, exports: str, own: str, at: datetime) -> None:
    """The caller's firm answers; again as often as it likes until the figures are published.

    Refused `statistics.survey.unknown` (not asked), `.closed`, `.answer`.
    """
    actor = require("statistics.report")
    if actor.kind != ENTERPRISE or actor.organisation is None:
        raise refused("statistics.report.firm")
    told = {"exports": _amount(exports), "own": _amount(own)}
    if told["own"] > told["exports"]:
        raise refused("statistics.survey.answer")
    with transaction.atomic():
        unit = (
            SurveyUnit.objects.select_for_update(of=("self",))
            .filter(survey_id=number, organisation_id=actor.organisation)
            .first()
        )
        if unit is None:
            raise refused("statistics.survey.unknown")
        if survey(number).published_at is not None:
            raise refused("statistics.survey.closed")
        unit.answers = {key: f"{value:f}" for key, value in told.items()}
        unit.filed_at, unit.filed_by_id = at, actor.person
        unit.save(update_fields=["answers", "filed_at", "filed_by"])
        audit.record("statistics.survey.answer", object_kind="statistics.survey", object_id=number)


def publish_survey(*, number: int, at: datetime, on: date) -> None:
    """Tell the estimates with their errors, for good. Refused `statistics.survey.unknown`, `.closed`, `.early`."""
    require("statistics.work")
    with transaction.atomic():
        one = Survey.objects.select_for_update().filter(pk=number).first()
        if one is None:
            raise refused("statistics.survey.unknown")
        if one.published_at is not None:
            raise refused("statistics.survey.closed")
        if on <= one.due_on:
            raise refused("statistics.survey.early", day=one.due_on.isoformat())
        one.result, one.published_at = estimates(number, on), at
        one.save(update_fields=["result", "published_at"])
        audit.record("statistics.survey.publish", object_kind="statistics.survey", object_id=number)


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        raise refused("statistics.survey.answer") from None
    if not value.is_finite() or not 0 <= value <= MOST:
        raise refused("statistics.survey.answer")
    return value
