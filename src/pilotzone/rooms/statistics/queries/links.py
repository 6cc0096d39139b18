"""The links of a month to the month before from its facts, and the published ones of a year as a chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.rooms.statistics.engine.disclosure.rules import rules_on
from pilotzone.rooms.statistics.engine.grains import FLAGS
from pilotzone.rooms.statistics.engine.indices.chained import Point, joined
from pilotzone.rooms.statistics.engine.indices.links import BASE, Gathered, Link, gather, linked
from pilotzone.rooms.statistics.engine.indices.unit_values import Line
from pilotzone.rooms.statistics.models import Release
from pilotzone.rooms.statistics.queries.releases import Told, figures, latest
from pilotzone.rooms.statistics.queries.unit_values import LONG, MOST, USABLE

DIGITS, YEAR = 8, 12
FLOWS = {"export": "E", "import": "I"}
KINDS = ("unit_value", "volume")
TOO_MANY = "statistics.index.lines"


@dataclass(frozen=True, slots=True)
class Chain:
    """A year's published links as a chain. `points`: by month, the first is the base; `hidden`, `gaps`: months without a level, those
    protected and those with the code that says why; `step`: the least part of the month's value that entered, None where there is no link;
    `ended`: the stage of the month's vintage that told an index where this one does not."""

    indicator: str
    points: tuple[Point, ...]
    hidden: frozenset[str]
    gaps: Mapping[str, str]
    step: Decimal | None
    ended: str = ""


def before(month: date) -> date:
    """The month before."""
    return (month - timedelta(days=1)).replace(day=1)


def links_of(month: date, flow: str, *, on: date, most: int = MOST) -> dict[str, Link]:
    """Coverage → link of a month to the month before, from the facts; a chapter of more than `most` lines leaves a named gap.

    As the platform: facts are nobody's but its own.
    """
    base, now = f"{before(month):%Y-%m}", f"{month:%Y-%m}"
    values: dict[str, Any] = {"months": [before(month), month], "flow": flow, "digits": DIGITS}
    where = f"month = ANY(%(months)s) AND NOT back AND flow = %(flow)s AND {USABLE} AND {LONG}"
    found = {coverage: Gathered() for coverage in FLAGS}
    rules = rules_on(on)
    with connection.cursor() as cursor:
        cursor.execute(f"{_CHAPTERS} WHERE {where} GROUP BY 1 ORDER BY 1", values)
        chapters = cursor.fetchall()
        if any(count > most for _chapter, count in chapters):
            return {coverage: Link(None, None, 0.0, 0, 0, TOO_MANY) for coverage in FLAGS}
        for chapter, _count in chapters:
            cursor.execute(f"{_LINES} WHERE {where} AND left(hs, 2) = %(chapter)s", values | {"chapter": chapter})
            lines = [
                Line(f"{row[0]:%Y-%m}", f"{row[1]}/{row[2]}", float(row[3]), float(row[4]), str(row[5]), row[6], row[7])
                for row in cursor.fetchall()
            ]
            gather(found, lines, base, now, rules)
    return {coverage: linked(one, base, now) for coverage, one in found.items()}


def hidden_sums(month: date) -> set[tuple[str, str]]:
    """(coverage, flow) whose sum is hidden in the latest published vintage of a month."""
    return _hidden(latest(month, month)).get(month, set())


def _hidden(known: list[Release]) -> dict[date, set[tuple[str, str]]]:
    told: dict[date, set[tuple[str, str]]] = {}
    for side in FLOWS:
        for row in figures(known, indicator=f"{side}_cny", dimension=""):
            if row.hidden:
                told.setdefault(row.month, set()).add((row.coverage, row.flow))
    return told


def published_links(month: date) -> dict[tuple[str, str], str]:
    """(coverage, flow) → the stage of the latest published vintage of a month, where that tells an index."""
    return {(row.coverage, row.flow): row.stage for row in _told_links(latest(month, month))}


def outdated(one: Release) -> bool:
    """Whether a compiled release tells an index out of a month whose sum has been published as hidden since."""
    was = hidden_sums(before(one.month))
    return any((row.coverage, row.flow) in was for row in _told_links([one]))


def overtaken(one: Release, coverage: str) -> list[tuple[str, Release]]:
    """(export or import, the vintage of the month before that hides its sum) for indices a month told before that was published.

    What was published stays; the next vintage of the month tells no such index any more.
    """
    since = [row for row in latest(before(one.month), before(one.month)) if _later(row, one)]
    was = _hidden(since).get(before(one.month), set())
    told = {(row.coverage, row.flow) for row in _told_links([one])}
    return [(side, since[0]) for side, flow in FLOWS.items() if (coverage, flow) in was & told]


def _later(row: Release, one: Release) -> bool:
    return row.published_at is not None and one.published_at is not None and row.published_at >= one.published_at


def _told_links(known: list[Release]) -> list[Told]:
    return [row for side in FLOWS for row in figures(known, indicator=f"{side}_unit_value") if row.value is not None]


def chains(one: Release, coverage: str) -> list[Chain]:
    """The chains of the year up to a published month, as they were known when it was published.

    A link out of a month whose sum was hidden by then is closed, also where a vintage before told it.
    """
    year = [one.month]
    while len(year) <= YEAR:
        year.insert(0, before(year[0]))
    past = latest(year[0], before(one.month), known=one.published_at)
    hidden = _hidden(past)
    known = [*(row for row in past if row.month >= year[1]), one]
    names = {f"{side}_{kind}" for side in FLOWS for kind in (*KINDS, "index_coverage")}
    told = {
        (row.indicator, row.month): row
        for row in figures(known, coverage=coverage, dimension="")
        if row.indicator in names
    }
    made = []
    for side in FLOWS:
        for kind in KINDS:
            key = f"{side}_{kind}"
            links = {f"{month:%Y-%m}": row for (name, month), row in told.items() if name == key}
            if f"{one.month:%Y-%m}" not in links:
                continue  # a month told before links were published says nothing of them
            first = min((name for name, row in links.items() if row.value is not None), default=min(links))
            start = year.index(date.fromisoformat(f"{first}-01")) - 1
            periods = [f"{month:%Y-%m}" for month in year[start:]]
            shut = {
                f"{month:%Y-%m}" for month in year[1:] if (coverage, FLOWS[side]) in hidden.get(before(month), ()) and month != one.month
            } & links.keys()  # fmt: skip
            values = {
                name: None if row.value is None or name in shut else float(row.value) for name, row in links.items()
            }
            part = told.get((f"{side}_index_coverage", one.month))
            made.append(Chain(
                key, tuple(joined(values, periods)), frozenset(name for name, row in links.items() if row.hidden) | shut,
                _gaps(known, side, coverage, periods) | dict.fromkeys(shut, BASE), part.value if part else None,
                one.rule.get("links", {}).get(side, {}).get(coverage, {}).get("ended", ""),
            ))  # fmt: skip
    return made


def _gaps(known: list[Release], side: str, coverage: str, periods: list[str]) -> dict[str, str]:
    found = {
        f"{one.month:%Y-%m}": one.rule.get("links", {}).get(side, {}).get(coverage, {}).get("gap", "") for one in known
    }
    return {month: code for month, code in found.items() if code and month in periods[1:]}


_CHAPTERS = "SELECT left(hs, 2), count(*) FROM statistics_fact"
_LINES = (
    "SELECT month, left(hs, %(digits)s), legal_unit, cny, legal_quantity, firm, port, registered FROM statistics_fact"
)
