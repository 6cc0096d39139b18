"""The record of issued papers: number, kind, key of its record, digest of its content, code by which anybody verifies it.

What a paper says is not kept: its digest is. The same content of the same record for the same reader is the same paper,
with the same number and code; other content supersedes it. A code is 100 random bits, so none is found by trying.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM, PUBLIC
from pilotzone.kernel.access.scope import current, scope
from pilotzone.kernel.database import cursor_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH = 20
LONGEST_REASON = 300
VALID, SUPERSEDED, REVOKED = "valid", "superseded", "revoked"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_COLUMNS = "id, kind, record, prefix, code, digest, stamp, template, issued_at, superseded_at, revoked_at, revoked_why"


@dataclass(frozen=True, slots=True)
class Issued:
    """One issued paper. `digest` is of its content in all languages, `stamp` of what decides whether it still holds."""

    id: int
    kind: str
    record: str
    prefix: str
    code: str
    digest: str
    stamp: str
    template: int
    issued_at: datetime
    superseded_at: datetime | None
    revoked_at: datetime | None
    revoked_why: str

    @property
    def number(self) -> str:
        """The number on the paper: the letters of its kind, the day, a running number."""
        return f"{self.prefix}{self.issued_at.astimezone(SHANGHAI):%Y%m%d}{self.id:06d}"

    @property
    def state(self) -> str:
        """valid, superseded or revoked, as far as the register knows; what its record says now is asked by the portal."""
        return REVOKED if self.revoked_at else SUPERSEDED if self.superseded_at else VALID


def spelt(code: str) -> str:
    """A code as people read it: four groups of five."""
    return "-".join(code[at : at + 5] for at in range(0, LENGTH, 5))


def issue(kind: str, record: str, *, prefix: str, digest: str, stamp: str, template: int) -> Issued:
    """The paper in force of this content for the caller; the one before, with other content, is superseded.

    Denied to the public: a paper is issued to somebody.
    """
    actor = current()
    if actor.kind == PUBLIC:
        raise _unknown()
    audience = f"{actor.kind}:{actor.organisation or actor.unit_path or actor.person or ''}:{actor.role}"
    at = clock.now()
    with cursor_of() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"paper {kind} {record} {audience}",))
        cursor.execute(
            f"SELECT {_COLUMNS} FROM kernel_paper WHERE kind = %s AND record = %s AND audience = %s"  # noqa: S608 (our own names)
            " AND superseded_at IS NULL AND revoked_at IS NULL",
            (kind, record, audience),
        )
        row = cursor.fetchone()
        if row is not None and (found := Issued(*row)).digest == digest and found.stamp == stamp:
            return found
        if row is not None:
            cursor.execute("UPDATE kernel_paper SET superseded_at = %s WHERE id = %s", (at, row[0]))
        cursor.execute(
            "INSERT INTO kernel_paper (kind, record, audience, organisation, unit, person, prefix, code, digest, stamp, template,"  # noqa: S608 (our own names)
            f" issued_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}",
            (
                kind, record, audience, actor.organisation, "" if actor.organisation else actor.unit_path, actor.person, prefix,
                _fresh(), digest, stamp, template, at,
            ),
        )  # fmt: skip
        return Issued(*cursor.fetchone())


def find(typed: str) -> Issued | None:
    """The paper of a code as somebody typed it, whoever asks; None where there is none. O is read as 0, I and L as 1."""
    code = typed.strip().upper().translate(_READ_AS)
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return None
    with scope(PLATFORM), cursor_of() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM kernel_paper WHERE code = %s", (code,))  # noqa: S608 (our own names)
        row = cursor.fetchone()
    return None if row is None else Issued(*row)


def revoke(typed: str, *, reason: str) -> Issued:
    """Take an issued paper back, for good. Refused `paper.reason` without a reason; Denied where there is no such paper or
    it is not the caller's."""
    reason = whole(reason, LONGEST_REASON, "理由", "The reason", field="reason")
    if not reason:
        raise Refused(code="paper.reason", zh="请写明撤销理由。", en="Say why the paper is revoked.")
    found = find(typed)
    if found is None:
        raise _unknown()
    with cursor_of() as cursor:
        cursor.execute(
            f"UPDATE kernel_paper SET revoked_at = %s, revoked_why = %s WHERE id = %s AND revoked_at IS NULL RETURNING {_COLUMNS}",  # noqa: S608 (our own names)
            (clock.now(), reason, found.id),
        )
        row = cursor.fetchone()
    if row is None:
        raise _unknown()
    audit.record("paper.revoke", object_kind="paper", object_id=found.number, reason=reason)
    return Issued(*row)


def printed(papers: list[Issued], *, form: str) -> None:
    """Leave the line that says who printed what."""
    numbers: dict[str, Any] = {
        "form": form,
        "papers": len(papers),
        "first": papers[0].record,
        "last": papers[-1].record,
    }
    audit.record("paper.print", object_kind=papers[0].kind, object_id=papers[0].number, after=numbers)


def _fresh() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def _unknown() -> Denied:
    return Denied(
        code="kernel.access.unknown",
        zh="没有这一文件，或您无权办理。",
        en="There is no such paper, or it is not yours.",
    )
