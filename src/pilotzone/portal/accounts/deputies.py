"""假期代理: who is away names a colleague for some days and some of his roles; both see it and what was done by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import members
from pilotzone.kernel.access.doors import access_membership, memberships_of
from pilotzone.kernel.access.models import Membership, Person
from pilotzone.kernel.access.roles import Role, role
from pilotzone.kernel.access.scope import current

SHOWN = 100


@dataclass(frozen=True)
class Office:
    """A role the caller holds in his own right, and who may stand in for him in it."""

    number: int
    role: Role
    body: str
    colleagues: tuple[Person, ...]


@dataclass(frozen=True)
class Deputyship:
    """One deputyship as the page shows it. `state` is coming, running or ended; `mine`: the caller is stood in for."""

    number: int
    role: Role
    body: str
    deputy: str
    principal: str
    since: date
    until: date
    state: str
    mine: bool


def offices() -> list[Office]:
    """What the caller may let others do: his own memberships in force today, deputyships left out."""
    today = clock.today()
    own = memberships_of(_caller(), on=today).filter(deputy_of=None)
    return [Office(one.pk, role(one.role), _body(one), tuple(members.colleagues(one, on=today))) for one in own]


def listing() -> list[Deputyship]:
    """The deputyships the caller gave or has, the newest first."""
    me, today = _caller(), clock.today()
    found = Membership.objects.filter(deputy_of__isnull=False)
    found = found.filter(on_behalf=me) | found.filter(person=me)
    return [
        Deputyship(
            one.pk, role(one.role), _body(one), str(one.person), str(one.on_behalf), one.valid_from,
            one.valid_to or today, _state(one, today), one.on_behalf_id == me.pk,
        )
        for one in found.select_related("person", "on_behalf", "organisation", "unit").order_by("-pk")[:SHOWN]
    ]  # fmt: skip


def done() -> list[dict[str, Any]]:
    """What was done by the caller's deputies, or by him as one: at, who, for whom, action, object."""
    lines = audit.deputised(_caller().pk, limit=SHOWN)
    people = Person.objects.in_bulk({line[name] for line in lines for name in ("person", "deputy_of") if line[name]})
    return [
        line | {"who": str(people.get(line["person"], "")), "behalf": str(people.get(line["deputy_of"], ""))}
        for line in lines
    ]


@transaction.atomic
def name(*, offices: Sequence[str], deputy: str, since: str, until: str, reason: str) -> int:
    """Let a colleague stand in for the caller in these of his memberships; all or none. Answers how many.

    Refused `accounts.deputy` (nothing chosen, no such person, a day that is none or past), and as `members.deputise` says.
    """
    caller, today, reason = _caller(), clock.today(), whole(reason, 200, "理由", "The reason", field="reason")
    first, last = _day(since), _day(until)
    own = {str(one.pk): one for one in memberships_of(caller, on=today).filter(deputy_of=None)}
    colleague = Person.objects.filter(pk=int(deputy)).first() if _number(deputy) else None
    if not offices or not set(offices) <= own.keys() or colleague is None or first < today:
        raise Refused(
            code="accounts.deputy", zh="请选择本人的岗位、代理人，起始日不得早于今天。",
            en="Choose roles of your own and a deputy; it begins today or later.",
        )  # fmt: skip
    for number in dict.fromkeys(offices):
        members.deputise(own[number], deputy=colleague, since=first, until=last, reason=reason)
    return len(set(offices))


def end(number: int, *, reason: str) -> None:
    """End one early, at once; see `members.end_deputyship`."""
    _caller()
    members.end_deputyship(access_membership(number), today=clock.today(), reason=reason)


def _caller() -> Person:
    person = Person.objects.filter(pk=current().person or 0).first()
    if person is None:
        raise Denied(code="accounts.sign_in", zh="请先登录。", en="Please sign in first.")
    return person


def _body(one: Membership) -> str:
    body = one.organisation or one.unit
    return body.named(get_language()) if body else ""


def _state(one: Membership, today: date) -> str:
    if one.valid_to is not None and one.valid_to < today:
        return "ended"
    return "coming" if one.valid_from > today else "running"


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            code="accounts.deputy", zh="请填写起止日期。", en="Name the first and the last day.", fields={"day": text[:20]},
        ) from None  # fmt: skip
