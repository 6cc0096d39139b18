"""Enter a document that founds or changes the promotion centre, and verify it by another person."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import IntegrityError, transaction

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.plan.engine.centre import CHANGED, FOUNDED, Founding, in_order
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import CentreRecord
from pilotzone.rooms.plan.queries.centre import in_charge

MOST_BYTES, LONGEST = 5 * 1024 * 1024, 200
CONFIRMED, RETURNED = "confirmed", "returned"


def enter_centre(
    *, plan: Plan, work: Work, kind: str, said: Founding, at: datetime, paper_name: str = "", paper: bytes = b""
) -> int:
    """Enter the founding (`founded`) or a later change (`changed`) by the zone office; the record's number. It counts once verified.

    Refused `plan.centre_none`, `plan.founded` (a founding stands or waits), `plan.not_founded` (a change before a verified founding),
    `plan.centre_waiting`, `plan.centre`, `plan.centre_day`, `plan.members`, `plan.unit`, `plan.attachment`.
    """
    actor = require("report.review")
    if plan.centre is None:
        raise refused("plan.centre_none")
    today = day_of(at)
    said = in_order(said, earliest=_earliest(plan, kind), today=today)
    if said.unit not in in_charge(plan, work, said.day):
        raise refused("plan.unit")
    if not paper or not paper_name.strip() or len(paper) > MOST_BYTES:
        raise refused("plan.attachment", most=MOST_BYTES // 1024 // 1024)
    try:
        with transaction.atomic():
            row = CentreRecord.objects.create(
                plan=plan.key, kind=kind, name=said.name, document=said.document, number=said.number, day=said.day, unit=said.unit,
                duties=said.duties, members=[one.as_data() for one in said.members], paper=paper,
                paper_name=whole(paper_name, LONGEST, "文件名", "The name of the file"), paper_sha256=hashlib.sha256(paper).hexdigest(),
                entered_by=actor.person or 0, entered_at=at,
            )  # fmt: skip
    except IntegrityError:  # another one was entered at the same moment
        raise refused("plan.founded" if kind == FOUNDED else "plan.centre_waiting") from None
    audit.record(
        "plan.centre", object_kind="plan.centre", object_id=row.pk,
        after={"kind": kind, "day": said.day.isoformat(), "sha256": row.paper_sha256},
    )  # fmt: skip
    return row.pk


def verify_centre(*, number: int, confirmed: bool, at: datetime, remark: str = "") -> None:
    """Confirm a record or send it back with a remark; never by who entered it.

    Refused `plan.no_report`, `plan.verified`, `plan.four_eyes`, `plan.remark`.
    """
    actor = require("report.review")
    remark = whole(remark, 500, "意见", "The remark", field="remark")
    if not confirmed and not remark:
        raise refused("plan.remark")
    row = CentreRecord.objects.select_for_update().filter(pk=number, verdict="").defer("paper").first()
    if row is None:
        raise refused("plan.verified" if CentreRecord.objects.filter(pk=number).exists() else "plan.no_report")
    if row.entered_by == (actor.person or 0):
        raise refused("plan.four_eyes")
    row.verdict, row.remark = CONFIRMED if confirmed else RETURNED, remark
    row.verified_by, row.verified_at = actor.person, at
    row.save(update_fields=["verdict", "remark", "verified_by", "verified_at"])
    audit.record(
        "plan.centre.verify", object_kind="plan.centre", object_id=row.pk, after={"verdict": row.verdict}, reason=remark
    )  # fmt: skip


def _earliest(plan: Plan, kind: str) -> date:
    """The first day a document of that kind may bear."""
    rows = CentreRecord.objects.filter(plan=plan.key)
    begun = rows.filter(kind=FOUNDED).exclude(verdict=RETURNED).values_list("day", "verdict").first()
    if kind == FOUNDED:
        if begun is not None:
            raise refused("plan.founded")
        return plan.start
    if kind != CHANGED or begun is None or begun[1] != CONFIRMED:
        raise refused("plan.not_founded")
    if rows.filter(verdict="").exists():
        raise refused("plan.centre_waiting")
    return begun[0]
