"""Pictures of an opening: kept as they came with their hash, once by key, never changed; every look leaves a line of custody."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_refusals as refusals
from pilotzone.rooms.clearance.engine.inspection_refusals import refused
from pilotzone.rooms.clearance.models import Inspection, InspectionEvidence, InspectionOpening
from pilotzone.rooms.clearance.queries.inspections import access_inspection, unknown

ACTION = "inspection.check"
MOST = 8 * 1024 * 1024
# first bytes → media type; a picture is what its bytes say, not its name
_KINDS = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"),
)  # fmt: skip
CUSTODY = "clearance_inspectionevidence"


def keep_evidence(
    *, number: int, key: uuid.UUID, kind: str, content: bytes, sha256: str = "", verdict: str = "", name: str = "",
    taken_at: datetime | None = None,
) -> tuple[int, bool]:  # fmt: skip
    """Keep a picture of the order's latest opening: (its number, whether it had been kept before).

    `sha256`: what the device computed, compared. Refused `rule.inspection.file`, `….hash`, `….key`, `….state` (not opened yet).
    """
    require(ACTION)
    access_inspection(number)
    digest = hashlib.sha256(content).hexdigest()
    known = InspectionEvidence.objects.filter(key=key).defer("content").select_related("opening").first()
    if known is not None:
        if known.sha256 != digest or known.opening.inspection_id != number:
            raise refused(refusals.KEY)
        return int(known.pk), True
    media_type = media_type_of(content)
    if kind not in orders.KINDS or not media_type or len(content) > MOST or (verdict and verdict not in orders.XRAY):
        raise refused(refusals.FILE, field="file", most=MOST // 1024 // 1024)
    if sha256 and sha256.lower() != digest:
        raise refused(refusals.HASH, field="file")
    found = Inspection.objects.select_for_update().get(pk=number)
    opening = InspectionOpening.objects.filter(inspection=found, ordinal=found.openings).first()
    if opening is None:
        raise refused(refusals.STATE, state=orders.words(orders.STATES, found.state)[0], verb="上传影像")
    now = clock.now()
    made = InspectionEvidence.objects.create(
        opening=opening, key=key, kind=kind, verdict=verdict if kind == "xray" else "", name=name[:120], media_type=media_type,
        size=len(content), sha256=digest, content=content, taken_at=taken_at if taken_at and taken_at <= now else None,
        received_at=now, person_id=current().person,
    )  # fmt: skip
    return int(made.pk), False


def open_evidence(*, number: int) -> tuple[str, bytes, str]:
    """(media type, bytes, SHA-256) of a picture; who looked is kept. Denied where the caller sees none."""
    found = InspectionEvidence.objects.filter(pk=number).first()
    if found is None:
        raise unknown()
    content = bytes(found.content)
    whole = hashlib.sha256(content).hexdigest() == found.sha256
    audit.record(
        "inspection.evidence.view",
        object_kind=CUSTODY,
        object_id=number,
        after={"sha256": found.sha256, "whole": whole},
    )
    return found.media_type, content, found.sha256


def media_type_of(content: bytes) -> str:
    """What the bytes are; empty where they are no picture or PDF."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for first, kind in _KINDS if content.startswith(first)), "")
