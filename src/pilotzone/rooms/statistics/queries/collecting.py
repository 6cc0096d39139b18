"""Who is asked for a month, how each report stands, and what it says beside port and platform. For statisticians alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.statistics.engine.collection.due import Standing, due_on, standing
from pilotzone.rooms.statistics.engine.collection.mirror import NONE, Mirrored, mirror
from pilotzone.rooms.statistics.models import Reminder
from pilotzone.rooms.statistics.queries.definitions import form_heads, forms
from pilotzone.rooms.statistics.queries.reports import reports

MODES = ("9610", "1210", "9710", "9810")
YEAR = 12  # a firm that traded in the last months is asked for a zero report too


@dataclass(frozen=True, slots=True)
class Asked:
    """A firm that is asked for a month: how its report stands, and when it was reminded."""

    firm: int
    name: str
    standing: Standing
    reminded: date | None
    revision: int


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure of a firm's report (`field`) beside what customs and the platform saw."""

    firm: int
    name: str
    field: str
    own: Decimal | None
    port: Decimal | None
    platform: Decimal | None
    found: Mirrored


def due(month: date) -> date:
    """The last day in time for the report of a month."""
    version = forms()[-1].version
    return due_on(month, int(form_heads().get(version, {}).get("due_day", 10)), is_working_day)


def own_standing(organisation: int, month: date, today: date) -> Standing:
    """How the caller's own report of a month stands."""
    kept = next((row for row in reports(organisation=organisation) if row["month"] == month), None)
    return standing(due(month), day_of(kept["filed_at"]) if kept else None, today, is_working_day)


def reminded(organisation: int, month: date) -> date | None:
    """The day the firm was reminded of a month; None where it was not."""
    found = Reminder.objects.filter(organisation_id=organisation, month=month).first()
    return found.day if found else None


def asked(month: date, today: date) -> list[Asked]:
    """Every registered firm that traded in the twelve months up to it or reported before, those still missing first."""
    require("statistics.work")
    filed = {row["organisation"]: row for row in reports(month=month)}
    before = {row["organisation"] for row in reports()}
    wanted = before | _trading(month)
    told = dict(Reminder.objects.filter(month=month).values_list("organisation_id", "day"))
    last = due(month)
    rows = []
    for number, name in names(wanted).items():
        kept = filed.get(number)
        stands = standing(last, day_of(kept["filed_at"]) if kept else None, today, is_working_day)
        rows.append(Asked(number, name, stands, told.get(number), kept["revision"] if kept else 0))
    return sorted(rows, key=lambda row: (row.revision > 0, row.name, row.firm))


def mirrored(month: date, today: date) -> list[Beside]:
    """Every figure by mode of every firm that is asked, beside port and platform; what is nothing everywhere is left out."""
    require("statistics.work")
    filed = {row["organisation"]: row["answers"] for row in reports(month=month)}
    seen = seen_of(month)
    wanted = filed.keys() | {firm for firm, _field in seen}
    known = names(wanted)
    told = []
    for number, name in sorted(known.items(), key=lambda one: (one[1], one[0])):
        for field in _fields():
            own = filed.get(number, {}).get(field)
            port, platform = seen.get((number, field), (None, None))
            mine = None if own is None else Decimal(own)
            if not (mine or port or platform):
                continue
            found = mirror(mine, port, platform, mode=field.rpartition("_")[2], on=today)
            if found.verdict != NONE:
                told.append(Beside(number, name, field, mine, port, platform, found))
    return told


def frame(month: date) -> dict[int, float]:
    """The frame of a survey: registered firms that exported in the twelve months up to it, with their exports in yuan."""
    require("statistics.work")
    first = (month - timedelta(days=31 * (YEAR - 1))).replace(day=1)
    sql = (
        "SELECT firm, coalesce(sum(cny), 0) FROM statistics_fact WHERE month BETWEEN %s AND %s AND NOT back AND flow = 'E'"
        " AND registered AND firm > 0 GROUP BY 1"
    )
    return {firm: float(value) for firm, value in _asked_as_platform(sql, [first, month])}


def _fields() -> list[str]:
    known = {one.key for one in forms()[-1].fields}
    return [key for flow in ("export", "import") for mode in MODES if (key := f"{flow}_{mode}") in known]


def _trading(month: date) -> set[int]:
    first = (month - timedelta(days=31 * (YEAR - 1))).replace(day=1)
    sql = "SELECT DISTINCT firm FROM statistics_fact WHERE month BETWEEN %s AND %s AND registered AND firm > 0"
    return {row[0] for row in _asked_as_platform(sql, [first, month])}


def seen_of(month: date) -> Mapping[tuple[int, str], tuple[Decimal | None, Decimal | None]]:
    """(firm, field) → yuan customs saw here, yuan the platform saw; None where nothing passed there."""
    sql = (
        "SELECT firm, flow, mode, sum(cny) FILTER (WHERE port), sum(cny) FROM statistics_fact"
        " WHERE month = %s AND NOT back AND registered AND firm > 0 AND mode = ANY(%s) GROUP BY 1, 2, 3"
    )
    return {
        (firm, f"{'export' if flow == 'E' else 'import'}_{mode}"): (port, platform)
        for firm, flow, mode, port, platform in _asked_as_platform(sql, [month, list(MODES)])
    }


def _asked_as_platform(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with (
        scope(PLATFORM),
        connection.cursor() as cursor,
    ):  # facts are nobody's but the platform's; the door is passed above
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def names(wanted: Collection[int]) -> dict[int, str]:
    """The names of firms; for who passed a door of the statisticians."""
    with scope(PLATFORM):
        return dict(Organisation.objects.filter(pk__in=list(wanted)).values_list("pk", "name"))
