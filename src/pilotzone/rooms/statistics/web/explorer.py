"""统计查询: trend, structure and ranking. The public and other officers ask what is published; statisticians the cube itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.sheets import csv_of

PUBLIC = ("month", "mode", "country", "region", "hs2", "unit")
SHOWN = 15
_VALUE = {"": "trade_cny", "E": "export_cny", "I": "import_cny"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The question in the address is the share link; the answer as chart and table."""
    asked, problem = _asked(request.GET), None
    try:
        rows = answer(asked)
    except Refused as refused:
        rows, problem = [], refused
    by = asked["by"]
    unit, scale = words.scale(row["value"] for row in rows)
    chart = Chart(
        title=words.dimensions()[by], unit=unit, kind="line" if by == "month" else "bar",
        categories=[row["name"] for row in rows[:SHOWN if by != "month" else None]],
        series=[Series(words.flows()[asked["flow"]], [words.drawn(row["value"], scale) for row in rows[:SHOWN if by != "month" else None]])],
    )  # fmt: skip
    cube = may("statistics.work")
    context = {
        "asked": asked, "series": _VALUE[asked["flow"]], "rows": rows, "problem": problem, "chart": chart, "cube": cube, "query": request.GET.urlencode(),
        "coverages": words.coverages().items(), "flows": words.flows().items(),
        "bys": [(key, words.dimensions()[key]) for key in (api.DIMENSIONS if cube else PUBLIC)],
        "link": request.build_absolute_uri(), "bounds": [("then", _("按当时区划")), ("now", _("按现行区划"))],
        "moves": api.moved_within(asked["first"], clock.today()) if by == "unit" else [], "tiles": _tiles(rows) if by == "unit" else [],
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
    for row in answer(asked):
        shown = "" if row["value"] is None else f"{row['value']:.2f}"
        lines.append([
            row["name"], row["code"], words.coverages()[asked["coverage"]], words.flows()[asked["flow"]], shown,
            _("已隐去") if row["hidden"] else "",
        ])  # fmt: skip
    told = StreamingHttpResponse(csv_of(lines), content_type="text/csv; charset=utf-8")
    told["Content-Disposition"] = 'attachment; filename="pilotzone-explore.csv"'
    return told


def answer(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows {code, name, value in yuan or None, hidden, share} of a question."""
    first, last = asked["first"], asked["last"]
    if asked["by"] == "unit":
        rows: list[dict[str, Any]] = _districts(asked)
    elif may("statistics.work"):
        rows = [
            {"code": row.code, "value": row.cny, "hidden": False}
            for row in api.ask(coverage=asked["coverage"], by=asked["by"], flow=asked["flow"], first=first, last=last, filters=asked["filters"])
        ]  # fmt: skip
    else:
        rows = _published(asked)
    if asked["by"] == "month":
        rows = _every_month(rows, empty=Decimal(0) if may("statistics.work") else None)
    names = words.codes("" if asked["by"] == "month" else asked["by"], {row["code"] for row in rows}, last)
    whole = sum((row["value"] or Decimal(0) for row in rows), Decimal(0))
    return [
        row | {"name": row["code"] if asked["by"] == "month" else names[row["code"]], "share": f"{row['value'] / whole:.1%}" if whole and row["value"] is not None else "—"}
        for row in rows
    ]  # fmt: skip


def _districts(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Districts as they were or as they are now: every month's amounts are carried over by the same rule, hidden ones stay hidden."""
    amounts: list[tuple[date, str, Decimal | None]] = []
    if may("statistics.work"):
        for start, end in api.stretches(asked["first"], asked["last"]):
            found = api.ask(
                coverage=asked["coverage"], by="unit", flow=asked["flow"], first=start, last=end, filters=asked["filters"]
            )  # fmt: skip
            amounts += [(start, row.code, row.cny) for row in found]
    else:
        ones = api.latest(asked["first"], asked["last"])
        for flow in [asked["flow"]] if asked["flow"] else ["E", "I"]:
            found_ = api.figures(ones, coverage=asked["coverage"], indicator=_VALUE[flow], dimension="unit")
            amounts += [(row.month, row.code, row.value) for row in found_]
    told, _unsure = api.carried_over(amounts, of=clock.today() if asked["boundaries"] == "now" else None)
    order = sorted(told, key=lambda code: (code.startswith("other"), -(told[code] or 0), code))
    return [{"code": code, "value": told[code], "hidden": told[code] is None} for code in order]


def _tiles(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The districts of an answer on the tile map, each with a level from 0 to 4 by its part of the largest."""
    most = max((row["value"] for row in rows if row["value"]), default=Decimal(0))
    places = api.tiles()
    return [
        {"column": places[row["code"]][0], "row": places[row["code"]][1], "name": row["name"], "value": row["value"], "hidden": row["hidden"],
         "level": 0 if not row["value"] or not most else min(4, int(row["value"] / most * 4) + 1)}
        for row in rows
        if row["code"] in places
    ]  # fmt: skip


def _every_month(rows: list[dict[str, Any]], *, empty: Decimal | None) -> list[dict[str, Any]]:
    """The series without gaps between its first and last month: a month left out would bend the line."""
    told = {row["code"]: row for row in rows}
    if not told:
        return rows
    month, until = date.fromisoformat(f"{min(told)}-01"), date.fromisoformat(f"{max(told)}-01")
    whole = []
    while month <= until:
        code = f"{month:%Y-%m}"
        whole.append(told.get(code) or {"code": code, "value": empty, "hidden": False})
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return whole


def _published(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sums of published cells; a code hidden in some month has no sum, for the rest would tell it."""
    by = "" if asked["by"] == "month" else asked["by"]
    ones = api.latest(asked["first"], asked["last"])
    flows = [asked["flow"]] if asked["flow"] or not by else ["E", "I"]
    told: dict[str, Decimal | None] = {}
    for flow in flows:
        for row in api.figures(ones, coverage=asked["coverage"], indicator=_VALUE[flow], dimension=by):
            code = f"{row.month:%Y-%m}" if not by else row.code
            before = told.get(code, Decimal(0))
            told[code] = None if row.value is None or before is None else before + row.value
    order = (
        sorted(told) if not by else sorted(told, key=lambda code: (code.startswith("other"), -(told[code] or 0), code))
    )
    return [{"code": code, "value": told[code], "hidden": told[code] is None} for code in order]


def _asked(typed: Mapping[str, str]) -> dict[str, Any]:
    dimensions = api.DIMENSIONS if may("statistics.work") else PUBLIC
    today = clock.today()
    filters = {name: typed.get(name, "")[:200].strip() for name in api.DIMENSIONS[1:] if typed.get(name, "").strip()}
    return {
        "coverage": _pick(typed, "coverage", api.COVERAGES, "platform"), "by": _pick(typed, "by", dimensions, "month"), "flow": _pick(typed, "flow", ("", "E", "I"), ""),
        "first": _month(typed.get("first", ""), date(today.year - 1, today.month, 1)), "last": _month(typed.get("last", ""), today.replace(day=1)), "filters": filters,
        "boundaries": _pick(typed, "boundaries", ("then", "now"), "then"),
    }  # fmt: skip


def _pick(typed: Mapping[str, str], name: str, allowed: Collection[str], other: str) -> str:
    """What was chosen, where it is one of the choices."""
    return chosen if (chosen := typed.get(name, other)) in allowed else other


def _month(text: str, other: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else other
    except ValueError:
        return other
