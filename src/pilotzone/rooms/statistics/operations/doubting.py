"""A doubtful figure of a self-report goes back to the firm 核实: asked, answered by confirmation or correction, closed or asked again.

Every step is a turn that stays, and an audit line that says that it was done, not what was said. Nobody but the firm and the
statisticians sees any of it; a confirmation is no finding about the firm.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.reference.calendar import add_working_days
from pilotzone.reference.rates import rate
from pilotzone.rooms.statistics.engine.collection.checks import form_of
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Doubt, DoubtTurn, Report
from pilotzone.rooms.statistics.queries.definitions import forms
from pilotzone.rooms.statistics.queries.doubts import ANSWERED, CLOSED, OPEN, causes_of

LONGEST = 500
ASKED, AGAIN, CONFIRMED, CORRECTED, ENDED = "asked", "again", "confirmed", "corrected", "closed"
_SAID = {
    OPEN: ("待企业答复", "waiting for the firm"),
    ANSWERED: ("企业已答复", "answered"),
    CLOSED: ("已办结", "closed"),
}


def doubt(*, firm: int, month: date, field: str, text: str, at: datetime, today: date) -> int:
    """Ask a firm back about an item of its report; the number of the query.

    Refused `statistics.doubt.report`, `.field`, `.text`, `.standing`.
    """
    require("statistics.work")
    month, text = month.replace(day=1), _text(text)
    kept = Report.objects.filter(organisation_id=firm, month=month).first()
    if kept is None:
        raise refused("statistics.doubt.report", month=f"{month:%Y-%m}")
    if field not in {one.key for one in form_of(forms(), month).fields}:
        raise refused("statistics.doubt.field", month=f"{month:%Y-%m}", field=field.replace("\0", "")[:40])
    one = Doubt(
        organisation_id=firm, month=month, field=field, causes=causes_of(kept, field, today), revision=kept.revision,
        due_on=_due(today), asked_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            one.save()
            _turn(one, kept, ASKED, text, at)
    except IntegrityError as twice:
        raise refused("statistics.doubt.standing") from twice
    return int(one.pk)


def answer_doubt(*, number: int, corrected: bool, text: str, at: datetime, today: date) -> None:
    """The firm's word: the figure stands, or it was corrected since it was asked; either way with its reason.

    Refused `statistics.doubt.unknown`, `.state`, `.text`, `.uncorrected`.
    """
    actor = require("statistics.report")
    text = _text(text)
    with transaction.atomic():
        one, kept = _held(number)
        if actor.kind != ENTERPRISE or one.organisation_id != actor.organisation:
            raise refused("statistics.doubt.unknown")
        _step(one, OPEN)
        if corrected and kept.revision <= one.revision:
            raise refused("statistics.doubt.uncorrected", month=f"{one.month:%Y-%m}")
        one.state, one.answered_on = ANSWERED, today
        one.save(update_fields=["state", "answered_on"])
        _turn(one, kept, CORRECTED if corrected else CONFIRMED, text, at)


def ask_again(*, number: int, text: str, at: datetime, today: date) -> None:
    """The answer does not do: the firm is asked again, with a new day. Refused `statistics.doubt.unknown`, `.state`, `.text`."""
    require("statistics.work")
    text = _text(text)
    with transaction.atomic():
        one, kept = _held(number)
        _step(one, ANSWERED)
        one.state, one.answered_on, one.due_on, one.revision = OPEN, None, _due(today), kept.revision
        one.save(update_fields=["state", "answered_on", "due_on", "revision"])
        _turn(one, kept, AGAIN, text, at)


def close_doubt(*, number: int, text: str, at: datetime, today: date) -> None:
    """The query is done with, also where the firm never answered: then it is said why, and its time ends that day. Refused `statistics.doubt.unknown`, `.state`, `.text`."""
    require("statistics.work")
    with transaction.atomic():
        one, kept = _held(number)
        _step(one, OPEN, ANSWERED)
        told = _text(text, needed=one.state == OPEN)
        one.state, one.answered_on = CLOSED, one.answered_on or today
        one.save(update_fields=["state", "answered_on"])
        _turn(one, kept, ENDED, told, at)


def _held(number: int) -> tuple[Doubt, Report]:
    one = Doubt.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if one is None:
        raise refused("statistics.doubt.unknown")
    return one, Report.objects.get(organisation_id=one.organisation_id, month=one.month)


def _step(one: Doubt, *states: str) -> None:
    if one.state not in states:
        zh, en = _SAID[one.state]
        raise refused("statistics.doubt.state", state=zh, state_en=en)


def _turn(one: Doubt, kept: Report, act: str, text: str, at: datetime) -> None:
    DoubtTurn.objects.create(
        doubt=one, organisation_id=one.organisation_id, act=act, text=text, revision=kept.revision, value=str(kept.answers.get(one.field, "")),
        due_on=one.due_on if act in (ASKED, AGAIN) else None, at=at, by_id=current().person,
    )  # fmt: skip
    audit.record(
        f"statistics.doubt.{act}", object_kind="statistics.doubt", object_id=one.pk, after={"state": one.state}
    )


def _due(today: date) -> date:
    return add_working_days(today, int(rate("statistics.doubt.days", on=today).number)).day


def _text(text: str, *, needed: bool = True) -> str:
    told = whole(text, LONGEST, "所填内容", "The text", field="text")
    if needed and not told:
        raise refused("statistics.doubt.text", most=LONGEST)
    return told
