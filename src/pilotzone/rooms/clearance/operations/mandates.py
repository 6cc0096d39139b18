"""代理授权 is given and revoked by the principal; both sides see it, the next batch follows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import SYSTEM, ZONE
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import mandates
from pilotzone.rooms.clearance.models import Mandate
from pilotzone.rooms.clearance.queries import authorities

SOURCE = "海关总署公告2018年第194号"
ACTION = "mandate.own"


def _may_entrust(principal: int, agent: int, kinds: Sequence[str]) -> None:
    """Refused `clearance.mandate.firm` or `….kinds` where the two enterprises may not do this between them."""
    giver, taker = (Organisation.objects.filter(pk=number).first() for number in (principal, agent))
    if giver is None or taker is None or taker.suspended(clock.today()):
        raise Refused(
            code="clearance.mandate.firm", zh="受托企业未登记或已暂停业务", en="The agent is not registered, or suspended", source=SOURCE,
            mend_zh="请核对受托企业的海关编码或统一社会信用代码", mend_en="Check its customs code or credit code.",
        )  # fmt: skip
    if wrong := mandates.wrong_kinds(kinds, giver.roles, taker.roles):
        zh, en = mandates.words(wrong)
        raise Refused(
            code="clearance.mandate.kinds", zh=f"双方登记的企业类型不能委托：{zh}", en=f"Firms of these types cannot entrust: {en}",
            source=SOURCE, fields={"kinds": ", ".join(wrong)},
            mend_zh="订单、支付单、收款单可委托快件、邮政企业或报关企业；清单及其申请由电商企业委托报关企业",
            mend_en="Orders, payments and receipts go to express and post operators or declarants; lists and their applications from"
            " e-commerce enterprises to declarants.",
        )  # fmt: skip


def give(
    *, principal: int, agent: int, kinds: Sequence[str], undertaking: str, since: date, until: date | None = None
) -> int:
    """Let another enterprise send some kinds of documents; the mandate's number.

    Refused `clearance.mandate.request` (nothing named, or no written undertaking), `….firm`, `….kinds` (neither side may
    do this), `….days`, `….again` (one in force between the two names the same kinds); Denied `….own` for another's.
    """
    _own(principal)
    undertaking = whole(undertaking, 200, "担责承诺或委托协议", "The undertaking", field="undertaking")
    if not kinds or not undertaking or principal == agent or not set(kinds) <= set(mandates.KINDS):
        raise Refused(
            code="clearance.mandate.request", zh="请选择可委托的单证并填写书面担责承诺或委托协议编号",
            en="Name documents that may be entrusted and the written undertaking or the number of the agreement",
            source=SOURCE, fields={"kinds": "、".join(mandates.KINDS)},
        )  # fmt: skip
    _may_entrust(principal, agent, kinds)
    if since < clock.today() or (until is not None and until < since):
        raise Refused(
            code="clearance.mandate.days", zh="起始日不得早于今日，终止日不得早于起始日",
            en="It begins today or later and ends no earlier than it begins", source=SOURCE,
        )  # fmt: skip
    _one_at_a_time(principal)
    _not_twice(principal, agent, kinds, (since, until))
    made = Mandate.objects.create(
        principal_id=principal, agent_id=agent, kinds=sorted(set(kinds)), undertaking=undertaking, valid_from=since,
        valid_to=until, given_at=clock.now(), given_by_id=current().person,
    )  # fmt: skip
    audit.record(
        "clearance.mandate", object_kind="mandate", object_id=made.pk,
        after={"agent": agent, "kinds": made.kinds, "since": since.isoformat(), "until": until.isoformat() if until else None},
    )  # fmt: skip
    return int(made.pk)


def revoke(*, number: int, reason: str) -> None:
    """End a mandate at once. Refused `clearance.mandate.reason` without a reason, `….over` when it is over already."""
    one = authorities.access_mandate(number)
    _own(one.principal_id)
    reason = whole(reason, 200, "理由", "The reason", field="reason")
    if not reason:
        raise Refused(
            code="clearance.mandate.reason", zh="请填写撤销理由，受托企业会看到", en="Say why; the agent will read it", source=SOURCE,
        )  # fmt: skip
    now = clock.now()
    changed = Mandate.objects.filter(pk=number, revoked_at=None)
    over = one.valid_to is not None and one.valid_to < clock.today()
    if over or not changed.update(revoked_at=now, revoked_by_id=current().person, revoked_reason=reason):
        raise Refused(
            code="clearance.mandate.over", zh="这项授权已到期或已撤销", en="This mandate has ended or was revoked", source=SOURCE,
        )  # fmt: skip
    audit.record("clearance.mandate.revoke", object_kind="mandate", object_id=number, reason=reason)


def _own(principal: int) -> None:
    actor = current()
    if actor.kind not in (ZONE, SYSTEM) and actor.organisation != principal:
        raise Denied(
            code="clearance.mandate.own", zh="只能由委托企业授予或撤销授权", en="Only the principal gives and revokes its mandates", source=SOURCE,
        )  # fmt: skip


def _one_at_a_time(principal: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clearance.mandate'), %s)", [principal % 2**31])


def _not_twice(principal: int, agent: int, kinds: Sequence[str], span: tuple[date, date | None]) -> None:
    for other in Mandate.objects.filter(principal=principal, agent=agent, revoked_at=None):
        same = sorted(set(kinds) & set(other.kinds))
        if same and mandates.overlap(span, (other.valid_from, other.valid_to)):
            zh, en = mandates.words(same)
            raise Refused(
                code="clearance.mandate.again", source=SOURCE, fields={"mandate": str(other.pk)},
                zh=f"与该企业的授权已包含{zh}，期限重叠", en=f"A mandate to this firm covers {en} for some of these days already",
                mend_zh="请先撤销原授权，或改在其到期之后起始", mend_en="Revoke that one first, or begin after it ends.",
            )  # fmt: skip
