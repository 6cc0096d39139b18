"""当月匹配: what firms registered beside what customs released, month by month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pilotzone.base.errors import Gap, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.reference.rates import rate
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web import fields
from pilotzone.rooms.tax.web.export_lines import FILE, either
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """当月匹配: the reports of the months; a POST runs one month. Officers see all firms added up."""
    actor = either()
    month = fields.typed(request, "month")["month"]
    problem: Refused | None = None
    if request.method == "POST":
        require(FILE)
        try:
            told = api.match_exports(month, at=clock.now())
            messages.success(
                request,
                _("已匹配：一致 %(n)s 项，差异和缺口 %(r)s 项。") % {"n": told["matched"], "r": _residuals(told)},
            )
            return redirect(f"{reverse('tax_export_match')}?month={month}")
        except Refused as refusal:
            problem = refusal
    columns = [
        lists.Column("month", _("所属期"), href="href"), lists.Column("released", _("放行项数"), lists.NUMBER),
        lists.Column("registered", _("登记项数"), lists.NUMBER), lists.Column("matched", _("一致"), lists.NUMBER),
        lists.Column("differing", _("有差异"), lists.NUMBER), lists.Column("only_released", _("放行未登记"), lists.NUMBER),
        lists.Column("only_registered", _("登记无放行"), lists.NUMBER), lists.Column("rate", _("匹配率")),
        lists.Column("light", _("匹配灯"), lists.LIGHT), lists.Column("at", _("匹配时间"), lists.TIME),
    ]  # fmt: skip
    rows = [
        row | {"href": f"?month={row['month']}", "rate": "—" if row["share"] is None else f"{row['share']:.2%}", "light": _light(row)}
        for row in api.export_months(firm=actor.organisation)
    ]  # fmt: skip
    if csv:
        return sheets.csv_answer("export-match", columns, rows, action="tax.export-match.export")
    residuals = api.export_residuals(month, firm=actor.organisation) if month and actor.organisation else []
    context = {
        "listing": lists.Listing(
            columns=columns, rows=rows, total=len(rows), page_size=max(1, len(rows)), key="month",
            export_url=reverse("tax_export_match_csv"),
            empty=_("还没有做过匹配。"), empty_help=_("选择出口所属期后点“开始匹配”。"),
        ),
        "month": month or f"{clock.today():%Y-%m}", "asked": month, "residuals": residuals, "problem": problem,
        "may_file": may(FILE), "here": "match",
    }  # fmt: skip
    return render(request, "tax/export/match.html", context, status=422 if problem else 200)


def _residuals(told: dict[str, Any]) -> int:
    total: int = told["differing"] + told["only_registered"] + told["only_released"]
    return total


def _light(row: dict[str, Any]) -> str:
    """Green from the zone's target on (tag P), yellow from nine tenths of it, red below."""
    share = row["share"]
    try:
        target = rate("export.noinvoice.match_target", on=clock.today()).number
    except Gap:
        return "yellow"
    if share is None:
        return "yellow"
    return "green" if share >= target else "yellow" if share >= target * Decimal("0.9") else "red"
