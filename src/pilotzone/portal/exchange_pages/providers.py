"""Who answers for the resources of the catalogue. What the zone itself holds: a plain function over a room's door; the rest, where
departments' systems are connected (PILOTZONE_DEPARTMENTS_URL), their own systems. What leaves is cut by the hub."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from pilotzone.base.errors import Gap, Problem
from pilotzone.exchange.catalogue.reading import resource, written
from pilotzone.exchange.catalogue.shapes import REFUSED
from pilotzone.exchange.hub import owners
from pilotzone.exchange.hub.errors import unavailable
from pilotzone.exchange.hub.providers import Provider, register
from pilotzone.kernel.access.models import Organisation, Unit
from pilotzone.reference import positive_list
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tracking import api as tracking

MOST_MONTHS = 24


def enterprises(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """The public fields of one filing, by its credit code (registry)."""
    try:
        found = registry.public(where.get("uscc", ""))
    except Problem:
        return []
    values = {one["key"]: one["value"] for one in found["fields"]}
    return [
        {
            "uscc": found["uscc"], "name": values.get("name", ""), "state": found["state_zh"], "county": values.get("unit", ""),
            "valid_from": found["valid_from"] or "",
        }
    ]  # fmt: skip


def filing_counts(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """Filed firms in force by county (registry)."""
    return [{"county": one["unit__name_zh"], "filed": one["n"]} for one in registry.counts()["units"]]


def released_totals(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """The published figures, hidden cells left out (tracking)."""
    months = tracking.months()[:MOST_MONTHS]
    if not months:
        return []
    codes = {one.path: one.code for one in Unit.objects.all()}
    return [
        {
            "month": month.isoformat()[:7], "unit": codes.get(one.unit, one.unit), "way": one.way, "released": one.released,
            "value": one.value,
        }
        for month, one in tracking.figures(min(months), max(months))
        if not one.hidden
    ]  # fmt: skip


def positive(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """Whether a code stands in the list of retail import goods that day (reference)."""
    hs = where.get("hs", "")
    try:
        return (
            [{"hs": hs, "edition": positive_list.edition(on=day).name, "listed": positive_list.listed(hs, on=day)}]
            if hs
            else []
        )
    except Gap:
        return []


def monthly_figures(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """The totals published of a month (`2021-11`), or of the last two years: the latest vintage, hidden ones left out (statistics)."""
    asked = where.get("month", "")
    ones = statistics.latest(date(day.year - 2, day.month, 1), day)
    return [
        {
            "month": f"{row.month:%Y-%m}", "stage": row.stage, "coverage": row.coverage, "indicator": row.indicator, "version": row.version,
            "value": row.value,
        }
        for row in statistics.figures([one for one in ones if asked in ("", f"{one.month:%Y-%m}")], dimension="")
        if row.value is not None
    ]  # fmt: skip


def monthly_trade(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """Exports and imports published of a month as the platform counts them (statistics)."""
    told: dict[str, dict[str, object]] = {}
    for row in monthly_figures(where, day):
        if row["coverage"] == "platform" and row["indicator"] in _TRADE:
            told.setdefault(str(row["month"]), {"month": row["month"]})[_TRADE[str(row["indicator"])]] = row["value"]
    return list(told.values())


def total_checks(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
    """The rolling total check of a firm: money against goods in per cent, and its level (fx)."""
    firms = dict(Organisation.objects.filter(uscc=where.get("uscc") or "-").values_list("pk", "uscc"))
    return [
        {
            "uscc": firms[one["organisation"]], "month": f"{one['last'] - timedelta(days=1):%Y-%m}",
            "ratio": "" if one["fund_goods"] is None else f"{Decimal(one['fund_goods']) * 100:.2f}",
            "result": fx.LEVEL_WORDS[one["level"]][0],
        }
        for one in (fx.checks(on=day) if firms else ())
        if one["organisation"] in firms
    ]  # fmt: skip


_TRADE = {"export_cny": "exports", "import_cny": "imports"}
PROVIDERS: Mapping[str, Provider] = {
    "samr.enterprise_registration": enterprises,
    "samr.filing_counts": filing_counts,
    "customs.released_totals": released_totals,
    "customs.positive_list": positive,
    "statistics.monthly_figures": monthly_figures,
    "commerce.monthly_trade": monthly_trade,
    "safe.total_check": total_checks,
}


def departments_address() -> str:
    """Where departments' own systems answer; empty where none is connected."""
    return os.environ.get("PILOTZONE_DEPARTMENTS_URL", "")


def plug_in() -> None:
    """Let them answer; called when the portal starts."""
    for code, provider in PROVIDERS.items():
        register(code, provider)
    if not departments_address():
        return
    lines: dict[str, owners.Line] = {}
    for one in written():
        if one.code not in PROVIDERS and one.sharing != REFUSED:
            register(one.code, _by_owner(one.code, lines))


def _by_owner(code: str, lines: dict[str, owners.Line]) -> Provider:
    """The owner's system answers for what the catalogue in force says of the resource that day."""

    def answer(where: Mapping[str, str], day: date) -> Iterable[Mapping[str, object]]:
        found = resource(code)
        if found.sharing == REFUSED:
            raise unavailable("hub.no_provider")
        return owners.provider(found, departments_address, lines.setdefault(found.owner, owners.Line()))(where, day)

    return answer
