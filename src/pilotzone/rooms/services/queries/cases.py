"""What the caller sees of cases. Row-level security decides which; doors are named access_*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from pilotzone.base.errors import Denied
from pilotzone.kernel.access.actor import CONSUMER, ENTERPRISE, PUBLIC, Actor
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.scope import current
from pilotzone.reference.rates import rate
from pilotzone.rooms.services.engine import deadlines, states
from pilotzone.rooms.services.models import Case, Desk, Material, Move, Notice


@dataclass(frozen=True)
class Wanted:
    """What narrows an inbox; everything is optional. `light`: green, yellow or red; `mine`: held by the caller or the one he
    stands in for; `paused`: what the applicant has to correct instead of what waits here."""

    query: str = ""
    item: str = ""
    light: str = ""
    unit: str = ""
    mine: bool = False
    paused: bool = False


def access_case(number: int) -> Case:
    """A case the caller sees; Denied `kernel.access.unknown` else."""
    if current().kind == PUBLIC or not 0 < number < 2**63:
        raise unknown()
    found = Case.objects.select_related("item", "organisation", "agent", "person").filter(pk=number).first()
    if found is None:
        raise unknown()
    return found


def unknown() -> Denied:
    """What is not the caller's to see looks like what does not exist."""
    return Denied(
        code="kernel.access.unknown",
        zh="没有这一对象，或您无权查看。",
        en="There is no such thing, or it is not yours to see.",
    )


def own(case: Case, actor: Actor) -> bool:
    """Whether the caller is its applicant: the firm, its agent, the person, or the unit that tries the item."""
    if case.trial:
        return bool(actor.unit_path) and actor.unit_path == case.applicant_unit
    if case.person_id is not None:
        return actor.kind == CONSUMER and actor.person == case.person_id
    return actor.kind == ENTERPRISE and actor.organisation in (case.organisation_id, case.agent_id)


def may_verb(case: Case, verb: str, actor: Actor) -> bool:
    """Whether the caller may do this verb to a case at all, by right and place; its state is asked elsewhere."""
    action = states.VERBS[verb].action
    if case.trial:
        return may("service.try") and own(case, actor)
    if action == states.FILL:
        return may(action) and own(case, actor)
    return may(action) and waiting(case, actor) is not None


def waiting(case: Case, actor: Actor) -> Desk | None:
    """The desk of the caller's unit at which the case waits; on trial any, for its author plays all."""
    found = Desk.objects.filter(case=case, state="waiting").order_by("pk")
    return found.first() if case.trial and own(case, actor) else found.filter(unit_path=actor.unit_path or "-").first()


def mine(state: str = "", query: str = "") -> QuerySet[Case]:
    """The cases of the caller as an applicant, the last moved first."""
    actor = current()
    found = Case.objects.select_related("item", "organisation", "agent", "person").order_by("-changed_at", "-pk")
    if actor.kind == ENTERPRISE:
        found = found.filter(Q(organisation=actor.organisation) | Q(agent=actor.organisation))
    elif actor.kind == CONSUMER:
        found = found.filter(person=actor.person or 0)
    else:
        found = found.filter(trial=True, applicant_unit=actor.unit_path or "-")
    if state in states.STATES:
        found = found.filter(state=state)
    if query:
        found = found.filter(Q(number__icontains=query) | Q(organisation__name__icontains=query))
    return found


def inbox(wanted: Wanted, *, on: date) -> QuerySet[Desk]:
    """What lies at the caller's desk (for the zone office, with `unit` at another's), the first due first."""
    actor = current()
    found = Desk.objects.select_related(
        "case", "case__item", "case__organisation", "case__person", "holder", "case__agent"
    )
    found = found.filter(state="paused" if wanted.paused else "waiting").order_by("due_on", "pk")
    found = found.filter(case__state=states.RETURNED) if wanted.paused else found
    path = wanted.unit if wanted.unit and actor.kind == "zone" else actor.unit_path
    found = found.filter(unit_path=path or "-")
    if wanted.item:
        found = found.filter(case__item_key=wanted.item)
    if wanted.mine:
        found = found.filter(holder__in=[one for one in (actor.person, actor.deputy_of) if one])
    if wanted.query:
        text = wanted.query
        found = found.filter(
            Q(case__number__icontains=text)
            | Q(case__organisation__name__icontains=text)
            | Q(case__person__display_name__icontains=text)
        )
    if wanted.light == deadlines.RED:
        found = found.filter(due_on__lt=on)
    elif wanted.light:
        limit = deadlines.warned_until(on, warn(on))
        found = (
            found.filter(due_on__gte=on, due_on__lte=limit)
            if wanted.light == deadlines.YELLOW
            else found.filter(due_on__gt=limit)
        )
    return found


def warn(on: date) -> int:
    """From how many working days left a desk's light is yellow (data/rates/services.yaml)."""
    return int(rate("service.warn_days", on=on).number)


def desks(case: Case) -> list[Desk]:
    """Where a case lay and lies, oldest first."""
    return list(Desk.objects.filter(case=case).select_related("holder", "decided_by").order_by("pk"))


def desks_now(shown: Sequence[Case]) -> dict[int, list[Desk]]:
    """Where these cases lie now, case → desks, oldest first."""
    told: dict[int, list[Desk]] = {case.pk: [] for case in shown}
    found = Desk.objects.filter(case__in=list(told), state__in=("waiting", "paused"))
    for desk in found.select_related("holder", "decided_by").order_by("pk"):
        told[desk.case_id].append(desk)
    return told


def materials(case: Case) -> list[Material]:
    """The papers in use, without their bytes."""
    return list(Material.objects.filter(case=case, in_use=True).defer("body").order_by("pk"))


def history(case: Case) -> list[Move]:
    """Its moves, newest first: all of them."""
    return list(Move.objects.filter(case=case).select_related("person", "deputy_of").order_by("-number"))


def notice_of(case: Case) -> Notice | None:
    """The notice of its decision."""
    return Notice.objects.filter(case=case).first()


def require_any() -> None:
    """Cases are for who applies, decides, tries or reads them; row-level security says which."""
    if not any(may(one) for one in ("service.apply", "service.decide", "service.see", "service.try")):
        raise Denied(
            code="kernel.access.denied", zh="您的岗位没有此项权限。", en="Your role does not include this.",
            source="data/units/roles.yaml service.see",
        )  # fmt: skip
