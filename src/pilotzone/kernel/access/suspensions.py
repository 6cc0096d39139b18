"""An enterprise that may not act: ordered by an office with reason and basis, from a day, until that office lifts it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import access_organisation, access_unit, require
from pilotzone.kernel.access.models import Organisation, Suspension
from pilotzone.kernel.access.scope import current

LONGEST_NOTICE = timedelta(days=366)
ACTION = "firm.suspend"


@transaction.atomic
def suspend(*, organisation: int, since: date, reason: str, legal_basis: str) -> Suspension:
    """Let an enterprise act no more from a day on; what was accepted before stays.

    Refused `kernel.suspension.words` (no reason or basis), `kernel.suspension.day` (past, or more than a year ahead),
    `kernel.suspension.twice` (this office's order still runs). Denied to who may not, and for an unknown enterprise.
    """
    actor, today = require(ACTION), clock.today()
    firm = access_organisation(organisation)
    if not reason.strip() or not legal_basis.strip():
        raise Refused(
            code="kernel.suspension.words", zh="请写明暂停的事由和依据（文件名称、条款）。",
            en="Say why, and by which document and article.", fields={"reason": reason, "legal_basis": legal_basis},
        )  # fmt: skip
    if not today <= since <= today + LONGEST_NOTICE:
        raise Refused(
            code="kernel.suspension.day", zh="起始日须为今天起一年之内。",
            en="It begins today or within a year.", fields={"since": since.isoformat()},
        )  # fmt: skip
    try:
        with transaction.atomic():
            made = Suspension.objects.create(
                organisation=firm, office=access_unit(actor.unit_path), since=since, reason=whole(reason, 300, "理由", "The reason", field="reason"),
                legal_basis=whole(legal_basis, 300, "法律依据", "The legal basis", field="legal_basis"), ordered_by_id=actor.person, ordered_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as twice:
        raise Refused(
            code="kernel.suspension.twice", zh="本单位对该企业的暂停尚未恢复。",
            en="Your office has suspended this enterprise already.",
        ) from twice  # fmt: skip
    settle(firm)
    audit.record(
        "firm.suspend", object_kind="organisation", object_id=firm.pk,
        after={"suspension": made.pk, "since": since, "basis": made.legal_basis}, reason=made.reason,
    )  # fmt: skip
    return made


@transaction.atomic
def lift(number: int, *, reason: str) -> Suspension:
    """End a suspension today. Only the office that ordered it does; `kernel.suspension.other_office` else.

    Refused `kernel.suspension.lifted` for one that has ended, `kernel.suspension.words` without a reason.
    """
    actor = require(ACTION)
    found = access_suspension(number)
    if found.office.path != actor.unit_path:
        raise Denied(
            code="kernel.suspension.other_office", zh=f"由{found.office.name_zh}决定的暂停，由其恢复。",
            en=f"Ordered by {found.office.name_en}, which alone lifts it.",
        )  # fmt: skip
    if found.lifted_on is not None:
        raise Refused(code="kernel.suspension.lifted", zh="该暂停已经恢复。", en="This suspension has ended already.")
    if not reason.strip():
        raise Refused(code="kernel.suspension.words", zh="请写明恢复的理由。", en="Say why it is lifted.")
    found.lifted_on, found.lifted_by_id, found.lifted_reason = (
        clock.today(),
        actor.person,
        whole(reason, 300, "理由", "The reason", field="reason"),
    )
    found.save(update_fields=["lifted_on", "lifted_by", "lifted_reason"])
    settle(found.organisation)
    audit.record(
        "firm.lift", object_kind="organisation", object_id=found.organisation_id, after={"suspension": found.pk},
        reason=found.lifted_reason,
    )  # fmt: skip
    return found


def suspensions() -> QuerySet[Suspension]:
    """Those the caller sees: an enterprise its own, customs and the zone office all; the newest first."""
    return Suspension.objects.select_related("organisation", "office", "ordered_by", "lifted_by").order_by("-pk")


def access_suspension(number: int) -> Suspension:
    """One the caller sees; Denied `kernel.access.unknown` else."""
    found = suspensions().filter(pk=number).first()
    if found is None or current().kind == "public":
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return found


def settle(firm: Organisation) -> None:
    """The enterprise is out from the earliest day a running order or its cancellation names; the row is held meanwhile."""
    held = Organisation.objects.select_for_update().get(pk=firm.pk)
    running = Suspension.objects.filter(organisation=firm, lifted_on=None).order_by("since")
    days = [day for day in (running.values_list("since", flat=True).first(), held.cancelled_on) if day is not None]
    firm.suspended_on = min(days, default=None)
    firm.save(update_fields=["suspended_on"])
