"""月度统计发布: a published month with its vintage, coverage and definitions, charts, revisions, calendar, and files of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.sheets import csv_of

CHARTED, MYRIAD = 12, 10_000
_HEADLINES = (
    "trade_cny", "export_cny", "import_cny", "trade_usd", "export_usd", "import_usd", "orders", "active_firms",
)  # fmt: skip
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The latest published month, or `?month=2021-11`, in one coverage (`?coverage=`)."""
    every = api.published()
    months = sorted({one.month for one in every}, reverse=True)
    month = next((one for one in months if f"{one:%Y-%m}" == request.GET.get("month")), months[0] if months else None)
    coverage = request.GET.get("coverage", "platform")
    coverage = coverage if coverage in api.COVERAGES else "platform"
    today = clock.today()
    context: dict[str, Any] = {
        "months": [f"{one:%Y-%m}" for one in months], "coverages": words.coverages().items(), "coverage": coverage,
        "calendar": [_due(one) for one in api.calendar(since=today - timedelta(days=31), until=today + timedelta(days=92))],
        "may_work": may("statistics.work") or may("statistics.consent"),
    }  # fmt: skip
    if month is not None:
        one = next(row for row in every if row.month == month)
        rows = api.figures([one], coverage=coverage)
        context |= {
            "one": one, "month": f"{month:%Y-%m}", "stage": words.stages()[one.stage], "coverage_word": words.coverages()[coverage],
            "headlines": _headlines(rows), "tables": _tables(rows, month), "charts": _charts(month, coverage, rows),
            "revisions": _revisions(coverage), "hidden": any(row.hidden for row in rows),
        }  # fmt: skip
    return render(request, "statistics/bulletin.html", context)


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """指标与口径: every indicator by group with definition, formula, sources, period, caveats and version."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in api.indicators():
        groups.setdefault(one.group, []).append({
            "key": one.key, "name": words.said(one), "definition": words.said(one, "definition"), "formula": one.formula.text,
            "unit": words.units().get(one.unit, one.unit), "caveats": words.said(one, "caveats"), "version": one.version, "since": one.since, "tag": one.tag,
            "coverages": "、".join(words.coverages()[name] for name in one.coverages),
            "sources": "；".join(f"{source.name} = {source.room}:{source.fact}" for source in one.sources),
        })  # fmt: skip
    names = {key: _group(key) for key in groups}
    return render(
        request, "statistics/indicators.html", {"groups": [(key, names[key], rows) for key, rows in groups.items()]}
    )


@require_safe
def export(request: HttpRequest, month: str, stage: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """A published release as csv, xlsx, sdmx.json, or the signed file release.json."""
    one = next((row for row in api.published() if f"{row.month:%Y-%m}" == month and row.stage == stage), None)
    if one is None:
        raise Http404
    name = f"pilotzone-statistics-{month}-{stage}"
    if form == "release.json":
        return _file(api.signed(one), "application/json", f"{name}.release.json")
    rows = api.figures([one])
    if form == "sdmx.json":
        told = api.sdmx_data(rows, prepared=f"{one.published_on:%Y-%m-%d}")
        return _file(
            json.dumps(told, ensure_ascii=False).encode(),
            "application/vnd.sdmx.data+json;version=2.0.0",
            f"{name}.sdmx.json",
        )
    lines = [_head(), *(_line(row) for row in rows)]
    if form == "xlsx":
        return _file(workbook(lines), _XLSX, f"{name}.xlsx")
    answer = StreamingHttpResponse(csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@require_safe
def structure(request: HttpRequest) -> HttpResponse:
    """The SDMX-JSON 2.0 structure of the releases."""
    lists = {
        "COVERAGE": [(key, f"{zh}口径", f"{key} coverage") for key, zh in api.COVERAGES.items()],
        "INDICATOR": [(one.key, one.zh, one.en) for one in api.indicators()],
        "FLOW": [("E", "出口", "exports"), ("I", "进口", "imports"), ("_T", "进出口", "total")],
        "FREQ": [("M", "月", "monthly")],
    }
    told = api.sdmx_structure(lists, prepared=f"{clock.today():%Y-%m-%d}")
    return _file(
        json.dumps(told, ensure_ascii=False).encode(),
        "application/vnd.sdmx.structure+json;version=2.0.0",
        "pilotzone-statistics.dsd.json",
    )


def workbook(lines: Iterable[list[str]]) -> bytes:
    """Lines of text as an xlsx."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("statistics")
    sheet.set_column(0, 12, 18)
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line, book.add_format({"bold": True}) if not at else None)
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def _head() -> list[str]:
    return [
        _("月份"), _("公布阶段"), _("公布日"), _("指标"), _("指标代码"), _("版本"), _("口径"), _("流向"), _("分组"), _("代码"), _("名称"), _("计量单位"),
        _("数值"), _("是否隐去"),
    ]  # fmt: skip


def _line(row: api.Told) -> list[str]:
    shown = words.amount(row.value, row.unit)
    return [
        f"{row.month:%Y-%m}", words.stages()[row.stage], row.published_on.isoformat(), words.said(row), row.indicator, row.version,
        words.coverages()[row.coverage], words.flows()[row.flow], words.dimensions()[row.dimension], row.code,
        words.codes(row.dimension, {row.code}, row.month)[row.code], words.units().get(row.unit, row.unit),
        "" if shown is None else f"{shown:f}", _("已隐去") if row.hidden else "",
    ]  # fmt: skip


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _due(one: Any) -> dict[str, Any]:
    return {
        "day": one.due_on, "month": f"{one.month:%Y-%m}", "stage": words.stages()[one.stage], "state": words.states()[one.state],
    }  # fmt: skip


def _headlines(rows: list[api.Told]) -> list[dict[str, Any]]:
    whole = {row.indicator: row for row in rows if not row.dimension}
    return [
        {"name": words.said(row), "key": name, "value": words.amount(row.value, row.unit), "unit": words.units()[row.unit],
         "hidden": row.hidden, "version": row.version, "money": row.unit in ("cny", "usd")}
        for name in _HEADLINES
        if (row := whole.get(name)) is not None
    ]  # fmt: skip


def _tables(rows: list[api.Told], month: date) -> list[dict[str, Any]]:
    told = []
    for dimension in ("mode", "country", "hs2", "unit"):
        found = {(row.code, row.indicator): row for row in rows if row.dimension == dimension}
        codes = {code for code, _name in found}
        if not codes:
            continue
        names = words.codes(dimension, codes, month)
        lines = [
            {"name": names[code], "cells": [_cell(found.get((code, name))) for name in ("export_cny", "import_cny")]}
            for code in sorted(codes, key=lambda code: (code == "other", -_sum(found, code), code))
        ]
        told.append({"key": dimension, "title": words.dimensions()[dimension], "lines": lines})
    return told


def _sum(found: dict[tuple[str, str], api.Told], code: str) -> float:
    return sum(float(row.value or 0) for name in ("export_cny", "import_cny") if (row := found.get((code, name))))


def _cell(row: api.Told | None) -> dict[str, Any]:
    return {"hidden": row is not None and row.hidden, "value": words.amount(row.value, row.unit) if row else None}


def _charts(month: date, coverage: str, rows: list[api.Told]) -> list[Chart]:
    first = date(month.year - 1, month.month, 1) + timedelta(days=31)
    ones = api.latest(first.replace(day=1), month)[-CHARTED:]
    told = {(row.month, row.indicator): row.value for row in api.figures(ones, coverage=coverage, dimension="")}
    trend = Chart(
        title=_("进出口额（按月）"), unit=_("万元"), kind="stack", categories=[f"{one.month:%Y-%m}" for one in ones],
        series=[
            Series(words.flows()[flow], [_myriad(told.get((one.month, name))) for one in ones])
            for flow, name in (("E", "export_cny"), ("I", "import_cny"))
        ],
    )  # fmt: skip
    found = {(row.code, row.indicator): row for row in rows if row.dimension == "country"}
    codes = sorted({code for code, _name in found}, key=lambda code: (code == "other", -_sum(found, code), code))[
        :CHARTED
    ]
    names = words.codes("country", set(codes), month)
    ranking = Chart(
        title=_("主要国家（地区）"), unit=_("万元"), kind="bar", categories=[names[code] for code in codes],
        series=[
            Series(words.flows()[flow], [_myriad(row.value) if (row := found.get((code, name))) else None for code in codes])
            for flow, name in (("E", "export_cny"), ("I", "import_cny"))
        ],
    )  # fmt: skip
    return [trend, ranking]


def _myriad(value: Any) -> float | None:
    return None if value is None else round(float(value) / MYRIAD, 2)


def _revisions(coverage: str) -> list[dict[str, Any]]:
    return [
        {"period": row.period, "values": [{"stage": words.stages()[one.stage], "on": one.on, "value": one.value} for one in row.values],
         "revision": row.revision, "percent": None if row.relative is None else f"{row.relative:+.2%}"}
        for row in sorted(api.revisions("trade_cny", coverage), key=lambda row: row.period, reverse=True)[:CHARTED]
    ]  # fmt: skip


def _group(key: str) -> str:
    names = {
        "scale": _("规模"), "structure": _("结构"), "quality": _("质量"), "efficiency": _("效率"), "actors": _("主体"), "carriers": _("载体"),
        "channels": _("通道"), "livelihood": _("民生"), "contribution": _("贡献"),
    }  # fmt: skip
    return names[key]
