"""统计查询: trend, structure and ranking. The public and other officers ask what is published; statisticians the cube itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import embedding, maps, words
from pilotzone.rooms.statistics.web.answers import PUBLIC, VALUE, answer, drawing
from pilotzone.ui.sheets import csv_of


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The question in the address is the share link; the answer as chart and table."""
    asked, problem = _asked(request.GET), None
    try:
        rows = answer(asked, cube=may("statistics.work"))
    except Refused as refused:
        rows, problem = [], refused
    by = asked["by"]
    chart = drawing(asked, rows, words.dimensions()[by])
    cube = may("statistics.work")
    context = {
        "asked": asked, "series": VALUE[asked["flow"]], "rows": rows, "problem": problem, "chart": chart, "cube": cube, "query": request.GET.urlencode(),
        "coverages": words.coverages().items(), "flows": words.flows().items(),
        "bys": [(key, words.dimensions()[key]) for key in (api.DIMENSIONS if cube else PUBLIC)],
        "link": request.build_absolute_uri(), "tiles": maps.districts(rows) if by == "unit" else [],
        "world": maps.world(rows, asked["last"]) if by == "country" and rows else None, "embed": embedding.snippet(request, asked),
        "bounds": words.boundaries(),
        "moves": api.moved_within(asked["first"], clock.today()) if by == "unit" else [],
    }  # fmt: skip
    return render(request, "statistics/explore.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same answer as CSV."""
    asked = _asked(request.GET)
    if may("statistics.work"):  # what leaves here is not protected
        audit.record(
            "statistics.explore.export", object_kind="list", object_id="statistics.cube", after={"by": asked["by"]}
        )
    lines = [[words.dimensions()[asked["by"]], _("代码"), _("口径"), _("流向"), _("金额（元）"), _("是否隐去")]]
    for row in answer(asked, cube=may("statistics.work")):
        shown = "" if row["value"] is None else f"{row['value']:.2f}"
        lines.append([
            row["name"], row["code"], words.coverages()[asked["coverage"]], words.flows()[asked["flow"]], shown,
            _("已隐去") if row["hidden"] else "",
        ])  # fmt: skip
    told = StreamingHttpResponse(csv_of(lines), content_type="text/csv; charset=utf-8")
    told["Content-Disposition"] = 'attachment; filename="pilotzone-explore.csv"'
    return told


def _asked(typed: Mapping[str, str]) -> dict[str, Any]:
    dimensions = api.DIMENSIONS if may("statistics.work") else PUBLIC
    today = clock.today()
    filters = {name: typed.get(name, "")[:200].strip() for name in api.DIMENSIONS[1:] if typed.get(name, "").strip()}
    return {
        "coverage": _pick(typed, "coverage", api.COVERAGES, "platform"), "by": _pick(typed, "by", dimensions, "month"), "flow": _pick(typed, "flow", ("", "E", "I"), ""),
        "first": _month(typed.get("first", ""), date(today.year - 1, today.month, 1)), "last": _month(typed.get("last", ""), today.replace(day=1)), "filters": filters,
        "boundaries": typed.get("boundaries", "then")[:20],
    }  # fmt: skip


def _pick(typed: Mapping[str, str], name: str, allowed: Collection[str], other: str) -> str:
    """What was chosen, where it is one of the choices."""
    return chosen if (chosen := typed.get(name, other)) in allowed else other


def _month(text: str, other: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else other
    except ValueError:
        return other
