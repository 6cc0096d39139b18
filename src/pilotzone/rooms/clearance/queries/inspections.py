"""Joint inspection orders as those they concern see them: officers all, a firm its own, another agency those it joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, OuterRef

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.base.errors import Denied
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_slots as slots
from pilotzone.rooms.clearance.models import (
    Inspection,
    InspectionEvidence,
    InspectionList,
    InspectionObjection,
    InspectionOpening,
    InspectionResult,
)
from pilotzone.rooms.clearance.queries import inspection_settings as settings

STARTED = (orders.SCHEDULED, orders.OPENED)
TODO = (orders.SELECTED, orders.SCHEDULED, orders.OPENED, orders.HELD)
MOST = 500


def listed(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """Orders, what is to be done first by its slot, then the newest: {rows, total, page}.

    Filters: state (one, or todo), site, number (of a list, waybill or order), day (of the slot), objected, second.
    """
    asked, found = filters or {}, Inspection.objects.all()
    if asked.get("state") == "todo":
        found = found.filter(state__in=TODO)
    elif asked.get("state"):
        found = found.filter(state=asked["state"])
    if asked.get("site"):
        found = found.filter(site=asked["site"])
    if number := str(asked.get("number", "")).strip():
        found = found.filter(numbers__contains=[number[:60]])
    if asked.get("day"):
        begins = datetime.combine(asked["day"], time.min, SHANGHAI)
        found = found.filter(slot_from__gte=begins, slot_from__lt=day_ends(asked["day"]))
    if asked.get("second"):
        found = found.filter(openings__gt=1)
    if asked.get("objected"):
        found = found.filter(Exists(InspectionObjection.objects.filter(inspection=OuterRef("pk"), answered_at=None)))
    size = max(1, min(size, MOST))
    rows = list(found.order_by("ended_at", "slot_from", "-pk")[(page - 1) * size : page * size] if asked.get("state") in (*TODO, "todo")
                else found.order_by("-pk")[(page - 1) * size : page * size])  # fmt: skip
    return {"rows": [row_of(one) for one in rows], "total": found.count(), "page": page}


def counts() -> dict[str, int]:
    """How many orders the caller sees in each state that has any."""
    return dict(Inspection.objects.values_list("state").annotate(n=Count("pk")).order_by("state"))


def told(number: int) -> dict[str, Any]:
    """One order with lists, openings (each with its result and pictures), objections and the agencies' names."""
    one = access_inspection(number)
    openings = list(InspectionOpening.objects.filter(inspection=one).select_related("opened_by").order_by("ordinal"))
    results = {
        row.opening_id: row
        for row in InspectionResult.objects.filter(opening__in=openings).select_related("entered_by")
    }
    pictures: dict[int, list[dict[str, Any]]] = {}
    for row in (
        InspectionEvidence.objects.filter(opening__in=openings).defer("content").select_related("person").order_by("pk")
    ):
        pictures.setdefault(row.opening_id, []).append(_picture(row))
    agencies = settings.texts("agencies")
    return row_of(one) | {
        "lists": list(InspectionList.objects.filter(inspection=one).order_by("pk").values("trade_id", "order_no", "invt_no", "joined_at")),
        "team": [{"code": code, "zh": agencies.get(code, {}).get("zh", code), "en": agencies.get(code, {}).get("en", code)} for code in one.agencies],
        "openings_told": [
            {
                "ordinal": row.ordinal, "opened_at": row.opened_at, "by": str(row.opened_by or ""), "reason": row.reason,
                "result": _result(results.get(row.pk)), "pictures": pictures.get(row.pk, []),
            }
            for row in openings
        ],
        "objections": [
            {
                "id": row.pk, "firm": row.organisation.name, "words": row.words, "made_at": row.made_at, "upheld": row.upheld,
                "answer": row.answer, "answered_at": row.answered_at,
            }
            for row in InspectionObjection.objects.filter(inspection=one).select_related("organisation").order_by("pk")
        ],
    }  # fmt: skip


def access_inspection(number: int) -> Inspection:
    """An order the caller sees; Denied `kernel.access.unknown` for any other."""
    found = Inspection.objects.filter(pk=number).first()
    if found is None:
        raise unknown()
    return found


def of_trade(trade: int) -> dict[str, Any] | None:
    """The order a trade is under, where the caller sees one."""
    found = Inspection.objects.filter(
        pk__in=InspectionList.objects.filter(trade_id=trade).values("inspection_id")
    ).first()
    return row_of(found) if found is not None else None


def free_slots(site: str, day: date) -> list[slots.Slot]:
    """The usual slots of a site's day that are free; none on a day nobody works."""
    place = settings.site(site)
    if place is None or not is_working_day(day):
        return []
    return slots.free(place, day, taken(site, day), now=clock.now())


def taken(site: str, day: date) -> list[slots.Slot]:
    """The slots of a site that reach into a day."""
    begins = datetime.combine(day, time.min, SHANGHAI)
    rows = Inspection.objects.filter(
        site=site, state__in=STARTED, slot_from__lt=day_ends(day), slot_to__gt=begins
    ).order_by("slot_from", "bay")
    return [
        slots.Slot(one.bay, one.slot_from, one.slot_to)
        for one in rows
        if one.bay is not None and one.slot_from is not None and one.slot_to is not None
    ]


def custody(number: int) -> list[dict[str, Any]]:
    """Who kept and looked at a picture the caller sees, the oldest first: {at, action, person, role}."""
    if not InspectionEvidence.objects.filter(pk=number).exists():
        raise unknown()
    with scope(PLATFORM):
        lines = audit.trail("clearance_inspectionevidence", number)
    return [
        {"at": line["at_zone"], "action": line["action"], "person": line["person"], "role": line["role"]}
        for line in reversed(lines)
    ]


def row_of(one: Inspection) -> dict[str, Any]:
    """An order as plain data."""
    place = settings.site(one.site)
    zh, en = orders.words(orders.STATES, one.state)
    outcome = orders.words(orders.OUTCOMES, one.outcome) if one.outcome else ("", "")
    ended = one.ended_at or clock.now()
    return {
        "id": one.pk, "state": one.state, "zh": zh, "en": en, "version": one.version, "flow": one.flow, "mode": one.mode,
        "customs_code": one.customs_code, "site": one.site, "site_zh": place.zh if place else one.site,
        "site_en": place.en if place else one.site, "source": one.source, "hits": one.hits, "control": one.control,
        "agencies": one.agencies, "numbers": one.numbers, "waybill": _waybill(one), "selected_at": one.selected_at, "bay": one.bay,
        "slot_from": one.slot_from, "slot_to": one.slot_to, "notified_at": one.notified_at, "openings": one.openings,
        "outcome": one.outcome, "outcome_zh": outcome[0], "outcome_en": outcome[1], "ended_at": one.ended_at,
        "dwell_s": max(0, int((ended - one.selected_at).total_seconds())), "verbs": verbs_of(one.state),
    }  # fmt: skip


def verbs_of(state: str) -> list[str]:
    """What an officer may do in a state."""
    return [verb for verb in orders.MOVES if verb != orders.OVERTAKE and orders.fault(state, verb) is None]


def unknown() -> Denied:
    """What the caller does not see looks like what is not there."""
    return Denied(
        code="kernel.access.unknown", zh="没有这一对象，或您无权查看。", en="There is no such thing, or it is not yours to see.",
    )  # fmt: skip


def _waybill(one: Inspection) -> str:
    return one.consignment.split(":", 2)[2] if one.consignment.startswith("waybill:") else ""


def _result(row: InspectionResult | None) -> dict[str, Any] | None:
    if row is None:
        return None
    told: dict[str, Any] = {
        "findings": row.findings, "outcome": row.outcome, "at": row.entered_at, "by": str(row.entered_by or ""),
        "told_at": row.told_at, "told": row.told,
    }  # fmt: skip
    for name, table, key in (
        ("supervision", orders.VERDICTS, row.supervision), ("quarantine", orders.VERDICTS, row.quarantine),
        ("outcome", orders.OUTCOMES, row.outcome),
    ):  # fmt: skip
        told[name] = key
        told[f"{name}_zh"], told[f"{name}_en"] = orders.words(table, key)
    return told


def _picture(row: InspectionEvidence) -> dict[str, Any]:
    kind, verdict = (
        orders.words(orders.KINDS, row.kind),
        orders.words(orders.XRAY, row.verdict) if row.verdict else ("", ""),
    )
    return {
        "id": row.pk, "kind": row.kind, "kind_zh": kind[0], "kind_en": kind[1], "verdict": row.verdict, "verdict_zh": verdict[0],
        "verdict_en": verdict[1], "name": row.name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256,
        "taken_at": row.taken_at, "received_at": row.received_at, "by": str(row.person or ""),
    }  # fmt: skip


__all__: Sequence[str] = (
    "access_inspection", "counts", "custody", "free_slots", "listed", "of_trade", "row_of", "taken", "told", "unknown", "verbs_of",
)  # fmt: skip
