"""What the plan's own records of work come to on a day: who sits in the zone office, how the leading group works, which scores are final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan.engine import monthly
from pilotzone.rooms.plan.engine.monthly import months
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.models import Action, Liaison, Meeting, Monthly, Scorecard, Secondment
from pilotzone.rooms.plan.queries.subjects import Subject, subjects

YEAR = 12  # months of reports that are looked at


@dataclass(frozen=True, slots=True)
class Seated:
    """Of the units that send somebody to the zone office: how many are asked, persons present, and units nobody is there from."""

    asked: int
    persons: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Led:
    """The leading group at work: bodies that answer to the city and those of them with a liaison; reports due within the last twelve months and
    sent in time; quarterly meetings since the same day of the year before; decisions taken and closed."""

    bodies: int
    liaisons: int
    due: int
    in_time: int
    meetings: int
    actions: int
    closed: int


def seated(plan: Plan, work: Work, on: date) -> Seated:
    """Who sits in the zone office on that day, against the units the plan names (work.yaml)."""
    rows = Secondment.objects.filter(plan=plan.key, since__lte=on, until__gte=on).filter(
        Q(ended=None) | Q(ended__gte=on)
    )
    present = list(rows.values_list("unit", flat=True))
    bodies = subjects(plan, work, on)
    here = [body for body in bodies if body.path in present]
    missing = tuple(name for name in work.secondment_units if not any(body.named_in([name]) for body in here))
    return Seated(len(work.secondment_units), len(present), missing)


def led(plan: Plan, work: Work, on: date) -> Led:
    """Liaisons, reports, meetings and decisions; bodies the city only coordinates owe none of them."""
    bodies = [body for body in subjects(plan, work, on) if not body.coordinated]
    due, in_time = _reports(plan, work, on, bodies)
    named = set(
        Liaison.objects.filter(plan=plan.key, since__lte=on)
        .filter(Q(until=None) | Q(until__gte=on))
        .values_list("unit", flat=True)
    )
    met = Meeting.objects.filter(
        plan=plan.key, kind="quarterly", state="held", day__lte=on, day__gt=on - timedelta(days=366)
    )
    taken = Action.objects.filter(meeting__plan=plan.key, meeting__day__lte=on).exclude(state="dropped")
    return Led(
        len(bodies), sum(body.path in named for body in bodies), due, in_time, met.count(), taken.count(),
        taken.filter(state="closed").count(),
    )  # fmt: skip


def final_scores(plan: Plan, year: int) -> tuple[int, int]:
    """How many bodies have a score for a year, and how many of these scores are final."""
    states = list(Scorecard.objects.filter(plan=plan.key, year=year).values_list("state", flat=True))
    return len(states), states.count("final")


def _reports(plan: Plan, work: Work, on: date, bodies: list[Subject]) -> tuple[int, int]:
    """(due, sent in time) of the last twelve months whose day is over."""
    days = {month: monthly.due_of(month, work, is_working_day) for month in months(plan, on, YEAR)}
    over = {month: last for month, last in days.items() if last < on}
    paths = {body.path for body in bodies}
    sent = Monthly.objects.filter(plan=plan.key, month__in=over, unit__in=paths)
    return len(over) * len(paths), sum(row.sent_on <= over[row.month] for row in sent)
