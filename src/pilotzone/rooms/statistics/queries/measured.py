"""The indicators of handbook §7.3 reckoned for a month from what the rooms recorded; what nobody recorded is a gap with a name, never a guess.

For statisticians: these are numbers before protection and release. A number is looked up by the `room` and `fact` its definition names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.statistics.engine.grains import FLAGS
from pilotzone.rooms.statistics.engine.indicators.definitions import Indicator
from pilotzone.rooms.statistics.engine.regions import membership
from pilotzone.rooms.statistics.queries import declared
from pilotzone.rooms.statistics.queries.cube import Row, ask
from pilotzone.rooms.statistics.queries.definitions import indicators, regions
from pilotzone.rooms.tax import api as tax

Value = Decimal | None
HOUR = Decimal(3600)
MILLION = 1_000_000
# dimension of a structure by the indicator that says it code by code
STRUCTURES = {
    "mode_share": "mode", "goods_share": "hs2", "country_share": "country", "district_share": "unit", "transport_share": "transport",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator in one coverage: value, the numbers of its formula, and what nobody recorded (`room:fact`).

    `parts`: code → share, of a structure, the largest first. `page`: where the records behind it open.
    """

    indicator: Indicator
    coverage: str
    value: Value
    numbers: Mapping[str, Value]
    gaps: tuple[str, ...]
    parts: tuple[tuple[str, Decimal], ...]
    page: str


def measured(month: date) -> list[Measured]:
    """Every indicator in force in a month and every coverage of it, in the order of the files."""
    require("statistics.work")
    last = _last(month)
    told: dict[tuple[str, str, str], Value] = {}
    rows = []
    for one in indicators():
        if one.since > last or released_alone(one):
            continue
        for coverage in one.coverages:
            if one.key in STRUCTURES:
                rows.append(_structure(one, coverage, month))
                continue
            numbers, gaps = {}, []
            for source in one.sources:
                found = _number(source.room, source.fact)
                at = (source.room, source.fact, coverage)
                if found is None:
                    gaps.append(f"{source.room}:{source.fact}")
                elif at not in told:
                    told[at] = found(month, coverage)
                numbers[source.name] = told.get(at)
            value = None if gaps else one.value(numbers)
            rows.append(Measured(one, coverage, value, numbers, tuple(gaps), (), _page(one, coverage, month)))
    return rows


def _structure(one: Indicator, coverage: str, month: date) -> Measured:
    found = ask(coverage=coverage, by=STRUCTURES[one.key], first=month, last=month)
    whole = sum((row.cny for row in found), Decimal(0))
    parts = tuple((row.code, row.cny / whole) for row in found if whole and row.cny)
    numbers = {"trade_cny": whole or None}
    return Measured(
        one,
        coverage,
        parts[0][1] if parts else None,
        numbers,
        (),
        parts,
        _explorer(coverage, STRUCTURES[one.key], month),
    )


def _number(room: str, fact: str) -> Callable[[date, str], Value] | None:
    """How a number is found; None where nobody records or declares it."""
    if room == "statistics" and declared.page_of(fact):
        return lambda month, _coverage: declared.number_of(fact, month)
    return _NUMBERS.get((room, fact))


def _page(one: Indicator, coverage: str, month: date) -> str:
    """The page the records behind an indicator open at; who may open them is for that page to say."""
    rooms = {source.room for source in one.sources}
    facts = {source.fact for source in one.sources}
    if any(fact.startswith("timeline.") or fact == "released.inspected" for fact in facts):
        return f"/release-times/?month={month:%Y-%m}"
    if rooms == {"statistics"}:
        return next((page for fact in sorted(facts) if (page := declared.page_of(fact))), "")
    if rooms == {"registry"}:
        return f"/registry/filings/?in_force_on={_last(month)}"
    if "tax" in rooms:
        return "/tax/export/refunds/"
    if "fx" in rooms:
        return "/fx/"
    by = "country" if one.group == "structure" else "month"
    return _explorer(coverage, by, month) if "clearance" in rooms else ""


def _explorer(coverage: str, by: str, month: date) -> str:
    return f"/statistics/explore/?coverage={coverage}&by={by}&first={month:%Y-%m}&last={month:%Y-%m}"


def _last(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _cube(field: str, month: date, coverage: str, *, flow: str = "") -> Value:
    found: list[Row] = ask(coverage=coverage, by="month", first=month, last=month, flow=flow)
    if not found or (field in ("cny", "usd") and found[0].unvalued):
        return None  # a sum of which some line has no rate is no sum
    return Decimal(getattr(found[0], field))


def _region(key: str, month: date, coverage: str) -> Value:
    inside = membership(regions(), month)
    found = ask(coverage=coverage, by="country", first=month, last=month)
    if not found or any(row.unvalued for row in found):
        return None
    return sum((row.cny for row in found if inside.get(row.code) == key), Decimal(0))


def _squares(month: date, coverage: str) -> Value:
    found = ask(coverage=coverage, by="country", first=month, last=month)
    return sum((row.cny * row.cny for row in found), Decimal(0)) if found else None


def _firms(sql: str, month: date, coverage: str) -> Value:
    """A number over the firms of a month's facts (of the twelve months up to it, by the SQL)."""
    year = date(month.year + (month.month - 12) // 12, (month.month - 12) % 12 + 1, 1)
    with (
        scope(PLATFORM),
        connection.cursor() as cursor,
    ):  # facts are nobody's but the platform's; the door is passed above
        cursor.execute(sql.format(cover=FLAGS[coverage] or "true"), {"month": month, "year": year, "million": MILLION})
        return Decimal(cursor.fetchone()[0] or 0)


def _study(stage: str, field: str, unit: Decimal, month: date, coverage: str) -> Value:
    """A stage of the month's Time Release Study, of all trades; it is not known by another coverage."""
    found = clearance.inspections.study(month) if coverage == "platform" else None
    row = next((row for row in found["rows"] if row["stage"] == stage), None) if found else None
    return None if row is None or row[field] is None else Decimal(row[field]) / unit


def _filed(month: date, _coverage: str) -> Value:
    return Decimal(registry.in_force_on(min(_last(month), clock.today())))


def _refunds(field: str, month: date, _coverage: str) -> Value:
    found: dict[str, Any] = tax.refunds_paid(month, _last(month))
    return found[field]


def _settled(field: str, month: date, _coverage: str) -> Value:
    found: dict[str, Any] = fx.settled_in(month, _last(month))
    return found[field]


_ACTIVE = (
    "SELECT count(DISTINCT firm) FROM statistics_fact WHERE month = %(month)s AND NOT back AND firm > 0 AND {cover}"
)
_ABOVE = (
    "SELECT count(*) FROM (SELECT firm FROM statistics_fact WHERE month BETWEEN %(year)s AND %(month)s AND NOT back AND firm > 0 AND {cover}"
    " GROUP BY firm HAVING sum(usd) > %(million)s) f"
)
_TOP10 = (
    "SELECT sum(cny) FROM (SELECT sum(cny) AS cny FROM statistics_fact WHERE month = %(month)s AND NOT back AND firm > 0 AND {cover}"
    " GROUP BY firm ORDER BY 1 DESC NULLS LAST LIMIT 10) f"
)
_NUMBERS: dict[tuple[str, str], Callable[[date, str], Value]] = {
    ("clearance", "released.value_cny"): partial(_cube, "cny"),
    ("clearance", "released.value_usd"): partial(_cube, "usd"),
    ("clearance", "released.export.value_cny"): partial(_cube, "cny", flow="E"),
    ("clearance", "released.export.value_usd"): partial(_cube, "usd", flow="E"),
    ("clearance", "released.import.value_cny"): partial(_cube, "cny", flow="I"),
    ("clearance", "released.import.value_usd"): partial(_cube, "usd", flow="I"),
    ("clearance", "released.orders"): partial(_cube, "orders"),
    ("clearance", "released.lists"): partial(_cube, "orders"),
    ("clearance", "released.parcels"): partial(_cube, "orders"),
    ("clearance", "returned.value_cny"): partial(_cube, "back_cny"),
    ("clearance", "released.firms"): partial(_firms, _ACTIVE),
    ("clearance", "released.firms_above_one_million_usd"): partial(_firms, _ABOVE),
    ("clearance", "released.top10_firms.value_cny"): partial(_firms, _TOP10),
    ("clearance", "released.rcep.value_cny"): partial(_region, "rcep"),
    ("clearance", "released.eu.value_cny"): partial(_region, "eu"),
    ("clearance", "released.us.value_cny"): partial(_region, "us"),
    ("clearance", "released.by_country.value_squares"): _squares,
    ("clearance", "released.inspected"): partial(_study, "inspection", "n", Decimal(1)),
    ("tracking", "timeline.clearance_hours.p50"): partial(_study, "release", "median_s", HOUR),
    ("tracking", "timeline.clearance_hours.p90"): partial(_study, "release", "p90_s", HOUR),
    ("registry", "filed.standing"): _filed,
    ("tax", "refund.days.mean"): partial(_refunds, "days"),
    ("fx", "settled.receipts_usd"): partial(_settled, "usd"),
    ("fx", "settlement.days.mean"): partial(_settled, "days"),
}  # fmt: skip


def unrecorded(one: Indicator) -> tuple[str, ...]:
    """Which numbers of its formula no room records (`room:fact`); empty where it can be reckoned."""
    if one.key in STRUCTURES or released_alone(one):
        return ()
    return tuple(f"{source.room}:{source.fact}" for source in one.sources if _number(source.room, source.fact) is None)


def released_alone(one: Indicator) -> bool:
    """Whether an indicator is reckoned when its release is compiled, protected at once, and nowhere else: the links of indices."""
    return all(source.fact.startswith("link.") for source in one.sources)
