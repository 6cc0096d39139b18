"""Queries of doubtful figures 核实 as the caller may see them: a firm its own, a statistician all; the database says so (migrations 0009)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import day_of
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.statistics.engine.collection.due import Standing, standing
from pilotzone.rooms.statistics.engine.collection.mirror import NONE, mirror
from pilotzone.rooms.statistics.models import Doubt, DoubtTurn, Report
from pilotzone.rooms.statistics.queries.collecting import seen_of

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
STATES = (OPEN, ANSWERED, CLOSED)
MIRROR = "mirror."  # before a verdict of the mirror check among the causes


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: who acted (`office`: a statistician), what the figure was then, in which revision of the report."""

    act: str
    office: bool
    text: str
    revision: int
    value: str
    due: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Doubted:
    """A query with how it stands by working days; `turns` in their order, where one alone was asked for."""

    number: int
    firm: int
    name: str
    month: date
    field: str
    causes: tuple[str, ...]
    state: str
    standing: Standing
    asked_at: datetime
    turns: tuple[Turn, ...] = ()


def doubts(today: date, *, month: date | None = None, state: str = "", field: str = "") -> list[Doubted]:
    """Every query seen, those that wait first, the earliest due first."""
    rows = Doubt.objects.select_related("organisation").order_by("due_on", "id")
    if month:
        rows = rows.filter(month=month)
    if state:
        rows = rows.filter(state=state)
    if field:
        rows = rows.filter(field=field)
    known = list(rows)
    closings = _closings(known)
    return sorted((_told(one, today, closings) for one in known), key=lambda one: STATES.index(one.state))


def doubted(number: int, today: date) -> Doubted | None:
    """One query with its turns; None where the caller sees none of that number."""
    one = Doubt.objects.select_related("organisation").filter(pk=number).first()
    if one is None:
        return None
    turns = DoubtTurn.objects.filter(doubt=one).order_by("id")
    return _told(
        one, today, _closings([one]),
        tuple(Turn(row.act, row.act in ("asked", "again", "closed"), row.text, row.revision, row.value, row.due_on, row.at) for row in turns),
    )  # fmt: skip


def waiting(state: str, today: date) -> tuple[int, int]:
    """How many queries seen are in a state, and how many of them are past their day."""
    days = list(Doubt.objects.filter(state=state).values_list("due_on", flat=True))
    return len(days), sum(day < today for day in days)


def causes_of(kept: Report, field: str, today: date) -> list[str]:
    """Why a figure is doubtful: the edit checks its report raised, and the verdict of the mirror check where it is not that they agree."""
    found: Sequence[str] = list(kept.findings)
    port, platform = seen_of(kept.month).get((kept.organisation_id, field), (None, None))
    if port is None and platform is None:
        return list(found)
    own = Decimal(kept.answers[field]) if field in kept.answers else None
    verdict = mirror(own, port, platform, mode=field.rpartition("_")[2], on=today).verdict
    return [*found, *([f"{MIRROR}{verdict}"] if verdict not in (NONE, "agrees") else [])]


def _told(one: Doubt, today: date, closings: Mapping[int, date], turns: tuple[Turn, ...] = ()) -> Doubted:
    ended = one.answered_on
    if ended is None and one.state == CLOSED:
        ended = closings.get(one.pk, one.due_on)
    return Doubted(
        one.pk, one.organisation_id, one.organisation.name, one.month, one.field, tuple(one.causes), one.state,
        standing(one.due_on, ended, today, is_working_day), one.asked_at, turns,
    )  # fmt: skip


def _closings(known: Sequence[Doubt]) -> dict[int, date]:
    """The day of the last closing turn of those closed without an answer whose row does not say when their time ended."""
    silent = [one.pk for one in known if one.answered_on is None and one.state == CLOSED]
    if not silent:
        return {}
    turns = DoubtTurn.objects.filter(doubt_id__in=silent, act="closed").order_by("id").values_list("doubt_id", "at")
    return {number: day_of(at) for number, at in turns}
