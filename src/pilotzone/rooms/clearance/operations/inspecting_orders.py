"""The inspectors' verbs on an order: schedule, let others join, open, enter both results, inspect again. One wins, the other is told."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from pilotzone.base.days import SHANGHAI
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_refusals as refusals
from pilotzone.rooms.clearance.engine.inspection_refusals import refused
from pilotzone.rooms.clearance.engine.inspection_slots import Slot, fits
from pilotzone.rooms.clearance.models import Inspection, InspectionOpening, InspectionResult
from pilotzone.rooms.clearance.operations.inspection_telling import tell_order
from pilotzone.rooms.clearance.queries import inspection_settings as settings
from pilotzone.rooms.clearance.queries.inspections import access_inspection, unknown

ACTION = "inspection.check"
LONG, SHORT = 1000, 200


def schedule(*, number: int, version: int, bay: int, begins: datetime, ends: datetime, reason: str = "") -> int:
    """Give an order a slot, or another one with a reason the firm reads; the order's new version.

    Refused `rule.inspection.slot`, `….slot_taken`, `….reschedule`, `….state`, `….moved`.
    """
    found, reason = locked(number, version, orders.SCHEDULE), whole(reason, SHORT, "理由", "The reason", field="reason")
    site = settings.site(found.site)
    if site is None:
        raise refused(refusals.SITE)
    moved = found.state == orders.SCHEDULED
    if moved and not reason:
        raise refused(refusals.RESCHEDULE, field="reason")
    slot, now = Slot(bay, begins, ends), clock.now()
    if not fits(site, slot, now=now, working=is_working_day(begins.astimezone(SHANGHAI).date())):
        raise refused(
            refusals.SLOT,
            field="begins",
            hours=f"{site.begins:%H:%M}–{site.ends:%H:%M}",
            minutes=site.minutes,
            bays=site.bays,
        )
    found.state, found.bay, found.slot_from, found.slot_to = orders.SCHEDULED, bay, begins, ends
    found.notified_at = now
    try:
        with transaction.atomic():
            _save(found)
    except IntegrityError as taken:
        raise refused(refusals.SLOT_TAKEN, field="begins", site=site.zh, bay=bay) from taken
    _note("schedule", found, reason)
    when = f"{begins.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    why = (f"（改期：{reason}）", f" (moved: {reason})") if moved else ("", "")
    tell_order(number, "clearance.inspection_scheduled", (
        f"查验安排：{site.zh} {bay}号位 {when}{why[0]}", f"inspection: {site.en}, bay {bay}, {when}{why[1]}",
    ))  # fmt: skip
    return found.version


def join(*, number: int, version: int, agency: str) -> int:
    """Another agency takes part; before the opening only. Refused `rule.inspection.agency`, `….state`, `….moved`."""
    found = locked(number, version, orders.JOIN)
    if agency not in settings.texts("agencies") or agency in found.agencies:
        raise refused(refusals.AGENCY, field="agency")
    found.agencies = [*found.agencies, agency]
    _save(found)
    _note("join", found, agency)
    return found.version


def open_goods(*, number: int, version: int, reason: str = "") -> int:
    """Open the goods: the one opening for everybody; a second one needs a reason and is counted.

    Refused `rule.inspection.second`, `….duties`, `….state`, `….moved`.
    """
    found, reason = locked(number, version, orders.OPEN), whole(reason, SHORT, "理由", "The reason", field="reason")
    if found.openings and not reason:
        raise refused(refusals.SECOND, field="reason", openings=found.openings)
    if found.ordered_by_id is not None and found.ordered_by_id == current().person:
        raise refused(refusals.DUTIES)
    found.state, found.openings = orders.OPENED, found.openings + 1
    InspectionOpening.objects.create(
        inspection=found, ordinal=found.openings, site=found.site, opened_at=clock.now(), opened_by_id=current().person,
        agencies=found.agencies, reason=reason,
    )  # fmt: skip
    _save(found)
    _note("open", found, reason)
    second = (
        (f"第{found.openings}次开箱查验", f"opened for the {found.openings}th time") if found.openings > 1 else ("", "")
    )
    tell_order(
        number,
        "clearance.inspection_opened",
        (second[0] or "开箱查验（监管查验、检验检疫一次完成）", second[1] or "opened, once for all"),
    )
    return found.version


def conclude(
    *, number: int, version: int, supervision: str, quarantine: str, outcome: str, findings: str = "",
    key: uuid.UUID | None = None,
) -> int:  # fmt: skip
    """Enter both results and what follows, once; the order's new version.

    `key`: the device's own number; the same again changes nothing. Refused `rule.inspection.both`, `….outcome`,
    `….ground`, `….state`, `….moved`. Customs is told by the next round (inspecting_results).
    """
    said = (supervision, quarantine, outcome, whole(findings, LONG, "查验情况", "The findings", field="findings"))
    if key is not None and (kept := _kept(number, key, said)):
        return kept
    found = locked(number, version, orders.CONCLUDE)
    if wrong := orders.result_fault(supervision, quarantine, outcome, findings):
        field = {"both": "supervision", "outcome": "outcome", "ground": "findings"}[wrong.code.rpartition(".")[2]]
        raise refused(wrong, field=field)
    opening = InspectionOpening.objects.get(inspection=found, ordinal=found.openings)
    now = clock.now()
    InspectionResult.objects.create(
        opening=opening, key=key, supervision=supervision, quarantine=quarantine, findings=said[3], outcome=outcome,
        entered_at=now, entered_by_id=current().person,
    )  # fmt: skip
    found.state, found.outcome = orders.after(found.state, orders.CONCLUDE, outcome=outcome), outcome
    found.ended_at = now if found.state == orders.DONE else None
    _save(found)
    _note("conclude", found, outcome)
    zh, en = orders.words(orders.OUTCOMES, outcome)
    tell_order(number, "clearance.inspection_concluded", (f"查验结果：{zh}", f"result of inspection: {en}"))
    return found.version


def reopen(*, number: int, version: int, reason: str) -> int:
    """Have held or concluded goods inspected again; the slot is given anew. Refused `rule.inspection.reason`, `….state`, `….moved`."""
    found = locked(number, version, orders.REOPEN)
    if not reason.strip():
        raise refused(refusals.REASON, field="reason")
    back(found, reason)
    return found.version


def back(found: Inspection, reason: str) -> None:
    """Put an order back to be scheduled, the count of its openings kept."""
    found.state, found.outcome, found.ended_at = orders.SELECTED, "", None
    found.bay = found.slot_from = found.slot_to = None
    _save(found)
    _note("reopen", found, reason)
    tell_order(
        int(found.pk),
        "clearance.inspection_again",
        ("将再次查验，等待排期", "to be inspected again, not yet scheduled"),
    )


def locked(number: int, version: int, verb: str) -> Inspection:
    """The order, this officer's to change: locked, as it was when he looked at it, in a state the verb begins from."""
    require(ACTION)
    access_inspection(number)
    found = Inspection.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise unknown()
    if found.version != version:
        raise refused(refusals.MOVED)
    if wrong := orders.fault(found.state, verb):
        raise refused(
            wrong, state=orders.words(orders.STATES, found.state)[0], verb=orders.words(orders.VERBS, verb)[0]
        )
    return found


def _kept(number: int, key: uuid.UUID, said: tuple[str, ...]) -> int | None:
    """The order's version where this result was kept before; Refused `rule.inspection.key` where the key was something else's."""
    require(ACTION)
    row = InspectionResult.objects.filter(key=key).select_related("opening__inspection").first()
    if row is None:
        return None
    if row.opening.inspection_id != number or said != (row.supervision, row.quarantine, row.outcome, row.findings):
        raise refused(refusals.KEY)
    return int(row.opening.inspection.version)


def _save(found: Inspection) -> None:
    found.version += 1
    found.save()


def _note(verb: str, found: Inspection, reason: str) -> None:
    audit.record(
        f"inspection.{verb}", object_kind="inspection", object_id=found.pk, after={"state": found.state, "openings": found.openings},
        reason=reason,
    )  # fmt: skip
