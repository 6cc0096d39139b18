"""Firms object to results and officers answer; customs is told each result once; an officer confirms a site's facilities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_refusals as refusals
from pilotzone.rooms.clearance.engine.inspection_refusals import refused
from pilotzone.rooms.clearance.models import (
    Inspection,
    InspectionFacility,
    InspectionList,
    InspectionObjection,
    InspectionResult,
)
from pilotzone.rooms.clearance.operations.inspecting_orders import back
from pilotzone.rooms.clearance.operations.inspection_telling import tell_order
from pilotzone.rooms.clearance.queries import inspection_settings as settings
from pilotzone.rooms.clearance.queries.inspections import access_inspection, unknown

OBJECT, CHECK = "declare.mend", "inspection.check"
LONGEST = 500


def object_to(*, number: int, words: str) -> int:
    """A firm of the consignment objects to its result; the objection's number. Refused `rule.inspection.objection`."""
    require(OBJECT)
    found = access_inspection(number)
    firm, words = current().organisation, whole(words, LONGEST, "所填内容", "The text", field="words")
    if firm is None or not words.strip() or found.state not in (orders.HELD, orders.DONE):
        raise refused(refusals.OBJECTION, field="words")
    try:
        with transaction.atomic():
            made = InspectionObjection.objects.create(
                inspection_id=number, organisation_id=firm, person_id=current().person, words=words,
                made_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as open_:
        raise refused(refusals.OBJECTION, field="words") from open_
    audit.record("inspection.object", object_kind="inspection", object_id=number, reason=words)
    return int(made.pk)


def answer_objection(*, number: int, upheld: bool, words: str) -> None:
    """Another officer than the one of the result answers; one upheld has the goods inspected again. Refused `rule.inspection.answer`."""
    require(CHECK)
    words = whole(words, LONGEST, "所填内容", "The text", field="words")
    found = InspectionObjection.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise unknown()
    entered = InspectionResult.objects.filter(opening__inspection=found.inspection_id).order_by("-pk").first()
    if found.answered_at is not None or not words.strip() or (entered and entered.entered_by_id == current().person):
        raise refused(refusals.ANSWER, field="words")
    found.upheld, found.answer, found.answered_at, found.answered_by_id = (
        upheld,
        words,
        clock.now(),
        current().person,
    )
    found.save()
    audit.record(
        "inspection.answer",
        object_kind="inspection",
        object_id=found.inspection_id,
        after={"upheld": upheld},
        reason=words,
    )
    order = Inspection.objects.select_for_update().get(pk=found.inspection_id)
    if upheld and orders.fault(order.state, orders.REOPEN) is None:
        back(order, words)
        return
    tell_order(
        found.inspection_id, "clearance.inspection_answered", ("查验异议已答复", "objection to the inspection answered")
    )


def untold_results(limit: int = 100) -> list[dict[str, Any]]:
    """Results customs does not have yet, the oldest first: {id, order, outcome, status, supervision, quarantine, findings, at,
    lists: [{order_no, invt_no}]}. For the platform."""
    rows = list(
        InspectionResult.objects.filter(told_at=None).select_related("opening__inspection").order_by("pk")[:limit]
    )
    lists: dict[int, list[dict[str, str]]] = {}
    for one in InspectionList.objects.filter(inspection__in={row.opening.inspection_id for row in rows}).order_by("pk"):
        lists.setdefault(one.inspection_id, []).append({"order_no": one.order_no, "invt_no": one.invt_no})
    return [
        {
            "id": row.pk, "order": row.opening.inspection_id, "outcome": row.outcome, "status": orders.OUTCOMES[row.outcome][2],
            "supervision": row.supervision, "quarantine": row.quarantine, "findings": row.findings,
            "at": row.entered_at.isoformat(), "lists": lists.get(row.opening.inspection_id, []),
        }
        for row in rows
    ]  # fmt: skip


def results_told(answers: Sequence[tuple[int, str]]) -> None:
    """Customs has these results, and what it answered to each. For the platform."""
    for number, words in answers:
        InspectionResult.objects.filter(pk=number, told_at=None).update(told_at=clock.now(), told=words[:200])


def confirm_facility(*, site: str, facility: str, since: date, note: str = "") -> None:
    """Say that a site has a facility since a day; the same again corrects it. Refused `rule.inspection.site`, `….day`."""
    require(CHECK)
    if settings.site(site) is None or facility not in settings.texts("facilities"):
        raise refused(refusals.SITE)
    if since > clock.today():
        raise refused(refusals.DAY, field="since")
    InspectionFacility.objects.update_or_create(
        site=site, facility=facility,
        defaults={"since": since, "note": whole(note, 200, "说明", "The note", field="note"), "confirmed_at": clock.now(), "confirmed_by_id": current().person},
    )  # fmt: skip
    audit.record(
        "inspection.facility",
        object_kind="inspection_site",
        object_id=site,
        after={"facility": facility, "since": since.isoformat()},
    )
