"""Making a paper: the room's sheet in both languages, its issue, its PDF with seal; and what a code stands for now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from pilotzone.base.errors import Problem
from pilotzone.kernel import clock, papers
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.papers import Issued
from pilotzone.portal.papers.kinds import kind_of, kinds
from pilotzone.ui.paper import drawing, seal
from pilotzone.ui.paper.kinds import Kind, unknown
from pilotzone.ui.paper.sheet import digest_of

TONGUES = {"zh": "zh-hans", "en": "en"}
CHANGED, UNKNOWN = "changed", "unknown"
LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued paper with what it says: content is {kind, record, zh, en}, the sheets as plain data."""

    kind: Kind
    issued: Issued
    content: dict[str, Any]
    address: str

    def printed(self, language: str) -> drawing.Printed:
        """As it is drawn in zh or en."""
        zone = settings.ZONE_NAMES[language]
        return drawing.Printed(
            sheet=self.content[language], language=language, zone=zone, issuer=zone, number=self.issued.number,
            digest=self.issued.digest, verify=self.address, issued_at=self.issued.issued_at, demo=clock.is_demo(),
        )  # fmt: skip


def issue(code: str, key: str, *, root: str) -> Paper:
    """The paper of a record for the caller; what he may not see is Denied by its room. `root` is this zone's address."""
    kind = kind_of(code)
    if not key or len(key) > LONGEST_KEY or "\0" in key:
        raise unknown()
    content: dict[str, Any] = {"kind": kind.code, "record": key}
    stamp: dict[str, Any] = {}
    for name, tongue in TONGUES.items():
        with override(tongue):
            sheet = kind.sheet(key)
        content[name], stamp = sheet.as_dict(), dict(sheet.stamp)
    issued = papers.issue(
        kind.code, key, prefix=kind.prefix, digest=digest_of(content), stamp=digest_of(stamp), template=drawing.VERSION
    )
    return Paper(kind, issued, content, root.rstrip("/") + reverse("paper_verify", args=[papers.spelt(issued.code)]))


def pdf(made: Sequence[Paper], language: str) -> bytes:
    """One sealed PDF of one paper or several; every printing leaves an audit line."""
    drawn = drawing.pdf([one.printed(language) for one in made])
    papers.printed([one.issued for one in made], form=f"pdf {language}")
    statement = [
        {
            "number": one.issued.number, "kind": one.kind.code, "code": papers.spelt(one.issued.code), "digest": one.issued.digest,
            "issued_at": one.issued.issued_at.isoformat(), "language": language, "address": one.address,
            "content": one.content,
        }
        for one in made
    ]  # fmt: skip
    return seal.sealed(drawn, statement)


def standing(typed: str) -> dict[str, Any]:
    """What everybody may know of a code: kind, number, when issued, whether it still holds, digest. No personal data.

    state: valid, superseded (a newer one was issued), changed (its record is no longer as printed), revoked, unknown.
    """
    issued = papers.find(typed)
    if issued is None:
        return {"state": UNKNOWN}
    kind = kinds().get(issued.kind)
    told = {
        "state": _state(issued, kind), "kind": issued.kind, "zh": kind.zh if kind else issued.kind,
        "en": kind.en if kind else issued.kind, "number": issued.number, "code": papers.spelt(issued.code),
        "issued_at": issued.issued_at, "digest": issued.digest,
    }  # fmt: skip
    ended: datetime | None = issued.revoked_at or issued.superseded_at
    return told | {"ended_at": ended}


def _state(issued: Issued, kind: Kind | None) -> str:
    """The register's word, and of a paper in force whether its record still bears the stamp it was printed with."""
    if issued.state != papers.VALID or kind is None:
        return issued.state if kind else CHANGED
    try:
        with scope(PLATFORM):
            now = digest_of(dict(kind.sheet(issued.record).stamp))
    except Problem:
        return CHANGED  # the record is gone, or no longer one that may be printed
    return papers.VALID if now == issued.stamp else CHANGED
