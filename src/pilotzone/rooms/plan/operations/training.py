"""Enter a course held for government units, and verify it by another person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ZONE
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import Training
from pilotzone.rooms.plan.queries.subjects import subjects

MOST_BYTES, MOST_PERSONS, LONGEST = 5 * 1024 * 1024, 5000, 200
CONFIRMED, RETURNED = "confirmed", "returned"


def enter_training(
    *, plan: Plan, work: Work, course: str, day: date, hours: Decimal, came: Mapping[str, int], certificate: str, at: datetime,
    name: str = "", body: bytes = b"",
) -> int:  # fmt: skip
    """Enter a course one's own unit (or the zone office) held; its number. Persons are counted by the unit they came from.

    Refused `plan.unit` for a firm, `plan.course`, `plan.days`, `plan.persons`, `plan.attachment` (a paper that proves it is asked for), `plan.entered`.
    """
    actor = require("report.review" if current().kind == ZONE else "report.fill")
    if actor.kind not in (ZONE, AGENCY, DISTRICT):
        raise refused("plan.unit")
    course, certificate = course.strip(), certificate.strip()
    if (
        not course
        or max(len(course), len(certificate)) > LONGEST
        or not (hours.is_finite() and 0 < hours <= 200 and hours == round(hours, 1))
    ):
        raise refused("plan.course")
    if not plan.start <= day <= day_of(at):
        raise refused("plan.days")
    known = {body.path for body in subjects(plan, work, day_of(at))}
    told = {path: persons for path, persons in came.items() if persons}
    if not told or not told.keys() <= known or any(not 0 < persons <= MOST_PERSONS for persons in told.values()):
        raise refused("plan.persons", most=MOST_PERSONS)
    if not body or not name.strip() or len(body) > MOST_BYTES:
        raise refused("plan.attachment", most=MOST_BYTES // 1024 // 1024)
    try:
        with transaction.atomic():
            row = Training.objects.create(
                plan=plan.key, course=course, day=day, hours=hours.quantize(Decimal("0.1")), unit=actor.unit_path, came=told,
                persons=sum(told.values()), certificate=certificate, paper=body, paper_name=whole(name, LONGEST, "文件名", "The name of the file"),
                paper_sha256=hashlib.sha256(body).hexdigest(), entered_by=actor.person or 0, entered_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise refused("plan.entered") from None
    audit.record(
        "plan.training", object_kind="plan.training", object_id=row.pk, after={"day": day.isoformat(), "persons": row.persons}
    )  # fmt: skip
    return row.pk


def verify_training(*, number: int, confirmed: bool, at: datetime, remark: str = "") -> None:
    """Confirm a course or send it back with a remark; never by who entered it.

    Refused `plan.no_report`, `plan.verified`, `plan.four_eyes`, `plan.remark`.
    """
    actor = require("report.review")
    remark = whole(remark, 500, "意见", "The remark", field="remark")
    if not confirmed and not remark:
        raise refused("plan.remark")
    row = Training.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise refused("plan.no_report")
    if row.verdict:
        raise refused("plan.verified")
    if row.entered_by == actor.person:
        raise refused("plan.four_eyes")
    row.verdict, row.remark = CONFIRMED if confirmed else RETURNED, remark
    row.verified_by, row.verified_at = actor.person, at
    row.save(update_fields=["verdict", "remark", "verified_by", "verified_at"])
    audit.record(
        "plan.training.verify",
        object_kind="plan.training",
        object_id=row.pk,
        after={"verdict": row.verdict},
        reason=remark,
    )
