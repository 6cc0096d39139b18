"""The doors: who somebody is when he asks, whether he may, and the protected things themselves. Deny by default.

What somebody may not see looks exactly like what does not exist.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from pilotzone.base.errors import Denied
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, NOBODY, SYSTEM, ZONE, Actor
from pilotzone.kernel.access.models import Grant, Membership, Organisation, Person, Unit, UnitLink
from pilotzone.kernel.access.roles import role
from pilotzone.kernel.access.scope import current

Row = TypeVar("Row", Organisation, Unit, Person, Membership)


def memberships_of(person: Person, *, on: date) -> QuerySet[Membership]:
    """What the person may act as on that day: own memberships and deputyships, the oldest first. Ask in his scope."""
    in_force = Q(valid_to=None) | Q(valid_to__gte=on)
    return (
        Membership.objects.filter(in_force, person=person, valid_from__lte=on)
        .filter(Q(organisation__suspended_on=None) | Q(organisation__suspended_on__gt=on))
        .select_related("organisation", "unit", "on_behalf")
        .order_by("pk")
    )


def actor_of(person: Person | None, membership: Membership | None = None, *, on: date) -> Actor:
    """The person as an actor, in the membership chosen. Nobody without a person or after the leaving day.

    A person without a membership is a consumer. The membership is believed to be one of `memberships_of`.
    """
    if person is None or not person.is_active or (person.left_on is not None and person.left_on < on):
        return NOBODY
    if membership is None:
        return Actor(kind=CONSUMER, person=person.pk, buyer=person.buyer_key, role="consumer")
    plays = role(membership.role)
    granted = Grant.objects.filter(membership=membership, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gte=on)
    )
    return Actor(
        kind=plays.kind,
        person=person.pk,
        organisation=membership.organisation_id,
        unit_path=membership.unit.path if membership.unit else "",
        role=plays.code,
        deputy_of=membership.on_behalf_id,
        membership=membership.pk,
        grants=frozenset(granted.values_list("action", flat=True)),
    )


def may(action: str, actor: Actor | None = None) -> bool:
    """Whether the caller may do this: by role or by grant. The platform itself may."""
    actor = actor or current()
    if actor.kind == SYSTEM:
        return True
    return bool(actor.role) and (action in role(actor.role).may or action in actor.grants)


def require(action: str) -> Actor:
    """The caller, who may do this; else Denied `kernel.access.denied`."""
    if not may(action):
        raise Denied(
            code="kernel.access.denied",
            zh="您的岗位没有此项权限。",
            en="Your role does not include this.",
            source=f"data/units/roles.yaml {action}",
            mend_zh="请切换身份，或向本单位管理员申请。",
            mend_en="Act as another party, or ask the administrator of your body.",
        )
    return current()


def access_organisation(number: int) -> Organisation:
    """An organisation: one's own, as an officer any, as a county officer those linked to one's unit."""
    actor = current()
    found = Organisation.objects.filter(pk=number)
    if actor.kind == ENTERPRISE:
        found = found.filter(pk=actor.organisation or 0)
    elif actor.kind == DISTRICT:
        below = Q(unit__path=actor.unit_path) | Q(unit__path__startswith=actor.unit_path + ".")
        found = found.filter(pk__in=UnitLink.objects.filter(below).values("organisation_id"))
    elif actor.kind not in (AGENCY, ZONE, SYSTEM):
        found = found.none()
    return _one(found)


def access_unit(path: str) -> Unit:
    """A unit to act on: one's own or below it; for the zone office and the platform any."""
    actor = current()
    found = Unit.objects.filter(path=path)
    own = path == actor.unit_path or path.startswith(actor.unit_path + ".")
    return _one(found if actor.kind in (ZONE, SYSTEM) or (actor.unit_path and own) else found.none())


def access_person(number: int) -> Person:
    """Oneself; for who manages all persons, anybody."""
    found = Person.objects.filter(pk=number)
    return _one(found if number == current().person or may("access.manage") else found.none())


def access_membership(number: int) -> Membership:
    """A membership the caller sees: his own or his deputy's; for the office any (row-level security says so too)."""
    return _one(Membership.objects.filter(pk=number).select_related("person", "organisation", "unit"))


def _one(found: QuerySet[Row]) -> Row:
    row = found.first()
    if row is None:
        raise Denied(
            code="kernel.access.unknown",
            zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
        )
    return row
