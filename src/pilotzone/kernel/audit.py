"""The audit trail: who did what, on whose behalf, when, to what, from what to what, and why. Append-only.

A line is filled in by the database (kernel/sql/audit.sql): the caller's name from the open scope, both times, the
place in a hash chain. Removing, changing or cutting off lines is refused to web and flood, and shows in
`verify_chain` when done by a stronger hand. Desk tables get lines by themselves: `kernel.rls.audited`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilotzone.kernel.cursor import Cursor
from pilotzone.kernel.database import cursor_of


@dataclass(frozen=True)
class Break:
    """A place where the trail does not hold: `what` is changed, missing or cut."""

    chain: int
    number: int
    what: str


def record(
    action: str,
    *,
    object_kind: str,
    object_id: object,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    cursor: Cursor | None = None,
) -> None:
    """Leave one line. `action` is a dotted key (`access.leave`); personal data does not belong in before or after."""
    line = (action, object_kind, str(object_id), _json(before), _json(after), reason)
    if cursor is not None:
        cursor.execute(_INSERT, line)
        return
    with cursor_of() as own:
        own.execute(_INSERT, line)


def trail(
    object_kind: str, object_id: object, *, limit: int | None = 200, after: int = 0, before: int | None = None,
    actions: Sequence[str] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """The lines about one object that the caller may see, newest first, as plain data; only those numbered above `after` and
    below `before`, and of these `actions` (empty: of all)."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT id, at_zone, at_wall, kind, person, deputy_of, organisation, unit, role, action, before, after,"
            " reason FROM kernel_audit WHERE object_kind = %s AND object_id = %s AND id > %s AND id < %s"
            " AND (%s OR action = ANY(%s)) ORDER BY id DESC LIMIT %s",
            (
                object_kind,
                str(object_id),
                after,
                _NONE_ABOVE if before is None else before,
                not actions,
                list(actions),
                limit,
            ),
        )
        return [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def latest(object_kind: str, objects: Sequence[object]) -> dict[str, int]:
    """The number of the last line about each object, by its name as text; one without a line seen is left out."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT object_id, max(id) FROM kernel_audit WHERE object_kind = %s AND object_id = ANY(%s) GROUP BY 1",
            (object_kind, [str(one) for one in objects]),
        )
        return dict(cursor.fetchall())


def makers(table: str, numbers: Sequence[int]) -> dict[str, int | None]:
    """Who made these rows of a desk table, by their number as text; None for the platform itself. Rows whose line is not seen are left out."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT object_id, person FROM kernel_audit WHERE object_kind = %s AND object_id = ANY(%s) AND action = %s",
            (table, [str(one) for one in numbers], f"{table}.insert"),
        )
        return dict(cursor.fetchall())


def deputised(person: int, *, limit: int = 100) -> list[dict[str, Any]]:
    """What this person did for others and others did for him as deputies, newest first; the columns of `trail`, and
    the object."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT id, at_zone, at_wall, kind, person, deputy_of, organisation, unit, role, action, before, after,"
            " reason, object_kind, object_id FROM kernel_audit WHERE deputy_of IS NOT NULL AND (deputy_of = %s"
            " OR person = %s) ORDER BY id DESC LIMIT %s",
            (person, person, limit),
        )
        columns = (*_COLUMNS, "object_kind", "object_id")
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def verify_chain(*, limit: int = 20) -> list[Break]:
    """Recompute every chain (as the platform); the first breaks found, none when the trail is whole."""
    with cursor_of() as cursor:
        cursor.execute(_VERIFY, (limit,))
        return [Break(*row) for row in cursor.fetchall()]


def anchor() -> str:
    """One hash over the heads of all chains. Kept elsewhere (printed, mailed), it proves the trail up to now."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT encode(sha256(string_agg(int8send(number) || hash, ''::bytea ORDER BY chain)), 'hex')"
            " FROM kernel_audit_chain"
        )
        return str(cursor.fetchone()[0])


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)


_NONE_ABOVE = 2**63 - 1
_INSERT = (
    "INSERT INTO kernel_audit (action, object_kind, object_id, before, after, reason)"
    " VALUES (%s, %s, %s, %s::jsonb, %s::jsonb, %s)"
)
_COLUMNS = (
    "id", "at_zone", "at_wall", "kind", "person", "deputy_of", "organisation", "unit", "role", "action", "before",
    "after", "reason",
)  # fmt: skip
_VERIFY = """
WITH line AS (
    SELECT chain, number, hash, kernel_audit AS whole,
        lag(number, 1, 0::bigint) OVER w AS number_before, lag(hash, 1, ''::bytea) OVER w AS hash_before
    FROM kernel_audit WINDOW w AS (PARTITION BY chain ORDER BY number)
), broken AS (
    SELECT chain, number, 'missing' AS what FROM line WHERE number <> number_before + 1
    UNION ALL
    SELECT chain, number, 'changed' FROM line
        WHERE number = number_before + 1 AND hash <> pz_audit_hash(hash_before, whole)
    UNION ALL
    SELECT h.chain, h.number, 'cut' FROM kernel_audit_chain h
        LEFT JOIN kernel_audit l ON l.chain = h.chain AND l.number = h.number
        WHERE h.number > 0 AND l.hash IS DISTINCT FROM h.hash
)
SELECT chain, number, what FROM broken ORDER BY chain, number LIMIT %s
"""
