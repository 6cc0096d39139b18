"""The files of a published month: CSV, Excel, PDF, SDMX-JSON and SDMX-ML, the signed release; the structure they follow."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import bulletin, printing, words, workbook
from pilotzone.ui.sheets import csv_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = "application/vnd.sdmx.genericdata+xml;version=2.1"


@require_safe
def export(request: HttpRequest, month: str, stage: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """A published release as csv, xlsx, pdf (`?coverage=`; both `?boundaries=`), sdmx.json, sdmx.xml, or the signed file release.json."""
    one = next((row for row in api.published() if f"{row.month:%Y-%m}" == month and row.stage == stage), None)
    if one is None:
        raise Http404
    of = bulletin.boundaries_of(request)
    name = f"pilotzone-statistics-{month}-{stage}"
    if form == "release.json":
        return _file(api.signed(one), "application/json", f"{name}.release.json")
    if form == "pdf":
        coverage = bulletin.coverage_of(request)
        language = "en" if (get_language() or "").startswith("en") else "zh"
        drawn = printing.pdf(one, coverage, language, root=request.build_absolute_uri("/"), of=of)
        return _file(drawn, "application/pdf", f"{name}-{coverage}-{language}.pdf")
    rows = api.figures([one])
    prepared = f"{one.published_on:%Y-%m-%d}"
    if form == "sdmx.json":
        told = json.dumps(api.sdmx_data(rows, prepared=prepared), ensure_ascii=False).encode()
        return _file(told, "application/vnd.sdmx.data+json;version=2.0.0", f"{name}.sdmx.json")
    if form == "sdmx.xml":
        return _file(api.sdmx_data_xml(rows, prepared=prepared, test=clock.is_demo()), XML, f"{name}.sdmx.xml")
    lines = [_head(), *(_line(row) for row in rows)]
    if form == "xlsx":
        return _file(
            workbook.made(one, api.figures_on(rows, of=of), lines, words.boundary_note(of)), XLSX, f"{name}.xlsx"
        )
    answer = StreamingHttpResponse(csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@require_safe
def structure(request: HttpRequest, form: str) -> HttpResponse:
    """The structure of the releases: SDMX-JSON 2.0 (`json`) or SDMX-ML 2.1 (`xml`)."""
    lists = {
        "COVERAGE": [(key, f"{zh}口径", f"{key} coverage") for key, zh in api.COVERAGES.items()],
        "INDICATOR": [(one.key, one.zh, one.en) for one in api.indicators()],
        "FLOW": [("E", "出口", "exports"), ("I", "进口", "imports"), ("_T", "进出口", "total")],
        "FREQ": [("M", "月", "monthly")],
    }
    prepared, name = f"{clock.today():%Y-%m-%d}", f"pilotzone-statistics.dsd.{form}"
    if form == "xml":
        told = api.sdmx_structure_xml(lists, prepared=prepared, test=clock.is_demo())
        return _file(told, "application/vnd.sdmx.structure+xml;version=2.1", name)
    data = json.dumps(api.sdmx_structure(lists, prepared=prepared), ensure_ascii=False).encode()
    return _file(data, "application/vnd.sdmx.structure+json;version=2.0.0", name)


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
