"""Files behind a residual: kept as they came with their hash, once each, never changed; every look leaves an audit line."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.tracking.errors import SENTENCES
from pilotzone.rooms.tracking.models import Residual, ResidualFile, ResidualStep
from pilotzone.rooms.tracking.operations.reconcile.settling import OPEN
from pilotzone.rooms.tracking.queries.residuals import STATES, access_residual

MOST_MB, MOST_FILES = 8, 20
LONGEST_NAME = 160
# a file is what its first bytes say, not its name
_KINDS = ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def keep_file(*, residual: int, name: str, content: bytes, at: datetime) -> int:
    """Keep a file with a residual the caller may answer for; its number, the same for the same bytes again.

    Raises Denied, Refused `rule.reconcile.unknown|step|file`.
    """
    require("recon.answer")
    access_residual(residual)
    media_type = next((kind for first, kind in _KINDS if content.startswith(first)), "")
    shown = name.replace("\0", "").replace("\\", "/").rsplit("/", 1)[-1].strip()[-LONGEST_NAME:]
    if not media_type or not shown or len(content) > MOST_MB * 1024 * 1024:
        raise _refused()
    digest, person = hashlib.sha256(content).hexdigest(), current().person
    with scope(PLATFORM):
        found = Residual.objects.select_for_update().get(pk=residual)
        if found.state not in OPEN:
            zh, en = STATES[found.state]
            raise SENTENCES.refused("rule.reconcile.step", state_zh=zh, state_en=en)
        files = ResidualFile.objects.filter(residual=found)
        if (known := files.filter(sha256=digest).values_list("pk", flat=True).first()) is not None:
            return int(known)
        if files.count() >= MOST_FILES:
            raise _refused()
        made = ResidualFile.objects.create(
            residual=found, name=shown, media_type=media_type, size=len(content), sha256=digest, content=content,
            person=person, at=at,
        )  # fmt: skip
        ResidualStep.objects.create(
            residual=found, what="proved", at=at, person=person, note=shown, evidence=f"SHA-256 {digest}", left=found.left,
            right=found.right,
        )  # fmt: skip
    audit.record(
        "tracking.reconcile.prove", object_kind="tracking.residual", object_id=residual,
        after={"file": made.pk, "sha256": digest, "size": len(content)},
    )  # fmt: skip
    return int(made.pk)


def open_file(*, residual: int, number: int) -> tuple[str, str, bytes]:
    """(media type, name, bytes) of a file of a residual the caller sees; who looked is kept. Refused `rule.reconcile.unknown`."""
    access_residual(residual)
    found = ResidualFile.objects.filter(pk=number, residual=residual).first()
    if found is None:
        raise SENTENCES.refused("rule.reconcile.unknown")
    content = bytes(found.content)
    whole = hashlib.sha256(content).hexdigest() == found.sha256
    audit.record(
        "tracking.reconcile.look", object_kind="tracking.residual", object_id=residual,
        after={"file": number, "sha256": found.sha256, "whole": whole},
    )  # fmt: skip
    return found.media_type, found.name, content


def _refused() -> Exception:
    return SENTENCES.refused(
        "rule.reconcile.file", by_field={"file": "rule.reconcile.file"}, most=MOST_MB, files=MOST_FILES
    )
