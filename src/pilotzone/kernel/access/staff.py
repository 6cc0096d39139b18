"""A firm manages its own persons (`access.own`): it gives roles of its own kinds, and nobody gives more than he has.

Row-level security lets a firm read and change no memberships but one's own. What is done here is done as the platform,
after the check of this module, and the audit line names the person who did it.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access import members
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Membership, Organisation, Person
from pilotzone.kernel.access.roles import Role, role, roles
from pilotzone.kernel.access.scope import current, scope

HEAD = "firm_admin"


def firm() -> Organisation:
    """The firm whose persons the caller manages. Denied `kernel.access.denied` to who manages none."""
    actor = require("access.own")
    if actor.organisation is None:
        require("access.manage")
    return Organisation.objects.get(pk=actor.organisation or 0)


def given() -> tuple[Role, ...]:
    """The roles the caller may give: those of his firm; who is not its administrator none that may more than he."""
    own, mine = {*firm().roles, HEAD}, role(current().role)
    found = (one for one in roles() if one.side == "organisation" and one.code in own)
    return tuple(one for one in found if mine.code == HEAD or one.may <= mine.may)


def listing(*, on: date) -> list[Membership]:
    """Who acts for the caller's firm on a day, by name; nobody's offices elsewhere."""
    mine = firm()
    with scope(PLATFORM):
        found = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), organisation=mine, valid_from__lte=on)
        return list(
            found.select_related("person", "on_behalf", "organisation", "unit").order_by("person__username", "pk")
        )


def join(person: Person, *, role_code: str, since: date) -> Membership:
    """Let a person act for the caller's firm. Refused `kernel.access.beyond` for a role the caller may not give."""
    _within(role_code)
    mine = firm()
    with transaction.atomic():
        with scope(PLATFORM):
            made = members.appoint(person=person, role_code=role_code, since=since, organisation=mine)
        audit.record(
            "access.join", object_kind="person", object_id=person.pk, after={"membership": made.pk, "role": role_code}
        )
    return made


def managed(number: int, *, on: date) -> Person:
    """A person of the caller's firm and of no other body, whose roles the caller may give; Denied else."""
    held = {one.role for one in listing(on=on) if one.person_id == number and one.deputy_of_id is None}
    mine = firm()
    with scope(PLATFORM):
        elsewhere = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), person=number)
        elsewhere_too = elsewhere.exclude(organisation=mine).exists()
    if not held or elsewhere_too:
        raise Denied(
            code="kernel.access.staff",
            zh="此人不在本单位任职，或同时代表其他单位，请联系综试办办理。",
            en="This person does not act for your firm, or acts for another body too: ask the zone office.",
        )
    for one in held:
        _within(one)
    return Person.objects.get(pk=number)


def leave(number: int, *, last_day: date, reason: str) -> int:
    """A person of the caller's firm leaves it; answers how many memberships ended. Denied as `managed` says."""
    person = managed(number, on=last_day)
    with transaction.atomic():
        with scope(PLATFORM):
            ended = members.leave(person, last_day=last_day, reason=reason)
        audit.record("access.part", object_kind="person", object_id=number, after={"ended": ended}, reason=reason)
    return ended


def _within(role_code: str) -> None:
    if role_code not in {one.code for one in given()}:
        raise Refused(
            code="kernel.access.beyond",
            zh="您不能授予或收回这一角色：只限本单位的角色，且不超出您自己的权限。",
            en="You cannot give or take this role: only roles of your own firm, and none that may more than you.",
            source="data/units/roles.yaml access.own",
            mend_zh="请本单位企业管理员或综试办办理。",
            mend_en="Ask your firm's administrator, or the zone office.",
        )
