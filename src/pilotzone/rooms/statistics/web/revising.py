"""更正记录: every correction of a self-report with its reason, what was said before and after. For statisticians; a firm sees its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel.access.doors import require
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import months, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_answer

ROWS = 50


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The corrections of a month (`?month=`), or of all months."""
    require("statistics.work")
    rows, page, month = _rows(request), lists.page_number(request.GET.get("page")), _month(request)
    told = f"{month:%Y-%m}" if month else ""
    listing = lists.Listing(
        columns=_columns(), rows=rows[(page - 1) * ROWS : page * ROWS], total=len(rows), page=page, page_size=ROWS, query=request.GET,
        filters=[lists.Filter("month", _("报告期"), "text", value=told)],
        export_url=reverse("statistics_revised_export"), empty=_("没有更正。"),
    )  # fmt: skip
    return render(request, "statistics/revised.html", {"listing": listing, "month": told})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require("statistics.work")
    return csv_answer("corrections", _columns(), _rows(request), action="statistics.revised.export")


def shown(rows: Sequence[api.Revised]) -> list[dict[str, Any]]:
    """Corrections with their changes in words."""
    names = {field.key: words.said(field) for form in api.forms() for field in form.fields}
    return [
        {
            "id": f"{one.organisation}-{one.month:%Y-%m}-{one.revision}", "month": f"{one.month:%Y-%m}", "name": one.firm, "revision": one.revision,
            "filed_at": one.filed_at, "reason": one.reason, "note": one.note,
            "changes": "；".join(f"{names.get(key, key)} {old or '—'} → {new or '—'}" for key, old, new in one.changes),
        }
        for one in rows
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    return shown(api.revised(month=_month(request)))


def _month(request: HttpRequest) -> date | None:
    return months.month_of(request.GET.get("month", ""))


def _columns() -> list[lists.Column]:
    return [
        lists.Column("month", _("报告期")), lists.Column("name", _("企业")), lists.Column("revision", _("报送次数"), lists.NUMBER),
        lists.Column("filed_at", _("报送时间"), lists.TIME), lists.Column("reason", _("更正理由")), lists.Column("changes", _("原报 → 改报")),
        lists.Column("note", _("说明")),
    ]  # fmt: skip
