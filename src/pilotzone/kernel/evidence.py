"""The audit trail as auditors read it: filtered, page by page at a million lines, each reading a line itself.

Lists go from the newest back in zone time; a page begins after the number of the last line before it. Row-level security
says who reads (kernel/migrations/0011_evidence.py); the door is `audit.read`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.base.errors import Denied
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.database import cursor_of

READ = "audit.read"
MOST_COUNTED = 10_000
MOST_PERSONS = 500
_COLUMNS = (
    "id", "at_zone", "at_wall", "kind", "person", "deputy_of", "organisation", "unit", "role", "login", "action",
    "object_kind", "object_id", "before", "after", "reason", "chain", "number", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; empty is everything. Days are Shanghai's of zone time, both included.

    who: a person's number, or part of the sign-in or shown name (deputies' principals count too); action: a key or its
    beginning; kind and number: the object; unit: a path, with all below it.
    """

    who: str = ""
    action: str = ""
    kind: str = ""
    number: str = ""
    unit: str = ""
    first: date | None = None
    last: date | None = None


def lines(asked: Asked, *, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Lines, the newest first, older than the line `before`."""
    require(READ)
    where, values = _where(asked)
    with cursor_of() as cursor:
        if before is not None:
            cursor.execute("SELECT at_zone, id FROM kernel_audit WHERE id = %s", (before,))
            row = cursor.fetchone()
            if row is None:
                return []
            where.append("(at_zone, id) < (%s, %s)")
            values += row
        cursor.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM kernel_audit WHERE {' AND '.join(where)}"  # noqa: S608 (our own names)
            " ORDER BY at_zone DESC, id DESC LIMIT %s",
            (*values, limit),
        )
        return [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def every(asked: Asked, *, step: int = 1000) -> Iterator[dict[str, Any]]:
    """All of them, in steps."""
    before: int | None = None
    while found := lines(asked, before=before, limit=step):
        yield from found
        before = found[-1]["id"]


def counted(asked: Asked, *, most: int = MOST_COUNTED) -> int:
    """How many there are; `most` + 1 where there are more."""
    require(READ)
    where, values = _where(asked)
    with cursor_of() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM kernel_audit WHERE {' AND '.join(where)} LIMIT %s) s",  # noqa: S608 (our own names)
            (*values, most + 1),
        )
        return int(cursor.fetchone()[0])


def line(number: int) -> dict[str, Any]:
    """One line with its place in the chain; Denied `kernel.access.unknown` where there is none."""
    require(READ)
    with cursor_of() as cursor:
        cursor.execute(f"SELECT {', '.join(_COLUMNS)} FROM kernel_audit WHERE id = %s", (number,))  # noqa: S608 (our own names)
        row = cursor.fetchone()
    if row is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这条审计记录。", en="There is no such line of the audit trail."
        )
    return dict(zip(_COLUMNS, row, strict=True)) | {"hash": bytes(row[-1]).hex()}


def note(what: str, asked: dict[str, Any]) -> None:
    """Leave the line that says somebody read the trail, and what he asked for. `what`: list, export or a line's number."""
    audit.record(READ, object_kind="audit", object_id=what, after={key: value for key, value in asked.items() if value})


def _where(asked: Asked) -> tuple[list[str], list[Any]]:
    where, values = ["true"], list[Any]()
    if asked.who:
        people = _people(asked.who)
        where.append("(person = ANY(%s) OR deputy_of = ANY(%s))")
        values += [people, people]
    if asked.action:
        where.append('action COLLATE "C" >= %s AND action COLLATE "C" < %s')
        values += [asked.action, asked.action + "\U0010ffff"]
    if asked.unit:
        where.append('(unit COLLATE "C" = %s OR unit COLLATE "C" >= %s AND unit COLLATE "C" < %s)')
        values += [asked.unit, asked.unit + ".", asked.unit + "/"]  # "/" is the character after "."
    for column, value in (("object_kind", asked.kind), ("object_id", asked.number)):
        if value:
            where.append(f"{column} = %s")
            values.append(value)
    if asked.first is not None:
        where.append("at_zone >= %s")
        values.append(datetime.combine(asked.first, time.min, SHANGHAI))
    if asked.last is not None:
        where.append("at_zone < %s")
        values.append(day_ends(asked.last))
    return where, values


def _people(who: str) -> list[int]:
    own = [int(who)] if who.isascii() and who.isdecimal() and len(who) < 19 else []
    named = Person.objects.filter(username__icontains=who) | Person.objects.filter(display_name__icontains=who)
    return own + list(named.values_list("pk", flat=True)[:MOST_PERSONS])
