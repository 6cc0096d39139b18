"""Persons and their accounts, for who manages them: the zone's office all of them, a firm its own.

Give an account, give a new way in where password or second factor is lost, let somebody leave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import members, staff
from pilotzone.kernel.access.actor import NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.doors import access_person, actor_of, may, memberships_of, require
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.roles import Role, role, roles
from pilotzone.kernel.access.scope import current, scope
from pilotzone.portal.accounts.first import UNUSABLE, link_for

SHOWN = 200


@dataclass(frozen=True)
class Line:
    """One membership as the page shows it."""

    person: int
    username: str
    name: str
    role: Role
    acts_for: str
    deputy: str  # for whom; empty in one's own right
    active: bool
    own: bool  # the reader himself


def own_firm() -> Organisation | None:
    """The firm whose persons the caller manages; None where he manages all. Denied to who manages nobody."""
    if may("access.own") and not may("access.manage"):
        return staff.firm()
    require("access.manage")
    return None


def bodies() -> list[tuple[str, str]]:
    """The public bodies somebody can be appointed to, code and name; none where a firm manages its own."""
    if own_firm() is not None:
        return []
    return [(one.code, one.named(get_language())) for one in Unit.objects.order_by("path")]


def given_roles() -> tuple[Role, ...]:
    """The roles the caller can appoint to."""
    return staff.given() if own_firm() is not None else tuple(each for each in roles() if each.side != "none")


def listing(query: str = "") -> list[Line]:
    """The memberships in force today whose person or body contains `query`, at most 200; a firm's are its own."""
    today, query = clock.today(), query.strip()[:80]
    if own_firm() is not None:
        told = [_line(one) for one in staff.listing(on=today)]
        return [one for one in told if query.lower() in f"{one.username} {one.name}".lower()][:SHOWN]
    found = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
    if query:
        found = found.filter(
            Q(person__username__icontains=query)
            | Q(person__display_name__icontains=query)
            | Q(organisation__name__icontains=query)
            | Q(unit__name_zh__icontains=query)
        )
    rows = found.select_related("person", "on_behalf", "organisation", "unit").order_by("person__username", "pk")
    return [_line(one) for one in rows[:SHOWN]]


@transaction.atomic
def welcome(*, username: str, name: str, role: str, body: str, base: str) -> str:
    """Give somebody an account and a first role from today; answers the link to hand over (once, three days).

    `body` is a unit's code, or an enterprise's customs code or credit code; not read where a firm manages its own.
    Refused `accounts.name` for a name that is taken or malformed, `accounts.body` for a body that does not exist, and as
    `members.appoint` and `staff.join` say.
    """
    own, name = own_firm(), whole(name, 80, "姓名", "The name", field="name")
    if not re.fullmatch(r"[\w.@+-]{3,60}", username) or Person.objects.filter(username=username).exists():
        raise Refused(
            code="accounts.name",
            zh="用户名须为3至60个字母、数字或 . @ + - _，且未被使用。",
            en="A name has 3 to 60 letters, digits or . @ + - _ and is not taken.",
        )
    unit = None if own else Unit.objects.filter(code=body).first()
    firm = own or (
        None if unit or not body else Organisation.objects.filter(Q(customs_code=body) | Q(uscc=body)).first()
    )
    if unit is None and firm is None:
        raise Refused(
            code="accounts.body", zh="没有这一单位。", en="There is no such body.",
            mend_zh="企业请先在“单位登记”中登记。", mend_en="Register a firm first, on the page of firms.",
        )  # fmt: skip
    person = Person.objects.create(username=username, display_name=name, password=UNUSABLE)
    if own:
        staff.join(person, role_code=role, since=clock.today())
    else:
        members.appoint(person=person, role_code=role, since=clock.today(), organisation=firm, unit=unit)
    return link_for(person, base=base)


@transaction.atomic
def again(number: int, *, reason: str, base: str) -> str:
    """A new way in for who lost the password or the second factor: both end now, open sessions too; answers a new link.

    Refused `accounts.again` without a reason, for oneself and for who has left; Denied as `staff.managed` says.
    """
    person, reason = _managed(number), whole(reason, 200, "理由", "The reason", field="reason")
    if not reason or number == current().person or not person.is_active:
        raise Refused(
            code="accounts.again",
            zh="请写明原因；不能为本人或已离岗人员办理。",
            en="Say why; not for oneself, and not for who has left.",
        )
    removed, _ = Authenticator.objects.filter(user=person).delete()
    person.password = make_password(None)  # never twice the same: a link given before dies with it
    person.save(update_fields=["password"])
    audit.record(
        "accounts.again", object_kind="person", object_id=number, after={"second_factors_removed": removed},
        reason=reason,
    )  # fmt: skip
    return link_for(person, base=base)


def leave(number: int, *, reason: str) -> None:
    """Somebody leaves today. Refused `accounts.leave` without a reason and for oneself."""
    own, reason = own_firm(), whole(reason, 200, "理由", "The reason", field="reason")
    if not reason or number == current().person:
        raise Refused(
            code="accounts.leave",
            zh="请写明离岗原因；本人不能为自己办理。",
            en="Say why; nobody does this for himself.",
        )
    if own:
        staff.leave(number, last_day=clock.today(), reason=reason)
    else:
        members.leave(access_person(number), last_day=clock.today(), reason=reason)


def acting(username: str, *, firm: str, role_code: str) -> Actor:
    """A person in his office of a firm (customs or credit code), as the command line acts in his name.

    Denied `accounts.office` where nobody of that name holds it today: the three cases look alike.
    """
    with scope(PLATFORM):
        today = clock.today()
        person = Person.objects.filter(username=username).first()
        held = (
            memberships_of(person, on=today)
            .filter(Q(organisation__customs_code=firm) | Q(organisation__uscc=firm), role=role_code)
            .first()
            if person and firm
            else None
        )
        if held is not None and (found := actor_of(person, held, on=today)) is not NOBODY:
            return found
    plays = role(role_code)
    raise Denied(
        code="accounts.office",
        zh=f"{username}不是该企业的{plays.zh}。",
        en=f"{username} is not: {plays.en}, {firm}.",
    )


def _managed(number: int) -> Person:
    return staff.managed(number, on=clock.today()) if own_firm() is not None else access_person(number)


def _line(row: Membership) -> Line:
    return Line(
        row.person_id,
        row.person.username,
        row.person.display_name,
        role(row.role),
        _named(row.organisation or row.unit),
        str(row.on_behalf or ""),
        row.person.is_active,
        row.person_id == current().person,
    )


def _named(body: Organisation | Unit | None) -> str:
    return body.named(get_language()) if body else ""
