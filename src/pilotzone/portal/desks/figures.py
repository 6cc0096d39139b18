"""脱敏汇总: the protected figures of a month by unit and way, as a chart, a table and a file; never an order or a buyer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import DISTRICT
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tracking import api as tracking
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.sheets import csv_of

Found = list[tuple[date, tracking.Figure]]
MYRIAD = Decimal(10_000)
CHARTED = 12


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """One month with its rule, and the chart of the last twelve; the caller's own unit first."""
    require("aggregate.see")
    months = tracking.months()
    month = _asked(request, months)
    choice = request.GET.get("boundaries", "then")
    of = statistics.boundary_day(choice, clock.today())
    rows = grouped(_rows(month, month, of)) if month else []
    context = {
        "months": [(one.isoformat()[:7], one.strftime("%Y-%m")) for one in months],
        "month": month and month.isoformat()[:7],
        "rule": tracking.month_rule(month) if month else None,
        "rows": rows,
        "unit": _own(),
        "unvalued": any(row["figure"].unvalued for row in rows),
        "chart": _chart(month, months, of) if month else None,
        "export": f"{reverse('figures_export')}?month={month.isoformat()[:7]}&boundaries={choice}" if month else "",
        "bounds": [("then", _("按当时区划")), ("now", _("按现行区划"))],
        "boundaries": choice,
        "boundary_day": of,
        "short": bool(month and lacking({month}, of)),
        "moves": statistics.moved_within(month, of) if month and of else [],
    }
    return render(request, "desks/figures.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same cells as the page shows, hidden ones hidden, as CSV; `month` empty: every published month."""
    require("aggregate.see")
    months = tracking.months()
    asked = _asked(request, months) if request.GET.get("month") else None
    since, until = (asked, asked) if asked else (min(months), max(months)) if months else (None, None)
    choice = request.GET.get("boundaries", "then")
    of = statistics.boundary_day(choice, clock.today())
    rows = _rows(since, until, of) if since and until else []
    audit.record("figures.export", object_kind="list", object_id="figures", after={"rows": len(rows)})
    language = get_language() or "zh-hans"
    answer = StreamingHttpResponse(csv_of(_lines(rows, language)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-figures.csv"'
    return answer


def _asked(request: HttpRequest, months: list[date]) -> date | None:
    """The published month of `?month=2021-11`; the latest for none or one nobody published."""
    typed = request.GET.get("month", "")
    return next((one for one in months if one.isoformat()[:7] == typed), months[0] if months else None)


def _own() -> str:
    """The unit a county officer reads; empty for whoever reads all."""
    return current().unit_path if current().kind == DISTRICT else ""


def on_boundaries(found: Found, of: date | None) -> Found:
    """Cells on the boundaries of a day; where districts merged a cell tells no firms, for one may be of both, and what is hidden hides the sum."""
    if of is None:
        return found
    short = lacking({month for month, _one in found}, of)
    places = statistics.places(((month, one.unit) for month, one in found), of=of)
    told: dict[tuple[date, str, str], tracking.Figure] = {}
    for month, one in found:
        unit = places[month, one.unit][0]
        before = told.get((month, unit, one.way))
        told[month, unit, one.way] = replace(one, unit=unit) if before is None else _merged(before, one)
    return [
        (month, _shut(one) if month in short and unit == _own() else one) for (month, unit, _way), one in told.items()
    ]


def lacking(months: set[date], of: date | None) -> set[date]:
    """The months in which a district came to the county officer's own whose cells he does not see: his sum would be short."""
    own = _own()
    if not own or of is None:
        return set()
    others = list(Unit.objects.exclude(path=own).values_list("path", "valid_from", "valid_to"))
    there = (
        (month, path)
        for month in months
        for path, since, until in others
        if (since or month) <= month <= (until or month)  # a district that had ended held nothing any more
    )
    found = statistics.places(there, of=of)
    return {month for (month, _path), (place, _doubtful) in found.items() if place == own}


def _shut(one: tracking.Figure) -> tracking.Figure:
    none: dict[str, Any] = dict.fromkeys(("firms", "declared", "released", "returned", "value", "tax"))
    return replace(one, hidden=True, returned_hidden=True, unvalued=False, **none)


def _merged(one: tracking.Figure, other: tracking.Figure) -> tracking.Figure:
    hidden = one.hidden or other.hidden

    def both(name: str) -> Any:
        parts = (getattr(one, name), getattr(other, name))
        return None if None in parts or (hidden and name != "returned") else sum(parts)

    return replace(
        one, hidden=hidden, returned_hidden=one.returned_hidden or other.returned_hidden, unvalued=not hidden and (one.unvalued or other.unvalued),
        firms=None, **{name: both(name) for name in ("declared", "released", "returned", "value", "tax")},
    )  # fmt: skip


def _rows(since: date, until: date, of: date | None) -> list[dict[str, Any]]:
    """Published cells in the order: own unit, the others, elsewhere, the city; the total of a unit after its ways."""
    names = _names()
    found = on_boundaries(tracking.figures(since, until), of)
    rows = [
        {
            "month": month, "figure": one, "name": names.get(one.unit, one.unit), "way": way_words(one.way),
            "whole": one.way == tracking.WHOLE, "city": one.unit == tracking.CITY,
            "value": _myriad(one.value), "tax": _myriad(one.tax),
        }
        for month, one in found
    ]  # fmt: skip
    own = _own()
    return sorted(
        rows,
        key=lambda row: (
            row["month"], row["city"], row["figure"].unit != own, row["figure"].unit == "", row["figure"].unit,
            row["whole"], row["figure"].way,
        ),
    )  # fmt: skip


def grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one month with a unit's name once; a unit of which nothing may be shown keeps its total's row alone."""
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(row["figure"].unit, []).append(row)
    shown = []
    for found in by_unit.values():
        dark = all(row["figure"].hidden and not row["figure"].returned for row in found)
        kept = [row for row in found if row["whole"]] if dark else found
        shown += [row | {"first": at == 0, "span": len(kept)} for at, row in enumerate(kept)]
    return shown


def way_words(way: str) -> str:
    """Direction and mode in words: I9610 → 进口 9610."""
    if way == tracking.WHOLE:
        return _("合计")
    direction = {"I": _("进口"), "E": _("出口")}.get(way[:1], way[:1])
    return f"{direction} {way[1:]}".strip()


def _names() -> dict[str, str]:
    names = {unit.path: unit.named(get_language()) for unit in Unit.objects.all()}
    return names | {"": _("区外或未登记"), tracking.CITY: _("全市")}


def _myriad(yuan: Decimal | None) -> Decimal | None:
    return None if yuan is None else (yuan / MYRIAD).quantize(Decimal("0.01"))


def _chart(month: date, months: list[date], of: date | None) -> Chart:
    """Trades declared by way over the last published months, of the own unit or the city; hidden months are gaps."""
    shown = sorted(one for one in months if one <= month)[-CHARTED:]
    unit = _own()
    cells = {
        (at, one.way): one.declared
        for at, one in on_boundaries(tracking.figures(shown[0], shown[-1]), of)
        if one.unit == (unit or tracking.CITY) and one.way != tracking.WHOLE
    }
    ways = sorted({way for _month, way in cells})
    return Chart(
        title=_("申报票数（按月）：%(unit)s") % {"unit": _names()[unit or tracking.CITY]},
        unit=_("票"),
        kind="stack",
        categories=[one.strftime("%Y-%m") for one in shown],
        series=[Series(way_words(way), [cells.get((one, way), 0) for one in shown]) for way in ways],
    )


def _lines(rows: list[dict[str, Any]], language: str) -> Iterator[list[str]]:
    """Headings and cells as text; a hidden cell says so."""
    with override(language):
        yield [
            _("月份"), _("单位"), _("方向与监管方式"), _("活跃企业（家）"), _("申报（票）"), _("放行（票）"), _("货值（万元）"),
            _("税款（万元）"), _("退货退运（票）"), _("是否隐去"),
        ]  # fmt: skip
        for row in rows:
            one = row["figure"]
            amounts = (one.firms, one.declared, one.released, row["value"], row["tax"])
            yield [
                row["month"].strftime("%Y-%m"), row["name"], row["way"], *("" if x is None else str(x) for x in amounts),
                "" if one.returned is None else str(one.returned), _("已隐去") if one.hidden or one.returned_hidden else "",
            ]  # fmt: skip
