"""核定征收 as a calculator, and 推广费 by years."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web import fields, words
from pilotzone.rooms.tax.web.export_lines import FILE, either
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_safe
def deemed(request: HttpRequest) -> HttpResponse:
    """核定征收 as a calculator: nothing is kept."""
    either()
    typed = fields.typed(request, "year", "revenue", "staff", "assets", "exempt")
    told: dict[str, Any] | None = None
    if typed["revenue"]:
        asked = {name: value.replace(",", "") for name, value in typed.items() if value}
        numbers = {name: int(asked[name]) for name in ("year", "staff") if asked.get(name, "").isdecimal()}
        told = api.export_question({"what": "deemed", **asked, **numbers})
    f = fields.Field
    form = [
        f("year", _("年度"), "number", typed["year"] or str(clock.today().year)), f("revenue", _("收入总额（元）"), value=typed["revenue"]),
        f("staff", _("从业人数"), "number", typed["staff"], required=False),
        f("assets", _("资产总额（元）"), value=typed["assets"], required=False),
        f("exempt", _("其中免税收入（元）"), value=typed["exempt"], required=False),
    ]  # fmt: skip
    result = told["result"] if told else None
    context = {
        "fields": form, "here": "deemed", "result": result, "refusals": told["reasons"] if told and result is None else [],
        "tree": words.tree(result, "应纳企业所得税", "Income tax due", result["tax"]) if result else None,
    }  # fmt: skip
    return render(request, "tax/export/deemed.html", context, status=422 if told and result is None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def promotion(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """推广费税前扣除试点: the recorded years with what is carried on; a POST records the newest."""
    actor = either()
    names = ("year", "trade", "revenue", "spend", "commission", "contracts", "related")
    typed = fields.typed(request, *names)
    evidence = [one for one in request.POST.getlist("evidence") if one in words.EVIDENCE]
    problem: Refused | None = None
    if request.method == "POST":
        require(FILE)
        try:
            api.record_promotion(_claim(typed, evidence), at=clock.now())
            messages.success(request, _("已登记推广费。"))
            return redirect("tax_promotion")
        except Refused as refusal:
            problem = refusal
    columns = [
        lists.Column("year", _("年度")), lists.Column("firm_name", _("企业")), lists.Column("trade_word", _("行业")),
        lists.Column("revenue", _("营业收入"), lists.MONEY), lists.Column("carry_in", _("上年结转"), lists.MONEY),
        lists.Column("spend", _("本年发生"), lists.MONEY), lists.Column("deducted", _("本年扣除"), lists.MONEY),
        lists.Column("carry_out", _("结转以后年度"), lists.MONEY), lists.Column("light", _("风险灯"), lists.LIGHT),
        lists.Column("warned", _("提示")),
    ]  # fmt: skip
    firm = actor.organisation
    if csv:
        every = sheets.every(lambda page, size: api.promotions(page, size, firm=firm))
        return sheets.csv_answer("promotion", columns, [_year(row) for row in every], action="tax.promotion.export")
    found = api.promotions(lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, firm=firm)
    rows = [_year(row) for row in found["rows"]]
    listing = lists.Listing(
        columns=columns, rows=rows, total=found["total"], page=found["page"], query=request.GET, export_url=reverse("tax_promotion_csv"),
        empty=_("还没有登记推广费。"), empty_help=_("平台广告、站内推广等属于广告费和业务宣传费；佣金另计。"),
    )  # fmt: skip
    context = {
        "listing": listing, "fields": _promotion_form(typed), "evidence": [(v, w, v in evidence) for v, w in words.choices(words.EVIDENCE)],
        "trees": [
            words.tree(row["assessment"], f"{row['year']}年度本年扣除", f"Deducted in {row['year']}", row["deducted"])
            for row in rows[:5]
        ],
        "problem": problem, "may_file": may(FILE), "here": "promotion",
    }  # fmt: skip
    return render(request, "tax/export/promotion.html", context, status=422 if problem else 200)


def _claim(typed: dict[str, str], evidence: list[str]) -> api.Claim:
    return api.Claim(
        fields.whole(typed["year"], "year"), typed["trade"], api.money(typed["revenue"], _("营业收入")),
        api.money(typed["spend"], _("本年发生")), Decimal(0), fields.amount(typed["commission"], _("佣金")),
        fields.amount(typed["contracts"], _("合同金额")), typed["related"] == "1", evidence=frozenset(evidence),
    )  # fmt: skip


def _year(row: dict[str, Any]) -> dict[str, Any]:
    warnings = row["assessment"].get("warnings", [])
    return row | {
        "trade_word": words.word(words.TRADES, row["trade"]), "light": "yellow" if warnings else "green",
        "warned": words.first_reason({"reasons": warnings}) or "—",
    }  # fmt: skip


def _promotion_form(typed: dict[str, str]) -> list[fields.Field]:
    f = fields.Field
    return [
        f("year", _("年度"), "number", typed["year"] or str(clock.today().year)),
        f("trade", _("行业"), "select", typed["trade"], words.choices(words.TRADES)),
        f("revenue", _("营业收入"), value=typed["revenue"]), f("spend", _("本年发生"), value=typed["spend"], help=_("广告费和业务宣传费，不含佣金")),
        f("commission", _("佣金"), value=typed["commission"], required=False),
        f("contracts", _("合同金额"), value=typed["contracts"], required=False),
        f("related", _("收款方为关联方"), "check", typed["related"]),
    ]  # fmt: skip
