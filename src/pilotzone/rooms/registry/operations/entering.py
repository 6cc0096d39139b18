"""A new firm comes by itself: its legal representative or handler signs on with the electronic licence and may file."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pilotzone.base.errors import Denied
from pilotzone.base.texts import whole
from pilotzone.exchange.channels import registers as channel
from pilotzone.kernel import clock
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.registry.engine import codes
from pilotzone.rooms.registry.errors import refused
from pilotzone.rooms.registry.operations.registers import address

ROLE = "firm_admin"


@transaction.atomic
def enter(*, uscc: str, account: str, code: str, roles: Sequence[str], evidence: str = "") -> Membership:
    """Let a signed-in person who acts for nobody act for the body he was verified for, as its administrator.

    The body is registered with the name market regulation tells, and counts for nothing before its filing is accepted.
    Denied to nobody and to who acts for somebody; Refused `channel.licence.refused`, `rule.filing.uscc_form`,
    `rule.filing.uscc_check` (without evidence), `rule.filing.roles`; Unavailable where a register is away.
    """
    actor = current()
    if actor.kind != CONSUMER or actor.person is None:
        raise Denied(
            code="registry.enter.person",
            zh="请以个人账号登录后办理。",
            en="Sign in as a person who acts for nobody yet.",
        )
    number = codes.credit_code(uscc)
    if wrong := [one for one in codes.warned(number, evidence) if one.weight == "refuses"]:
        raise refused(wrong[0].code, value=number, by_field={"uscc": number})
    chosen = tuple(one for one in firms.trades() if one in roles)
    if not chosen:
        raise refused("rule.filing.roles", by_field={"roles": ""})
    who = channel.by_licence(
        address(), number, whole(account, 100, "账号", "The account", field="account"),
        whole(code, 100, "验证码", "The code", field="code"),
    )  # fmt: skip
    name = channel.look_up(address(), "samr", number, who.ticket).facts.get("name", "")
    with scope(PLATFORM):
        firm = Organisation.objects.filter(uscc=number).first()
        if firm is None:
            firm = firms.register(firms.Filing(name=name, uscc=number, roles=chosen), evidence=evidence)
        person = Person.objects.get(pk=actor.person)
        return appoint(person=person, role_code=ROLE, organisation=firm, since=clock.today())
