"""Unit value indices of a month against a base, from the facts that tell value and first legal quantity, with their coverage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics.engine.disclosure.rules import rules_on
from pilotzone.rooms.statistics.engine.grains import FLAGS
from pilotzone.rooms.statistics.engine.indices.customs import Compared, compared
from pilotzone.rooms.statistics.engine.indices.unit_values import Line
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.queries.unkept import Unkept, unkept

MOST = 400_000  # lines of both months that are reckoned at once: some seconds
DIGITS = (4, 6, 8, 10)
FLOWS = ("E", "I")


@dataclass(frozen=True, slots=True)
class Ground:
    """What a month holds in the coverage and flow asked: lines and yuan; lines no rate could value, and the lines and yuan without
    legal quantity or with a goods code too short."""

    lines: int
    cny: Decimal
    unvalued: int
    unmeasured: int
    unmeasured_cny: Decimal
    short: int
    short_cny: Decimal


@dataclass(frozen=True, slots=True)
class UnitValues:
    """The indices and the ground of both months; `found` is None where they cannot be reckoned and `gap` says why; `unkept`:
    lines of both months, whatever their coverage, that tell no legal quantity."""

    base: date
    month: date
    found: Compared | None
    gap: Any
    grounds: tuple[Ground, Ground]
    unkept: Unkept


def unit_values(
    *, base: date, month: date, coverage: str, flow: str, on: date, digits: int = 8, chapter: str = "", most: int = MOST
) -> UnitValues:
    """Exports or imports of a coverage by goods of so many digits, of one chapter or all; protected by the rules of the day `on`.

    Refused `statistics.index.question`, `statistics.index.lines`. What cannot be reckoned comes back as a gap.
    """
    require("statistics.work")
    _checked(base, month, coverage, flow, digits, chapter)
    where = f"month = ANY(%(months)s) AND NOT back AND flow = %(flow)s AND {FLAGS[coverage] or 'true'} AND left(hs, %(len)s) = %(chapter)s"
    values: dict[str, Any] = {
        "months": [base, month],
        "flow": flow,
        "chapter": chapter,
        "len": len(chapter),
        "digits": digits,
        "most": most,
    }
    # facts are nobody's but the platform's; the door is passed above
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(f"{_GROUND} WHERE {where} GROUP BY month", values)
        grounds = {row[0]: Ground(*row[1:]) for row in cursor.fetchall()}
        both = tuple(grounds.get(one, Ground(0, Decimal(0), 0, 0, Decimal(0), 0, Decimal(0))) for one in (base, month))
        count = sum(one.lines - one.unvalued - one.unmeasured - one.short for one in both)
        if count > most:
            raise refused("statistics.index.lines", count=count, most=most)
        cursor.execute(f"{_LINES} WHERE {where} AND {USABLE} AND {LONG}", values)
        lines = [
            Line(f"{row[0]:%Y-%m}", f"{row[1]}/{row[2]}", float(row[3]), float(row[4]), str(row[5]))
            for row in cursor.fetchall()
        ]
        lacking = unkept([base, month])
    found: Compared | None = None
    gap: Refused | None = None
    try:
        found = compared(lines, f"{base:%Y-%m}", f"{month:%Y-%m}", rules_on(on))
    except Refused as why:
        gap = why
    return UnitValues(base, month, found, gap, (both[0], both[1]), lacking)


def _checked(base: date, month: date, coverage: str, flow: str, digits: int, chapter: str) -> None:
    wrong = {
        "coverage": coverage not in FLAGS, "flow": flow not in FLOWS, "digits": digits not in DIGITS,
        "chapter": bool(chapter) and not (len(chapter) == 2 and chapter.isascii() and chapter.isdigit()),
        "base": base.day != 1 or base >= month, "month": month.day != 1,
    }  # fmt: skip
    if any(wrong.values()):
        raise refused("statistics.index.question", what=", ".join(name for name, bad in wrong.items() if bad))


_VALUED = "cny IS NOT NULL AND cny > 0"
_MEASURED = "coalesce(legal_quantity, 0) > 0 AND legal_unit <> ''"
USABLE = f"{_VALUED} AND {_MEASURED}"
LONG = "length(hs) >= %(digits)s"
_GROUND = (
    "SELECT month, count(*), coalesce(sum(cny), 0),"  # noqa: S608 (our own names; values are parameters)
    f" count(*) FILTER (WHERE ({_VALUED}) IS NOT TRUE),"
    f" count(*) FILTER (WHERE {_VALUED} AND NOT ({_MEASURED})), coalesce(sum(cny) FILTER (WHERE {_VALUED} AND NOT ({_MEASURED})), 0),"
    f" count(*) FILTER (WHERE {USABLE} AND NOT {LONG}), coalesce(sum(cny) FILTER (WHERE {USABLE} AND NOT {LONG}), 0)"
    " FROM statistics_fact"
)
_LINES = "SELECT month, left(hs, %(digits)s), legal_unit, cny, legal_quantity, firm FROM statistics_fact"
