"""The first administrator: a link that works once and sets the password, made on the command line or at the first start."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

ROLE = "administrator"
UNUSABLE = "!"  # how Django marks an account without a password


def has_administrator() -> bool:
    """Whether somebody with a password may manage the zone's persons."""
    with scope(PLATFORM):
        people = Membership.objects.filter(role=ROLE, valid_to=None, person__is_active=True)
        return people.exclude(person__password__startswith=UNUSABLE).exists()


def invite(username: str, *, base: str) -> str:
    """The one-time link with which `username` becomes administrator; a new one each call until it was used.

    Refused `accounts.first` once an administrator has a password, or when the name is somebody else's.
    """
    if has_administrator():
        raise Refused(
            code="accounts.first",
            zh="本综试区已有管理员；新的管理员由现任任命。",
            en="This zone has an administrator; further ones are appointed by him.",
        )
    with scope(PLATFORM), transaction.atomic():
        load_units()
        person, made = Person.objects.get_or_create(username=username, defaults={"password": UNUSABLE})
        known = Membership.objects.filter(person=person, role=ROLE).exists()
        if not made and not known:
            raise Refused(
                code="accounts.first",
                zh="该用户名已被他人使用。",
                en="This name belongs to somebody else.",
            )
        if not known:
            appoint(person=person, role_code=ROLE, unit=Unit.objects.get(code="zone"), since=clock.today())
        audit.record("accounts.invite", object_kind="person", object_id=person.pk)
    return link_for(person, base=base)


def link_for(person: Person, *, base: str) -> str:
    """A link with which this person sets a password: once, within three days."""
    number = urlsafe_base64_encode(str(person.pk).encode())
    return f"{base.rstrip('/')}/accounts/first/{number}/{default_token_generator.make_token(person)}/"


def invited(number: str, token: str) -> Person:
    """Who holds this link. Refused `accounts.link` when it was used, has ended (three days) or was never made."""
    try:
        person = Person.objects.get(pk=int(force_str(urlsafe_base64_decode(number))))
    except (ValueError, OverflowError, Person.DoesNotExist):
        person = None
    if person is None or not default_token_generator.check_token(person, token):
        raise Refused(
            code="accounts.link",
            zh="此链接已使用或已失效。",
            en="This link was used or has ended.",
            mend_zh="请管理您账号的人重发登录链接；首位管理员请在服务器上再次执行 pilotzone init。",
            mend_en="Ask who manages your account for a new link; the first administrator runs pilotzone init on the server again.",
        )
    return person


def settle(person: Person, password: str) -> None:
    """Set the password; the link dies with it."""
    with scope(PLATFORM):
        person.set_password(password)
        person.save(update_fields=["password"])
        audit.record("accounts.settle", object_kind="person", object_id=person.pk)
