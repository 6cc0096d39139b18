"""月度统计发布: a published month with its vintage, coverage and definitions, charts, revisions, calendar, and files of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.web import growth, indices, words
from pilotzone.ui.charts import Chart, Series

CHARTED = 12
_HEADLINES = (
    "trade_cny", "export_cny", "import_cny", "trade_usd", "export_usd", "import_usd", "orders", "active_firms",
    "rcep_share", "eu_share", "us_share", "country_hhi",
)  # fmt: skip


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The latest published month, or `?month=2021-11`, in one coverage (`?coverage=`); 422 for any other month or coverage."""
    every = api.published()
    months = sorted({one.month for one in every}, reverse=True)
    month = _month_of(request, months)
    coverage, today = coverage_of(request), clock.today()
    of = boundaries_of(request)
    context: dict[str, Any] = {
        "months": [f"{one:%Y-%m}" for one in months], "coverages": words.coverages().items(), "coverage": coverage,
        "bounds": words.boundaries(), "boundaries": "now" if of else "then",
        "calendar": _calendar(today),
        "may_work": may("statistics.work") or may("statistics.consent"),
    }  # fmt: skip
    if month is not None:
        one = next(row for row in every if row.month == month)
        rows = api.figures_on(api.figures([one], coverage=coverage), of=of)
        context |= {
            "note": words.boundary_note(of), "moves": api.moved_within(month, of) if of else [],
            "one": one, "month": f"{month:%Y-%m}", "stage": words.stages()[one.stage], "coverage_word": words.coverages()[coverage],
            "headlines": headlines(rows), "tables": tables(rows, month), "charts": charts(month, coverage, rows),
            "revisions": _revisions(coverage), "growth": growth.of(one, coverage), "hidden": any(row.hidden for row in rows),
            "indices": indices.of(one, coverage), "indices_caveat": indices.caveat(), "unkept": indices.unkept(month), "overtaken": indices.overtaken(one, coverage),
        }  # fmt: skip
    return render(request, "statistics/bulletin.html", context)


def _month_of(request: HttpRequest, months: list[date]) -> date | None:
    """The published month asked for, without a wish the latest, None where there is none. Refused `statistics.release.unknown`."""
    asked = request.GET.get("month", "")
    if not asked:
        return months[0] if months else None
    found = next((one for one in months if f"{one:%Y-%m}" == asked), None)
    if found is None:
        raise refused("statistics.release.unknown")
    return found


def coverage_of(request: HttpRequest) -> str:
    """The coverage asked for (`?coverage=`), without a wish the platform's. Refused `statistics.cube.question`."""
    asked = request.GET.get("coverage") or "platform"
    if asked not in api.COVERAGES:
        raise refused("statistics.cube.question")
    return asked


def boundaries_of(request: HttpRequest) -> date | None:
    """The day of the boundaries asked for (`?boundaries=then|now`), None: of each month. Refused `statistics.boundary.choice`."""
    return api.boundary_day(request.GET.get("boundaries", "then"), clock.today())


def _calendar(today: date) -> list[dict[str, Any]]:
    rows = api.calendar(since=today - timedelta(days=31), until=today + timedelta(days=92))
    gone = api.superseded(rows, today)
    return [
        {"day": one.due_on, "month": f"{one.month:%Y-%m}", "stage": words.stages()[one.stage],
         "state": words.superseded(gone[one.pk]) if one.pk in gone else words.states()[one.state]}
        for one in rows
    ]  # fmt: skip


def headlines(rows: list[api.Told]) -> list[dict[str, Any]]:
    """The main indicators: name, value or hidden, unit, version of the definition."""
    whole = {row.indicator: row for row in rows if not row.dimension}
    definitions = {one.key: one for one in api.indicators()}
    return [
        {"name": words.said(row), "key": name, "value": words.amount(row.value, row.unit), "unit": words.units()[row.unit],
         "hidden": row.hidden, "version": row.version, "definition": words.said(definitions[name], "definition"), "money": row.unit in ("cny", "usd")}
        for name in _HEADLINES
        if (row := whole.get(name)) is not None
    ]  # fmt: skip


def tables(rows: list[api.Told], month: date) -> list[dict[str, Any]]:
    """Exports and imports by mode, country, chapter and district, the largest first."""
    told = []
    for dimension in ("mode", "country", "region", "hs2", "unit"):
        found = {(row.code, row.indicator): row for row in rows if row.dimension == dimension}
        codes = {code for code, _name in found}
        if not codes:
            continue
        names = words.codes(dimension, codes, month)
        lines = [
            {"name": names[code], "cells": [_cell(found.get((code, name))) for name in ("export_cny", "import_cny")]}
            for code in sorted(codes, key=lambda code: (code.startswith("other"), -_sum(found, code), code))
        ]
        told.append({"key": dimension, "title": words.dimensions()[dimension], "lines": lines})
    return told


def _sum(found: dict[tuple[str, str], api.Told], code: str) -> float:
    return sum(float(row.value or 0) for name in ("export_cny", "import_cny") if (row := found.get((code, name))))


def _cell(row: api.Told | None) -> dict[str, Any]:
    return {"hidden": row is not None and row.hidden, "value": words.amount(row.value, row.unit) if row else None}


def charts(month: date, coverage: str, rows: list[api.Told]) -> list[Chart]:
    """The year up to the month, and the largest countries. A month whose sides are hidden shows its sum."""
    first = date(month.year - 1, month.month, 1) + timedelta(days=31)
    ones = api.latest(first.replace(day=1), month)[-CHARTED:]
    told = {(row.month, row.indicator): row.value for row in api.figures(ones, coverage=coverage, dimension="")}
    unit, by = words.scale(told.values())
    trend = Chart(
        title=_("进出口额（按月）"), unit=unit, kind="stack", categories=[f"{one.month:%Y-%m}" for one in ones],
        series=[
            Series(words.flows()[flow], [words.drawn(told.get((one.month, name)), by) for one in ones])
            for flow, name in (("E", "export_cny"), ("I", "import_cny"))
        ],
    )  # fmt: skip
    wholes = [
        told.get((one.month, "trade_cny")) if told.get((one.month, "export_cny")) is None or told.get((one.month, "import_cny")) is None else None
        for one in ones
    ]  # fmt: skip
    if any(whole is not None for whole in wholes):
        sides = [
            Series(part.name, [value if whole is None else None for value, whole in zip(part.values, wholes, strict=True)])
            for part in trend.series
        ]  # fmt: skip
        trend = replace(trend, series=[*sides, Series(words.flows()[""], [words.drawn(whole, by) for whole in wholes])])
    found = {(row.code, row.indicator): row for row in rows if row.dimension == "country"}
    codes = sorted(
        {code for code, _name in found}, key=lambda code: (code.startswith("other"), -_sum(found, code), code)
    )[:CHARTED]
    names = words.codes("country", set(codes), month)
    unit, by = words.scale(row.value for row in found.values())
    ranking = Chart(
        title=_("主要国家（地区）"), unit=unit, kind="bar", categories=[names[code] for code in codes],
        series=[
            Series(words.flows()[flow], [words.drawn(row.value, by) if (row := found.get((code, name))) else None for code in codes])
            for flow, name in (("E", "export_cny"), ("I", "import_cny"))
        ],
    )  # fmt: skip
    return [trend, ranking]


def _revisions(coverage: str) -> list[dict[str, Any]]:
    return [
        {"period": row.period, "values": [{"stage": words.stages()[one.stage], "on": one.on, "value": one.value} for one in row.values],
         "revision": row.revision, "percent": None if row.relative is None else f"{row.relative:+.2%}"}
        for row in sorted(api.revisions("trade_cny", coverage), key=lambda row: row.period, reverse=True)[:CHARTED]
    ]  # fmt: skip
