"""What the caller sees of filings. Row-level security decides which; doors are named access_*."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from pilotzone.base.days import day_ends
from pilotzone.base.errors import Denied
from pilotzone.kernel.access.actor import PLATFORM, PUBLIC
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import current, scope
from pilotzone.reference.rates import rate
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.engine.differences import Told
from pilotzone.rooms.registry.models import Answer, Commitment, Filing, Proof, Reminder, Step


@dataclass(frozen=True)
class Wanted:
    """What narrows the list; everything is optional. `expiring`: with a licence that ends by that day; `in_force_on`: as it was then."""

    query: str = ""
    state: str = ""
    role: str = ""
    unit: str = ""
    expiring: date | None = None
    overdue: date | None = None
    in_force_on: date | None = None


def access_filing(number: int) -> Filing:
    """A filing the caller sees; Denied `kernel.access.unknown` else."""
    found = filings(Wanted()).filter(pk=number).first() if number and current().kind != PUBLIC else None
    if found is None:
        raise unknown()
    return found


def access_owner(number: int) -> int | None:
    """The firm of a filing the caller sees, None where no firm has claimed it yet; Denied as `access_filing`."""
    if not number or current().kind == PUBLIC:
        raise unknown()
    found = list(Filing.objects.filter(pk=number).values_list("organisation_id", flat=True))
    if not found:
        raise unknown()
    return found[0]


def unknown() -> Denied:
    """What is not the caller's to see looks like what does not exist."""
    return Denied(
        code="kernel.access.unknown",
        zh="没有这一对象，或您无权查看。",
        en="There is no such thing, or it is not yours to see.",
    )


def filings(wanted: Wanted) -> QuerySet[Filing]:
    """Those the caller sees, the last moved first."""
    found = Filing.objects.select_related("unit", "organisation").order_by("-changed_at", "-pk")
    if wanted.query:
        text = wanted.query
        found = found.filter(Q(name__icontains=text) | Q(uscc=text.upper()) | Q(values__customs_code=text.upper()))
    if wanted.state in states.STATES:
        found = found.filter(state=wanted.state)
    if wanted.role:
        found = found.filter(roles__contains=[wanted.role])
    if wanted.unit:
        below = Q(unit__code=wanted.unit)
        path = _path(wanted.unit)
        found = found.filter(below | Q(unit_path__startswith=path + ".") if path else below)
    if wanted.expiring:
        found = found.filter(next_expiry__lte=wanted.expiring, state__in=states.IN_FORCE)
    if wanted.overdue:
        found = found.filter(due_on__lt=wanted.overdue, state__in=states.WAITING)
    if wanted.in_force_on:
        found = found.filter(pk__in=_in_force_on(wanted.in_force_on))
    return found


def _in_force_on(day: date) -> QuerySet[Step, Any]:
    """The filings in force at the end of a day: by the last step each had taken by then."""
    last = Step.objects.filter(at__lt=day_ends(day)).order_by("filing_id", "-number").distinct("filing_id").values("pk")
    return Step.objects.filter(pk__in=last, went__in=states.IN_FORCE).values_list("filing_id", flat=True)


def count_in_force_on(day: date) -> int:
    """How many filings of the whole zone were in force at the end of that day."""
    with scope(PLATFORM):
        return _in_force_on(day).count()


def own_filing(organisation: int) -> Filing | None:
    """The filing of a firm."""
    return filings(Wanted()).filter(organisation_id=organisation).first()


def answers(filing: Filing) -> list[Answer]:
    """What the registers said, each once."""
    return list(Answer.objects.filter(filing=filing).order_by("register"))


def told(filing: Filing) -> list[Told]:
    """The same as plain data for the engine, those that said anything."""
    return told_by(answers(filing))


def told_by(rows: Iterable[Answer]) -> list[Told]:
    """Answers that are at hand already, as `told` gives them."""
    return [Told(one.register, one.facts, one.told_at) for one in rows if one.told_at is not None and one.facts]


def proof_of(filing: Filing, *, on: date, person: int | None = None) -> Proof | None:
    """The last verification that still holds; of one person where named."""
    found = Proof.objects.filter(filing=filing, until__gte=on)
    if person is not None:
        found = found.filter(person_id=person)
    return found.order_by("-pk").first()


def history(filing: Filing) -> list[Step]:
    """Its steps, newest first: all of them."""
    return list(Step.objects.filter(filing=filing).select_related("person").order_by("-number"))


def signed(filing: Filing) -> list[Commitment]:
    """What was promised, oldest first."""
    return list(Commitment.objects.filter(filing=filing).select_related("proof").order_by("pk"))


def reminded(filing: Filing) -> list[Reminder]:
    """Which reminders were given, newest first: all of them."""
    return list(Reminder.objects.filter(filing=filing).order_by("-pk"))


def before_days(on: date) -> tuple[int, ...]:
    """How many days before the end of a licence its firm is reminded (data/rates/filing.yaml)."""
    return tuple(int(word) for word in str(rate("filing.remind_days", on=on).value).split())


def _path(code: str) -> str:
    return Unit.objects.filter(code=code).values_list("path", flat=True).first() or ""
