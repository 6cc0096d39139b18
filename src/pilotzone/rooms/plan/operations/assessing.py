"""考核评分: computed, announced, appealed against once, decided by another person, final."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan.engine import assessment, monthly
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Action, Appeal, Monthly, Scorecard
from pilotzone.rooms.plan.queries.overview import Overview
from pilotzone.rooms.plan.queries.subjects import Subject, subjects

LONGEST = 2000


def computed(plan: Plan, work: Work, seen: Overview, year: int, on: date) -> list[dict[str, Any]]:
    """What every body that is scored would get for a year by the lights of `seen` and what had come by `on`: {body, score}; nothing is kept."""
    told = []
    for body in subjects(plan, work, seen.on):
        if (
            not body.coordinated
            and (found := assessment.score(facts(plan, work, seen, body, year, on), work)) is not None
        ):
            told.append({"body": body, "score": found})
    return sorted(told, key=lambda one: (-one["score"].score, one["body"].path))


def facts(plan: Plan, work: Work, seen: Overview, body: Subject, year: int, on: date) -> assessment.Facts:
    """What counts for a body in a year."""
    led = {measure.no for measure in (*plan.measures, *plan.safeguards) if body.named_in(measure.lead)}
    owed = [
        month
        for month in (date(year, n, 1) for n in range(1, 13))
        if plan.start.replace(day=1) <= month <= plan.end and monthly.due_of(month, work, is_working_day) < on
    ]
    sent = dict(Monthly.objects.filter(plan=plan.key, unit=body.path, month__in=owed).values_list("month", "sent_on"))
    actions = Action.objects.filter(meeting__plan=plan.key, unit=body.path, due__year=year, due__lt=on).exclude(
        state="dropped"
    )
    closed = [row.due >= day_of(row.said_at) for row in actions if row.state == "closed" and row.said_at is not None]
    return assessment.Facts(
        tasks=[
            assessment.TaskFact(one.task.no, one.light.light, body.leads(one.task))
            for one in seen.tasks
            if one.due is not None and one.due.year <= year and body.joins(one.task)
        ],
        targets=[
            assessment.TargetFact(one.target.key, one.target.number, one.evidence.value)
            for one in seen.targets
            if one.target.year == year and one.target.of in led
        ],
        reports_due=len(owed),
        reports_in_time=sum(sent[month] <= monthly.due_of(month, work, is_working_day) for month in sent),
        actions_due=len(actions),
        actions_in_time=sum(closed),
    )


def announce(*, plan: Plan, work: Work, seen: Overview, year: int, at: datetime) -> int:
    """Announce the scores of a year that is over, by its lights on its last day (`seen`); how many. Refused `plan.year`, `plan.scored` where they were announced."""
    actor = require("report.review")
    if not plan.start.year <= year <= plan.end.year or day_of(at) <= date(year, 12, 31):
        raise refused("plan.year")
    if Scorecard.objects.filter(plan=plan.key, year=year).exists():
        raise refused("plan.scored")
    until = monthly.after(day_of(at), work.appeal_days, is_working_day)
    rows = [
        Scorecard(
            plan=plan.key, year=year, unit=one["body"].path, algorithm=work.algorithm, score=one["score"].score,
            parts=[part.as_dict() for part in one["score"].parts], announced_by=actor.person or 0, announced_at=at,
            appeal_until=until,
        )
        for one in computed(plan, work, seen, year, day_of(at))
    ]  # fmt: skip
    Scorecard.objects.bulk_create(rows)
    audit.record("plan.score", object_kind="plan.year", object_id=f"{plan.key}/{year}", after={"bodies": len(rows)})
    return len(rows)


def appeal(*, scorecard: int, words: str, at: datetime) -> None:
    """Appeal against one's own score, once, in time. Refused `plan.no_report`, `plan.not_responsible`, `plan.appeal_late`, `plan.words`."""
    actor = require("report.fill")
    row = Scorecard.objects.select_for_update().filter(pk=scorecard).first()
    if row is None:
        raise refused("plan.no_report")
    if row.unit != actor.unit_path:
        raise refused("plan.not_responsible")
    if row.state != "announced" or day_of(at) > row.appeal_until:
        raise refused("plan.appeal_late", day=row.appeal_until)
    if not words.strip() or len(words) > LONGEST:
        raise refused("plan.words", most=LONGEST)
    Appeal.objects.create(scorecard=row, words=words.strip(), raised_by=actor.person or 0, raised_at=at)
    row.state = "appealed"
    row.save(update_fields=["state"])
    audit.record("plan.appeal", object_kind="plan.scorecard", object_id=str(row.pk))


def decide_appeal(*, scorecard: int, upheld: bool, adjusted: Decimal | None, words: str, at: datetime) -> None:
    """Decide an appeal; by another person than who announced the score. An upheld one names the new score.

    Refused `plan.no_report`, `plan.verified`, `plan.four_eyes`, `plan.remark`, `plan.score_range`.
    """
    actor = require("report.review")
    row = Scorecard.objects.select_for_update().filter(pk=scorecard).first()
    found = Appeal.objects.select_for_update().filter(scorecard=scorecard).first()
    if row is None or found is None:
        raise refused("plan.no_report")
    if row.state != "appealed":
        raise refused("plan.verified")
    if actor.person in (row.announced_by, found.raised_by):
        raise refused("plan.four_eyes")
    words = whole(words, LONGEST, "所填内容", "The text", field="words")
    if not words:
        raise refused("plan.remark")
    if upheld and (
        adjusted is None or not adjusted.is_finite() or not 0 <= adjusted <= 100 or adjusted != round(adjusted, 1)
    ):
        raise refused("plan.score_range")
    found.answer, found.upheld, found.answered_by, found.answered_at = words, upheld, actor.person, at
    found.save(update_fields=["answer", "upheld", "answered_by", "answered_at"])
    row.state, row.adjusted = "final", adjusted.quantize(assessment.TENTH) if upheld and adjusted is not None else None
    row.save(update_fields=["state", "adjusted"])
    audit.record(
        "plan.appeal.decide", object_kind="plan.scorecard", object_id=str(row.pk),
        after={"upheld": upheld, "adjusted": str(row.adjusted)}, reason=words,
    )  # fmt: skip


def settle(*, plan: Plan, on: date) -> int:
    """As the platform: scores nobody appealed against in time are final; how many became so."""
    return Scorecard.objects.filter(plan=plan.key, state="announced", appeal_until__lt=on).update(state="final")
