"""People come, stand in for one another and leave. Every change is one transaction and leaves its audit line."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM, SYSTEM, ZONE
from pilotzone.kernel.access.models import Grant, Membership, Organisation, Person, Unit
from pilotzone.kernel.access.roles import Role, actions, clash, role
from pilotzone.kernel.access.scope import current, scope

LONGEST_DEPUTY = timedelta(days=92)


@transaction.atomic
def appoint(
    *, person: Person, role_code: str, since: date, organisation: Organisation | None = None, unit: Unit | None = None
) -> Membership:
    """Let a person act for an organisation or a unit in a role from a day on.

    Refused: `kernel.access.role` (unknown), `kernel.access.side` (a role of the other side or of another unit),
    `kernel.access.apart` (duties that nobody may hold together).
    """
    plays = role(role_code)
    fits = organisation is not None if plays.side == "organisation" else plays.side == "unit" and unit is not None
    if unit is not None and plays.unit:
        fits = fits and (unit.path == plays.unit or unit.path.startswith(plays.unit + "."))
    if not fits or (organisation is not None and unit is not None):
        mends = _whose(plays)
        raise Refused(
            code="kernel.access.side",
            zh=f"角色“{plays.zh}”不能授予该单位的人员。",
            en=f"The role “{plays.en}” cannot be given for this body.",
            source="data/units/roles.yaml",
            mend_zh=mends[0],
            mend_en=mends[1],
        )
    _apart(person, role_code, since, None)
    made = Membership.objects.create(
        person=person, organisation=organisation, unit=unit, role=role_code, valid_from=since
    )
    audit.record(
        "access.appoint", object_kind="person", object_id=person.pk, after={"membership": made.pk, "role": role_code}
    )
    return made


def _within(membership: Membership, since: date, until: date) -> bool:
    """Whether a deputyship of these days is short enough and lies within the term."""
    begun, ends = membership.valid_from <= since, membership.valid_to
    return since <= until and until - since <= LONGEST_DEPUTY and begun and (ends is None or until <= ends)


@transaction.atomic
def deputise(membership: Membership, *, deputy: Person, since: date, until: date, reason: str) -> Membership:
    """Let a colleague stand in for another from day to day, both included, at most 92 days; a deputy appoints no deputy.

    The deputy acts in his own name on the other's behalf: every audit line names both. Refused `kernel.access.deputy`,
    `kernel.access.colleague` (the deputy acts for another body), `kernel.access.apart` (duties nobody may hold together).
    """
    passed_on = membership.deputy_of_id is not None or membership.person_id == deputy.pk
    if passed_on or not reason.strip() or not _within(membership, since, until):
        raise Refused(
            code="kernel.access.deputy",
            zh="代理须注明理由、起止日期（最长92天）、不超过原任期，且不得转代理或自代理。",
            en="A deputyship names its reason and its days (at most 92, within the term), and is not passed on.",
        )
    if deputy.pk not in {person.pk for person in colleagues(membership, on=since)}:
        raise Refused(
            code="kernel.access.colleague",
            zh="代理人须是本单位在岗人员。",
            en="A deputy is somebody who acts for the same body.",
        )
    _apart(deputy, membership.role, since, until)
    made = Membership.objects.create(
        person=deputy,
        organisation_id=membership.organisation_id,
        unit_id=membership.unit_id,
        role=membership.role,
        valid_from=since,
        valid_to=until,
        deputy_of=membership,
        on_behalf_id=membership.person_id,
    )
    audit.record(
        "access.deputise", object_kind="person", object_id=deputy.pk,
        after={"membership": made.pk, "for": membership.person_id, "role": made.role, "since": since, "until": until},
        reason=reason,
    )  # fmt: skip
    return made


def colleagues(membership: Membership, *, on: date) -> list[Person]:
    """Who else acts for the same firm or unit in his own right on that day, by name; nobody sees their other offices."""
    same = Q(organisation=membership.organisation_id) if membership.organisation_id else Q(unit=membership.unit_id)
    with scope(PLATFORM):
        found = Membership.objects.filter(
            same, Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on, deputy_of=None, person__is_active=True
        ).exclude(person_id=membership.person_id)
        return list(Person.objects.filter(pk__in=found.values("person_id")).order_by("display_name", "username"))


@transaction.atomic
def end_deputyship(deputyship: Membership, *, today: date, reason: str) -> None:
    """End a deputyship at once, before its day: by whom it stands in for, the deputy himself, or the office.

    Refused `kernel.access.deputyship` for what is no running deputyship of the caller.
    """
    actor, reason = current(), whole(reason, 200, "理由", "The reason", field="reason")
    running = deputyship.deputy_of_id is not None and (deputyship.valid_to is None or deputyship.valid_to >= today)
    concerned = actor.person in (deputyship.person_id, deputyship.on_behalf_id) or actor.kind in (ZONE, SYSTEM)
    if not (running and concerned and reason):
        raise Refused(
            code="kernel.access.deputyship",
            zh="只有委托人或代理人可以注明理由、提前结束尚未到期的代理。",
            en="The principal or the deputy ends a running deputyship, with a reason.",
        )
    before = {"valid_from": deputyship.valid_from, "valid_to": deputyship.valid_to}
    with scope(PLATFORM):  # the deputy may end it too, whom row-level security lets change nothing
        deputyship.valid_to = today - timedelta(days=1)  # a last day before the first one: it never came to force
        deputyship.save(update_fields=["valid_to"])
    audit.record(
        "access.deputy_end", object_kind="person", object_id=deputyship.person_id, before=before,
        after={"membership": deputyship.pk, "valid_to": deputyship.valid_to}, reason=reason,
    )  # fmt: skip


@transaction.atomic
def end(membership: Membership, *, today: date, reason: str) -> None:
    """Somebody's office ends at once, with the deputyships that rest on it; the person stays.

    Refused `kernel.access.end` without a reason and for one's own office.
    """
    reason = whole(reason, 200, "理由", "The reason", field="reason")
    if not reason or membership.person_id == current().person:
        raise Refused(
            code="kernel.access.end",
            zh="请写明理由；本人不能为自己办理卸任。",
            en="Say why; nobody ends his own office.",
        )
    last = today - timedelta(days=1)  # a last day before the first one: it never came to force
    over = Membership.objects.filter(
        Q(pk=membership.pk) | Q(deputy_of=membership), Q(valid_to=None) | Q(valid_to__gt=last)
    )
    over.update(valid_to=last)
    audit.record(
        "access.end", object_kind="person", object_id=membership.person_id, before={"valid_to": membership.valid_to},
        after={"membership": membership.pk, "role": membership.role, "valid_to": last}, reason=reason,
    )  # fmt: skip


@transaction.atomic
def leave(person: Person, *, last_day: date, reason: str) -> int:
    """Somebody leaves: his memberships and those of his deputies end, he cannot sign in, open sessions die now.

    Answers how many memberships ended. Sessions carry a hash of the password, so losing it ends every one of them.
    """
    whose = Q(person=person) | Q(deputy_of__person=person)
    running = Membership.objects.filter(whose).filter(Q(valid_to=None) | Q(valid_to__gt=last_day))
    numbers = list(running.values_list("pk", flat=True))
    Membership.objects.filter(pk__in=numbers, valid_from__gt=last_day).update(valid_from=last_day)
    ended = Membership.objects.filter(pk__in=numbers).update(valid_to=last_day)
    person.left_on, person.is_active = last_day, False
    person.set_unusable_password()
    person.save(update_fields=["left_on", "is_active", "password"])
    audit.record(
        "access.leave", object_kind="person", object_id=person.pk, after={"memberships": numbers}, reason=reason
    )
    return ended


@transaction.atomic
def grant(membership: Membership, *, action: str, by: Person, since: date, until: date | None, reason: str) -> Grant:
    """Give one action beyond the role's own; never to oneself, and never one that must be apart from another he has."""
    if action not in {each.key for each in actions()} or not reason.strip() or by.pk == membership.person_id:
        raise Refused(
            code="kernel.access.grant",
            zh="授权须为已有操作、注明理由，且不得授予本人。",
            en="A grant names a known action and its reason, and is not given to oneself.",
        )
    _apart(membership.person, membership.role, since, until, action)
    made = Grant.objects.create(
        membership=membership, action=action, granted_by=by, valid_from=since, valid_to=until, reason=reason
    )
    audit.record(
        "access.grant", object_kind="person", object_id=membership.person_id, after={"action": action}, reason=reason
    )
    return made


def _whose(plays: Role) -> tuple[str, str]:
    """For whom a role is, in Chinese and English, as the mend of a refusal."""
    if plays.side == "organisation":
        return (
            "此角色授予企业人员：请填企业的海关编码或统一社会信用代码。",
            "This role is for a firm's people: give the firm's customs code or credit code.",
        )
    code = plays.unit.rpartition(".")[2]
    return (
        f"此角色授予单位人员：请填单位代码 {code} 或其下级单位的代码。",
        f"This role is for a public body's people: give the code {code} or that of a body below it.",
    )


def _apart(person: Person, role_code: str, since: date, until: date | None, action: str = "") -> None:
    """Refuse a role that would put duties into one hand that must be apart, at any time both would run.

    Asked as the platform: who names a deputy does not see what the deputy does elsewhere. The person's row is held, so
    that two who name the same deputy at once do not both get their way.
    """
    with scope(PLATFORM):
        Person.objects.select_for_update().get(pk=person.pk)
        held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=since), person=person)
        given = Grant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=since), membership__person=person)
        if until is not None:
            held, given = held.filter(valid_from__lte=until), given.filter(valid_from__lte=until)
        roles = frozenset(held.values_list("role", flat=True))
        more = frozenset(given.values_list("action", flat=True)) | ({action} if action else frozenset())
    if pair := clash(roles | {role_code}, more):
        raise Refused(
            code="kernel.access.apart",
            zh=f"同一人不得兼任：{pair[0].zh}、{pair[1].zh}。",
            en=f"One person may not both {pair[0].en} and {pair[1].en}.",
            source="data/units/roles.yaml apart",
        )
