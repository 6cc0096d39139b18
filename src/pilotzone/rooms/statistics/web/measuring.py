"""指标测算: every indicator of a month from what the rooms recorded, with the numbers of its formula; a gap is named. For statisticians."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import months, words
from pilotzone.rooms.statistics.web.indicators import group_words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_answer

FIRST_PARTS = 3  # of a structure
ROWS = 20  # a phone shows a row as a card


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The indicators of a month, narrowed by group, coverage and whether they could be reckoned."""
    require("statistics.work")
    every = api.measured(_month(request))
    rows, page = _rows(request, every), lists.page_number(request.GET.get("page"))
    listing = lists.Listing(
        columns=_columns(), rows=rows[(page - 1) * ROWS : page * ROWS], total=len(rows), page=page, page_size=ROWS, query=request.GET,
        filters=[
            lists.Filter("month", _("报告期"), "text", value=f"{_month(request):%Y-%m}"),
            lists.Filter("group", _("指标群"), "select", choices=[("", _("全部")), *group_words().items()], value=_asked(request, "group")),
            lists.Filter("coverage", _("口径"), "select", choices=[("", _("全部")), *words.coverages().items()], value=_asked(request, "coverage")),
            lists.Filter("state", _("状态"), "select", choices=[("", _("全部")), *_states().items()], value=_asked(request, "state")),
        ],
        export_url=reverse("statistics_measured_export"), empty=_("没有符合条件的指标。"),
    )  # fmt: skip
    keys = {row.indicator.key for row in every}
    told = {row.indicator.key for row in every if row.value is not None}
    lacking = {row.indicator.key for row in every if row.gaps}
    context = {
        "listing": listing,
        "month": f"{_month(request):%Y-%m}",
        "all": len(keys),
        "told": len(told),
        "lacking": len(lacking),
    }
    return render(request, "statistics/measured.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require("statistics.work")
    return csv_answer(
        "indicators", _columns(), _rows(request, api.measured(_month(request))), action="statistics.measured.export"
    )


def _columns() -> list[lists.Column]:
    return [
        lists.Column("group", _("指标群")), lists.Column("name", _("指标"), href="define"), lists.Column("coverage", _("口径")),
        lists.Column("value", _("测算值"), lists.NUMBER), lists.Column("unit", _("计量单位")), lists.Column("numbers", _("公式中的数")),
        lists.Column("state", _("状态")), lists.Column("records", _("依据的记录"), href="page"),
    ]  # fmt: skip


def _rows(request: HttpRequest, every: list[api.Measured]) -> list[dict[str, Any]]:
    group, coverage, state, on = (
        _asked(request, "group"),
        _asked(request, "coverage"),
        _asked(request, "state"),
        _month(request),
    )
    rows = []
    for row in every:
        one = row.indicator
        if (
            (group and one.group != group)
            or (coverage and row.coverage != coverage)
            or (state and _state(row) != state)
        ):
            continue
        rows.append({
            "id": f"{one.key}-{row.coverage}", "group": group_words()[one.group], "name": words.said(one),
            "define": reverse("statistics_indicator", args=[one.key]), "coverage": words.coverages()[row.coverage],
            "value": words.amount(row.value, one.unit), "unit": words.unit(one.unit), "numbers": _numbers(row, on),
            "state": _told(row), "records": _("查看") if row.page else "", "page": row.page,
        })  # fmt: skip
    return rows


def _numbers(row: api.Measured, on: date) -> str:
    """The numbers of the formula, or the largest parts of a structure."""
    if row.parts:
        shown = row.parts[:FIRST_PARTS]
        dimension = api.STRUCTURES[row.indicator.key]
        names = words.codes(dimension, {code for code, _share in shown}, on)
        return "；".join(f"{names[code]} {share:.1%}" for code, share in shown)
    return "；".join(f"{name} = {_plain(value)}" for name, value in row.numbers.items())


def _plain(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():f}" if value == value.to_integral() else f"{value:.4f}"


def _state(row: api.Measured) -> str:
    return "gap" if row.gaps else "none" if row.value is None else "told"


def _states() -> dict[str, str]:
    return {"told": _("已测算"), "none": _("当期无数"), "gap": _("缺数据")}


def _told(row: api.Measured) -> str:
    word = _states()[_state(row)]
    return f"{word} {'; '.join(row.gaps)}" if row.gaps else word


def _month(request: HttpRequest) -> date:
    counted = api.counted_months()
    return months.month_of(request.GET.get("month", "")) or (counted[0] if counted else months.before(clock.today()))


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:20]
