"""General-trade exports that were sold online: what is given in is kept, put beside each other, and decided by persons.

A candidate somebody decided stands; the open ones are found anew whenever something is given in. Nothing here leaves statistics.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.statistics.engine.collection import material
from pilotzone.rooms.statistics.engine.collection.recognition import (
    ALGORITHM,
    OFFLINE,
    Declared,
    Recognised,
    Sold,
    recognise,
)
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Candidate, Material
from pilotzone.rooms.statistics.queries.definitions import scale

OPEN, CONFIRMED, REFUSED = "open", "confirmed", "refused"
LONGEST = 200


def take(*, kind: str, raw: bytes, at: datetime, today: date) -> int:
    """Keep the lines of a file (`declared` or `sold`) and look for candidates again; how many lines.

    Refused `statistics.material.file`, `.lines` (by line; nothing is kept then: also a firm nobody knows, a declaration already decided).
    """
    actor = require("statistics.work")
    if kind not in material.HEADS:
        raise refused("statistics.material.file", head="")
    lines = material.read(raw, kind, today)
    firms = _firms({line.uscc for line in lines})
    with transaction.atomic():
        decided = (
            set(Candidate.objects.exclude(state=OPEN).values_list("number", flat=True))
            if kind == material.DECLARED
            else set()
        )
        faults = {
            line.reference: material.HEADS[kind][1] if line.uscc not in firms else "≠ open"
            for line in lines
            if line.uscc not in firms or line.reference in decided
        }
        if faults:
            shown = dict(list(faults.items())[: material.SHOWN])
            raise refused("statistics.material.lines", count=len(faults), by_field=shown)
        Material.objects.bulk_create(
            [Material(kind=kind, reference=line.reference, organisation_id=firms[line.uscc], hs=line.hs, on=line.on, value=line.value,
                      mode=line.mode, given_at=at, given_by_id=actor.person) for line in lines],
            update_conflicts=True, unique_fields=["kind", "reference"],
            update_fields=["organisation", "hs", "on", "value", "mode", "given_at", "given_by"],
        )  # fmt: skip
        found = _look_again()
        audit.record(
            "statistics.material",
            object_kind="statistics.material",
            object_id=kind,
            after={"lines": len(lines), "candidates": found},
        )
    return len(lines)


def decide(*, number: int, confirmed: bool, remark: str, at: datetime) -> None:
    """Say that an export was sold online, or was not: the statisticians on any, a firm on its own as long as they have not.

    Who says no says why. Refused `statistics.candidate.unknown`, `.decided`, `.remark`.
    """
    actor = current()
    works = may("statistics.work")
    if not works:
        require("statistics.report")
    remark = remark.replace("\0", "").strip()
    if len(remark) > LONGEST or not (confirmed or remark):
        raise refused("statistics.candidate.remark", most=LONGEST)
    with transaction.atomic():
        one = Candidate.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if one is None or not (works or (actor.kind == ENTERPRISE and one.organisation_id == actor.organisation)):
            raise refused("statistics.candidate.unknown")
        if not works and one.state != OPEN and not one.by_firm:
            raise refused("statistics.candidate.decided")
        one.state, one.by_firm, one.remark = CONFIRMED if confirmed else REFUSED, not works, remark
        one.decided_at, one.decided_by_id = at, actor.person
        one.save(update_fields=["state", "by_firm", "remark", "decided_at", "decided_by"])
        audit.record(
            "statistics.candidate",
            object_kind="statistics.candidate",
            object_id=one.pk,
            after={"state": one.state, "by_firm": not works},
        )


def _look_again() -> int:
    """Find the open candidates anew from all that was given in; how many there are."""
    decided = Candidate.objects.exclude(state=OPEN)
    closed = set(decided.values_list("number", flat=True))
    used = {
        sale["reference"] for sales in decided.filter(state=CONFIRMED).values_list("sales", flat=True) for sale in sales
    }
    Candidate.objects.filter(state=OPEN).delete()
    declared = {
        row.reference: row for row in Material.objects.filter(kind=material.DECLARED) if row.reference not in closed
    }
    sold = {row.reference: row for row in Material.objects.filter(kind=material.SOLD) if row.reference not in used}
    found = recognise(
        (Declared(row.reference, str(row.organisation_id), row.hs, row.on, row.value, row.mode) for row in declared.values()),
        (Sold(row.reference, str(row.organisation_id), row.hs, row.on, row.value) for row in sold.values()),
        scale(),
    )  # fmt: skip
    told = [_candidate(one, declared[one.number], sold) for one in found if one.verdict != OFFLINE]
    return len(Candidate.objects.bulk_create(told))


def _candidate(one: Recognised, row: Material, sold: Mapping[str, Material]) -> Candidate:
    return Candidate(
        number=row.reference, organisation_id=row.organisation_id, hs=row.hs, on=row.on, value=row.value, mode=row.mode,
        algorithm=ALGORITHM, score=one.score, verdict=one.verdict, state=OPEN,
        reasons=[{"points": why.points, "zh": why.zh, "en": why.en} for why in one.reasons],
        sales=[
            {"reference": name, "hs": sold[name].hs, "on": sold[name].on.isoformat(), "value": str(sold[name].value)} for name in one.sales
        ],
    )  # fmt: skip


def _firms(codes: set[str]) -> dict[str, int]:
    with scope(PLATFORM):  # the register of firms is not the statisticians' to read; of it only who is meant
        return dict(Organisation.objects.filter(uscc__in=codes).values_list("uscc", "pk"))
