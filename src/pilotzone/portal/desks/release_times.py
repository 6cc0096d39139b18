"""通关时间测定, open to everybody: how long each stage of clearance takes, the coverage of joint inspection, and hit-rates by rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.portal.desks.inspection_coverage import table
from pilotzone.portal.desks.inspections import desk, said
from pilotzone.ui.sheets import csv_of

RATE_DAYS = 365
MOST_MONTHS = 36
FLOWS = {"I": "进口", "E": "出口"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """A month's stages by way and site; the latest where none is asked for."""
    months = desk.study_months()
    month = asked_month(request.GET.get("month", ""), months)
    way, site = request.GET.get("way", ""), request.GET.get("site", "")
    told = desk.study(month, way=way or desk.ALL, site=site or desk.ALL) if month else None
    if told and ((way and way not in told["ways"]) or (site and site not in told["sites"])):
        way = site = ""
        told = desk.study(month, way=desk.ALL, site=desk.ALL) if month else None
    today = clock.today()
    context = {
        "months": [f"{one:%Y-%m}" for one in months], "month": f"{month:%Y-%m}" if month else "", "told": told, "way": way, "site": site,
        "rows": [_row(one) for one in told["rows"]] if told else [], "thin": [_thin(one) for one in told["rows"] if one["n"] < one["missing"]] if told else [], "ways": [(one, way_word(one)) for one in told["ways"]] if told else [],
        "trend": [{"month": f"{one['month']:%Y-%m}", "n": one["n"], "median": desk.spoken(one["median_s"]), "p90": desk.spoken(one["p90_s"])} for one in desk.trend("release")],
        "coverage": table(), "rates": [one | {"word": said(one)} for one in desk.hit_rates(today - timedelta(days=RATE_DAYS), today) if one["proposed"] or one["inspected"]],
    }  # fmt: skip
    return render(request, "desks/release_times.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Every published figure of a month, or of the last three years, as CSV."""
    months = desk.study_months()[:MOST_MONTHS]
    month = asked_month(request.GET.get("month", ""), months) if request.GET.get("month") else None
    since, until = (month, month) if month else (min(months), max(months)) if months else (None, None)
    cells = desk.study_cells(since, until) if since and until else []
    head = [
        _("月份"),
        _("方向与监管方式"),
        _("关区"),
        _("阶段"),
        _("票数"),
        _("缺少时点（票）"),
        _("中位数（时:分）"),
        _("90%分位（时:分）"),
    ]
    lines = [
        head,
        *(
            [
                f"{one['month']:%Y-%m}",
                way_word(one["way"]),
                one["site"],
                said(one),
                str(one["n"]),
                str(one["missing"]),
                desk.spoken(one["median_s"]),
                desk.spoken(one["p90_s"]),
            ]
            for one in cells
        ),
    ]
    answer = HttpResponse("".join(csv_of(lines)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-release-times.csv"'
    return answer


def asked_month(text: str, months: list[date]) -> date | None:
    """The published month that is asked for (yyyy-mm), else the latest; None where none is published."""
    return next((one for one in months if f"{one:%Y-%m}" == text), months[0] if months else None)


def way_word(way: str) -> str:
    """I9610 in the reader's words."""
    if way == desk.ALL:
        return _("全部")
    return f"{_(FLOWS.get(way[:1], way[:1]))} {way[1:]}"


def _thin(one: dict[str, Any]) -> str:
    """Of a stage that fewer than half of the trades tell: how many of how many, and why the others do not count."""
    said_of = {"stage": said(one), "n": f"{one['n']:,}", "of": f"{one['n'] + one['missing']:,}"}
    return (
        _(
            "“%(stage)s”：%(of)s票中%(n)s票两端的时点齐全且先后相符。其余各票缺少一端的时点（例如整批补入的数据没有逐步的记录），不计入用时，也不当作零。"
        )
        % said_of
    )


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "word": said(one),
        "median": desk.spoken(one["median_s"]) or "—",
        "p90": desk.spoken(one["p90_s"]) or "—",
    }


__all__ = ["asked_month", "export", "show", "way_word"]
