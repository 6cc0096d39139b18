"""Meetings of the leading group: called with an agenda, held with minutes, decided with actions that are closed by evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Action, Meeting
from pilotzone.rooms.plan.queries.subjects import subject_of

LONGEST = 20_000
MOST = 60
YEAR, FURTHEST = timedelta(days=366), timedelta(days=3 * 366)


def call(
    *, plan: Plan, kind: str, day: date, place: str, chair: str, agenda: Sequence[dict[str, Any]], at: datetime
) -> int:
    """Call a quarterly or an extraordinary meeting.

    Refused `plan.meeting` without items, for a past day, one more than a year away or an unknown kind; `plan.called` where one of the
    kind is called for that day.
    """
    actor = require("report.review")
    if (
        kind not in ("quarterly", "extraordinary")
        or not agenda
        or len(agenda) > MOST
        or not day_of(at) <= day <= day_of(at) + YEAR
    ):
        raise refused("plan.meeting", most=MOST)
    if Meeting.objects.filter(plan=plan.key, kind=kind, day=day).exclude(state="dropped").exists():
        raise refused("plan.called")
    number = (Meeting.objects.filter(plan=plan.key).aggregate(last=Max("number"))["last"] or 0) + 1
    row = Meeting.objects.create(
        plan=plan.key, kind=kind, number=number, day=day, place=whole(place, 120, "地点", "The place", field="place"),
        chair=whole(chair, 60, "主持人", "The chair", field="chair"),
        agenda=list(agenda), called_by=actor.person or 0, called_at=at,
    )  # fmt: skip
    audit.record("plan.meeting.call", object_kind="plan.meeting", object_id=str(row.pk), after={"day": day.isoformat()})
    return row.pk


def hold(*, meeting: int, minutes: str, at: datetime) -> None:
    """Write the minutes: the meeting was held. Refused `plan.meeting_state` before its day or twice, `plan.minutes`."""
    require("report.review")
    row = _meeting(meeting)
    if row.state != "called" or day_of(at) < row.day:
        raise refused("plan.meeting_state")
    if not minutes.strip() or len(minutes) > LONGEST:
        raise refused("plan.minutes", most=LONGEST)
    row.state, row.minutes, row.held_at = "held", minutes.strip(), at
    row.save(update_fields=["state", "minutes", "held_at"])
    audit.record("plan.meeting.hold", object_kind="plan.meeting", object_id=str(row.pk))


def drop_meeting(*, meeting: int, reason: str) -> None:
    """Call a meeting off, with the reason. Refused `plan.meeting_state`, `plan.remark`."""
    require("report.review")
    row = _meeting(meeting)
    if row.state != "called":
        raise refused("plan.meeting_state")
    reason = whole(reason, 200, "理由", "The reason", field="reason")
    if not reason:
        raise refused("plan.remark")
    row.state, row.reason = "dropped", reason
    row.save(update_fields=["state", "reason"])
    audit.record("plan.meeting.drop", object_kind="plan.meeting", object_id=str(row.pk), reason=reason)


def decide(
    *, plan: Plan, work: Work, meeting: int, words: str, unit: str, task: int | None, due: date | None, at: datetime
) -> int:
    """Add what a held meeting decided: who does it by when. Refused `plan.meeting_state`, `plan.action`, `plan.unit`, `plan.task`,
    `plan.decided` where the same stands for that body already."""
    require("report.review")
    row = _meeting(meeting)
    if row.state != "held":
        raise refused("plan.meeting_state")
    due = due or row.day + timedelta(days=work.action_days)
    if not words.strip() or len(words) > 500 or not row.day <= due <= row.day + FURTHEST:
        raise refused("plan.action")
    body = subject_of(plan, work, day_of(at), unit)
    if body is None:
        raise refused("plan.unit")
    if task is not None and plan.task(task) is None:
        raise refused("plan.task", number=task)
    if Action.objects.filter(meeting=row, unit=body.path, words=words.strip()).exclude(state="dropped").exists():
        raise refused("plan.decided")
    number = (Action.objects.filter(meeting=row).aggregate(last=Max("number"))["last"] or 0) + 1
    made = Action.objects.create(meeting=row, number=number, words=words.strip(), unit=body.path, task=task, due=due)
    audit.record(
        "plan.action", object_kind="plan.meeting", object_id=str(row.pk), after={"unit": body.path, "due": due.isoformat()}
    )  # fmt: skip
    return made.pk


def say_done(*, action: int, words: str, at: datetime) -> None:
    """办结报告 of the responsible body. Refused `plan.no_report`, `plan.action_state`, `plan.not_responsible`, `plan.words`."""
    actor = require("report.fill")
    row = _action(action)
    if row.unit != actor.unit_path:
        raise refused("plan.not_responsible")
    if row.state != "open":
        raise refused("plan.action_state")
    if not words.strip() or len(words) > 2000:
        raise refused("plan.words", most=2000)
    row.state, row.said, row.said_by, row.said_at, row.remark = "said", words.strip(), actor.person or 0, at, ""
    row.save(update_fields=["state", "said", "said_by", "said_at", "remark"])
    audit.record("plan.action.done", object_kind="plan.action", object_id=str(row.pk))


def close(*, action: int, accepted: bool, remark: str, at: datetime) -> None:
    """销号, or back with a remark; by the zone office, not by who reported. Refused `plan.action_state`, `plan.four_eyes`, `plan.remark`."""
    actor = require("report.review")
    row = _action(action)
    if row.state != "said":
        raise refused("plan.action_state")
    if row.said_by == actor.person:
        raise refused("plan.four_eyes")
    if not accepted and not remark.strip():
        raise refused("plan.remark")
    row.state, row.remark = "closed" if accepted else "open", whole(remark, 500, "意见", "The remark", field="remark")
    row.closed_by, row.closed_at = (actor.person, at) if accepted else (None, None)
    row.save(update_fields=["state", "remark", "closed_by", "closed_at"])
    audit.record("plan.action.close", object_kind="plan.action", object_id=str(row.pk), after={"state": row.state})


def drop_action(*, action: int, remark: str) -> None:
    """Take back a decision that was entered wrongly, with the reason. Refused `plan.action_state` once it is closed, `plan.remark`."""
    require("report.review")
    row = _action(action)
    if row.state not in ("open", "said"):
        raise refused("plan.action_state")
    remark = whole(remark, 500, "意见", "The remark", field="remark")
    if not remark:
        raise refused("plan.remark")
    row.state, row.remark = "dropped", remark
    row.save(update_fields=["state", "remark"])
    audit.record("plan.action.drop", object_kind="plan.action", object_id=str(row.pk), reason=remark)


def _meeting(number: int) -> Meeting:
    found = Meeting.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise refused("plan.no_report")
    return found


def _action(number: int) -> Action:
    found = Action.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise refused("plan.no_report")
    return found
