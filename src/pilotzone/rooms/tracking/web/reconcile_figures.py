"""对账脱敏汇总: what a county may know of the reconciliation of its firms, day by day; the zone office sees every county's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel.access.models import Unit
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.web import reconcile_words as words
from pilotzone.ui import listing as lists
from pilotzone.ui.numbers import grouped
from pilotzone.ui.sheets import csv_answer


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The figures of the last days."""
    rows = _rows()
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        export_url=reverse("reconciliation_figures_export"), caption=_("对账脱敏汇总"), empty=_("还没有公布的对账汇总。"),
        empty_help=_("每夜对账后按县区公布未核销差异的条数；企业太少的格子不公布。"),
    )  # fmt: skip
    rule = api.residual_figures(1)[0]["rule"] if rows else None
    return render(request, "tracking/reconcile_figures.html", {"listing": listing, "rule": rule})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return csv_answer("residual-figures", _columns(), _rows(), action="tracking.reconcile.figures")


def _columns() -> list[lists.Column]:
    return [
        lists.Column("day", _("截至"), lists.DAY),
        lists.Column("unit_name", _("县区")),
        lists.Column("kind_word", _("差异种类")),
        lists.Column("shown", _("未核销差异")),
    ]


def _rows() -> list[dict[str, Any]]:
    kinds, found = words.kinds() | {"*": _("全部")}, api.residual_figures()
    names = {
        unit.path: unit.named(words.language()) or unit.name_zh
        for unit in Unit.objects.filter(path__in={row["unit"] for row in found})
    }
    return [
        row | {
            "id": f"{row['day']}-{row['unit']}-{row['kind']}", "unit_name": names.get(row["unit"], row["unit"]),
            "kind_word": kinds[row["kind"]], "shown": _("不公布") if row["hidden"] else grouped(row["n"]),
        }
        for row in found
    ]  # fmt: skip
