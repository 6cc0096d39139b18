"""Who administers a district's platform: its county officers, since when and by whom; appointed and removed by the zone's office.

Row-level security shows a district no memberships but its own people's own ones. What is read here is read as the platform, after
the check of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from pilotzone.base.errors import Denied
from pilotzone.base.sentences import Sentences
from pilotzone.kernel import audit
from pilotzone.kernel.access import members
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Person, Site
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.sites import manages

ROLE = "district_officer"
RUNNING, COMING, FORMER = "running", "coming", "former"  # states of a term of office, in the order they are shown
_SOURCE = "data/units/roles.yaml district_officer"

SENTENCES = Sentences(
    {
        "site.administrator": ("没有在岗账号“{name}”", "There is no account “{name}” in use", _SOURCE, "zone", "先在“人员与岗位”开设账号", "Open the account first"),
        "site.administrator.ending": ("分平台{day}停用，不再任命管理员", "The platform closes after {day} and takes no more administrators", _SOURCE, "zone", "无须任命", "Nothing is to be done"),
        "site.administrator.already": ("“{name}”已是本分平台管理员", "“{name}” administers this platform already", _SOURCE, "zone", "核对账号", "Check the account"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Administrator:
    """One term of office. `until`: its last day, None while nobody ended it; `by`: who appointed, empty for the platform itself.

    `state`: RUNNING, COMING (it begins after the day) or FORMER.
    """

    membership: int
    person: int
    username: str
    name: str
    deputy_for: str
    since: date
    until: date | None
    state: str
    by: str


def administrators(site: Site, on: date) -> list[Administrator]:
    """Every term there was or will be, those that run on the day first. Denied to who does not manage the platform."""
    _managing(site, manages(site))
    with scope(PLATFORM):
        found = list(
            Membership.objects.filter(unit=site.unit_id, role=ROLE)
            .select_related("person", "on_behalf")
            .order_by("-valid_from", "-pk")
        )
        makers = audit.makers("kernel_membership", [one.pk for one in found])
        names = _names(makers.values())
    told = [_told(one, on, names.get(makers.get(str(one.pk)) or 0, "")) for one in found]
    return sorted(told, key=lambda one: (RUNNING, COMING, FORMER).index(one.state))


def history(site: Site, *, actions: Sequence[str], limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """What was done to a platform, of these `actions` and older than the line `before`, the newest first: the columns of
    `audit.trail`, and `who`. Denied as `administrators`."""
    _managing(site, manages(site))
    with scope(PLATFORM):
        lines = audit.trail("site", site.slug, limit=limit, before=before, actions=actions)
        names = _names(one["person"] for one in lines)
    return [one | {"who": names.get(one["person"] or 0, "")} for one in lines]


@transaction.atomic
def appoint(site: Site, *, username: str, on: date, keeps: bool = False) -> Membership:
    """Let somebody who has an account administer a platform from a day on; by the zone's office. `keeps`: who does already goes on.

    Refused `site.administrator`, `site.administrator.already`, `site.administrator.ending`, and as `members.appoint` says. The
    person's row is held, so that of two who appoint one person at once the other is told.
    """
    _managing(site, manages(None))
    name = username.strip()[:60]
    if site.until is not None:
        raise SENTENCES.refused("site.administrator.ending", day=site.until, by_field={"administrator": name[:40]})
    person = Person.objects.filter(username=name, is_active=True, left_on=None).first() if name else None
    if person is None:
        raise SENTENCES.refused("site.administrator", name=name[:40], by_field={"administrator": name[:40]})
    with scope(PLATFORM):
        Person.objects.select_for_update().get(pk=person.pk)
    holds = _running(on).filter(person=person, unit=site.unit_id, deputy_of=None).first()
    if holds is not None:
        if keeps:
            return holds
        raise SENTENCES.refused("site.administrator.already", name=name[:40], by_field={"administrator": name[:40]})
    made = members.appoint(person=person, role_code=ROLE, since=on, unit=site.unit)
    audit.record(
        "site.appoint", object_kind="site", object_id=site.slug, after={"membership": made.pk, "person": person.pk}
    )
    return made


@transaction.atomic
def remove(site: Site, *, membership: int, on: date, reason: str) -> None:
    """End a term at once, and those of the deputies; by the zone's office. Refused as `members.end` says."""
    _managing(site, manages(None))
    found = _running(on).filter(pk=membership, unit=site.unit_id).first() if 0 < membership < 1 << 62 else None
    _managing(site, found is not None)
    assert found is not None
    members.end(found, today=on, reason=reason)
    audit.record(
        "site.remove", object_kind="site", object_id=site.slug, reason=reason.strip(),
        after={"membership": found.pk, "person": found.person_id},
    )  # fmt: skip


def _running(on: date) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), role=ROLE)


def _managing(site: Site, holds: bool) -> None:
    if not holds:
        raise Denied(
            code="kernel.access.unknown",
            zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
            fields={"site": site.slug},
        )


def _told(one: Membership, on: date, by: str) -> Administrator:
    standing_in = one.on_behalf.display_name or one.on_behalf.username if one.on_behalf else ""
    return Administrator(
        membership=one.pk, person=one.person_id, username=one.person.username, name=one.person.display_name, deputy_for=standing_in,
        since=one.valid_from, until=one.valid_to and max(one.valid_to, one.valid_from), state=_state(one, on), by=by,
    )  # fmt: skip


def _state(one: Membership, on: date) -> str:
    if one.valid_to is not None and one.valid_to < on:
        return FORMER
    return COMING if one.valid_from > on else RUNNING


def _names(numbers: Iterable[int | None]) -> dict[int, str]:
    found = Person.objects.filter(pk__in={number for number in numbers if number})
    return {one.pk: one.display_name or one.username for one in found}
