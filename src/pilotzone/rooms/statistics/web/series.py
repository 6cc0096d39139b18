"""季节调整: a monthly series as published (or, for statisticians, as counted), adjusted and as trend; chart, table, CSV."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words
from pilotzone.rooms.statistics.web.bulletin import coverage_of
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.sheets import csv_of

CLEARLY = 7  # F of stable seasonality from which X-11 calls a series seasonal


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One indicator in one coverage (`?indicator=`, `?coverage=`); what cannot be adjusted shows its values and why."""
    told = asked(request)
    unit = told.indicator.unit
    by = words.scale(point.value for point in told.points) if unit == "cny" else (words.unit(unit), 1)
    columns = {_("原值"): "value", words.adjusted(): "adjusted", _("趋势"): "trend"}
    chart = Chart(
        title=words.said(told.indicator), unit=by[0], categories=[point.month for point in told.points],
        series=[
            Series(name, [words.drawn(getattr(point, field), by[1]) for point in told.points])
            for name, field in columns.items()
            if not told.gap or field == "value"
        ],
    )  # fmt: skip
    definitions = {one.key: one for one in api.indicators()}
    context = {
        "told": told, "chart": chart, "rows": [_row(point, unit) for point in reversed(told.points)], "unit": words.unit(unit),
        "indicators": [(key, words.said(definitions[key])) for key in api.ADJUSTABLE],
        "coverages": words.coverages().items(), "coverage_word": words.coverages()[told.coverage],
        "definition": words.said(told.indicator, "definition"), "query": request.GET.urlencode(),
        "clear": told.stable >= CLEARLY, "stable": f"{told.stable:.1f}",
        "lacking": max(0, told.least - len(told.points)), "months": len(told.points),
    }  # fmt: skip
    return render(request, "statistics/series.html", context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same series as CSV, each line with its vintage, coverage, version and algorithm."""
    told = asked(request)
    if not told.published:  # what leaves here is not protected
        audit.record(
            "statistics.series.export", object_kind="list", object_id="statistics.cube", after={"indicator": told.indicator.key}
        )  # fmt: skip
    head = [
        _("月份"), _("指标"), _("指标版本"), _("口径"), _("公布阶段"), _("公布日"), _("计量单位"), _("原值"), _("是否隐去"), words.adjusted(), _("趋势"),
        _("原值同比"), _("季调后环比"), _("算法"), _("不能调整的原因"),
    ]  # fmt: skip
    gap = f"{told.gap.code} {words.said(told.gap)}" if told.gap else ""
    lines = [head]
    for point in told.points:
        lines.append([
            point.month, words.said(told.indicator), told.indicator.version, words.coverages()[told.coverage], words.stages().get(point.stage, ""),
            point.published_on.isoformat() if point.published_on else "", words.unit(told.indicator.unit), _cell(point.value),
            _("已隐去") if point.hidden else "", _cell(point.adjusted), _cell(point.trend), words.rate(point.yearly), words.rate(point.monthly),
            told.algorithm, gap,
        ])  # fmt: skip
    answer = StreamingHttpResponse(csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-series-{told.indicator.key}-{told.coverage}.csv"'
    return answer


def asked(request: HttpRequest) -> api.AdjustedSeries:
    """The series of the address, whole trade of the platform where nothing else is asked."""
    key = request.GET.get("indicator", "trade_cny")
    key = key if key in api.ADJUSTABLE else "trade_cny"
    return api.adjusted_series(key, coverage_of(request), cube=may("statistics.work"))


def _row(point: Any, unit: str) -> dict[str, Any]:
    return {
        "month": point.month, "value": words.amount(point.value, unit), "hidden": point.hidden, "stage": words.stages().get(point.stage, ""),
        "on": point.published_on, "adjusted": words.amount(point.adjusted, unit), "trend": words.amount(point.trend, unit),
        "yearly": words.rate(point.yearly), "monthly": words.rate(point.monthly),
    }  # fmt: skip


def _cell(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"
