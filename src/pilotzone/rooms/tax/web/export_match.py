"""当月匹配: what firms registered beside what customs released, month by month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

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
    context = {
        "listing": lists.Listing(
            columns=columns, rows=rows, total=len(rows), page_size=max(1, len(rows)), key="month",
            export_url=reverse("tax_export_match_csv"),
            empty=_("还没有做过匹配。"), empty_help=_("选择出口所属期后点“开始匹配”。"),
        ),
        "month": month or f"{clock.today():%Y-%m}", "asked": month, "residuals": _open(request, month, actor.organisation), "problem": problem,
        "may_file": may(FILE), "here": "match",
    }  # fmt: skip
    return render(request, "tax/export/match.html", context, status=422 if problem else 200)


@require_safe
def residuals(request: HttpRequest) -> HttpResponse:
    """The firm's released lines of a month nobody registered as CSV. Refused `desk.export.too_many`."""
    firm = require(FILE).organisation
    month = fields.typed(request, "month")["month"]
    rows = sheets.every(lambda page, size: api.export_residuals(month, page, size, firm=firm)) if firm else []
    return sheets.csv_answer(
        "export-open", _open_columns()[:-1], [_open_row(row) for row in rows], action="tax.export-open.export"
    )


def _open(request: HttpRequest, month: str, firm: int | None) -> lists.Listing | None:
    """What was released and not registered; None for who files nothing or asks for no month."""
    if not month or firm is None:
        return None
    found = api.export_residuals(month, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, firm=firm)
    query = QueryDict(mutable=True)
    query["month"] = month
    return lists.Listing(
        columns=_open_columns(), rows=[_open_row(row) for row in found["rows"]], total=found["total"], page=found["page"],
        query=query, key="key", export_url=reverse("tax_export_open_csv"), caption=_("放行未登记"),
        empty=_("没有放行未登记的货物。"),
    )  # fmt: skip


def _open_columns() -> list[lists.Column]:
    return [
        lists.Column("key", _("清单编号－项"), lists.CODE), lists.Column("exported_on", _("出口日期"), lists.DAY),
        lists.Column("goods_name", _("货物名称")), lists.Column("quantity", _("数量")),
        lists.Column("amount", _("金额"), lists.MONEY), lists.Column("verb", _("办理"), href="href"),
    ]  # fmt: skip


def _open_row(row: dict[str, Any]) -> dict[str, Any]:
    key = f"{row['list_no']}-{row['line_no']}"
    asked = urlencode({"list": row["list_no"], "line": row["line_no"]})
    quantity = f"{row['quantity'].normalize():f}"
    return row | {
        "key": key,
        "quantity": quantity,
        "verb": f"{_('登记')} {key}",
        "href": f"{reverse('tax_export_register')}?{asked}",
    }


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
