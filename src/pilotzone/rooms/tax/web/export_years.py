"""核定征收, 推广费 by years, and the firms' refund profiles."""

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
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.web import fields, words
from pilotzone.rooms.tax.web.export_lines import DECIDE, FILE, either
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
    rows = [_year(row) for row in api.promotions(firm=actor.organisation)]
    if csv:
        return sheets.csv_answer("promotion", columns, rows, action="tax.promotion.export")
    listing = lists.Listing(
        columns=columns, rows=rows, total=len(rows), page_size=max(1, len(rows)), export_url=reverse("tax_promotion_csv"),
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


@require_http_methods(["GET", "HEAD", "POST"])
def firms(request: HttpRequest) -> HttpResponse:
    """退税资料: the tax office records a firm's taxpayer, filing and facts; the class follows with its reasons."""
    require(DECIDE)
    flags = ("general", "refund_filed", "risk_control", "customs_certified", "customs_lost", "fraud", "refuses", "unpaid", "capacity", "false_before", "deemed")  # fmt: skip
    typed = fields.typed(
        request,
        "firm",
        "valid_from",
        "kind",
        "tax_credit",
        "fx_class",
        "asset_ratio",
        "first_refund_on",
        "reason",
        *flags,
    )
    problem: Refused | None = None
    told: dict[str, Any] | None = None
    if request.method == "POST":
        try:
            told = _record(typed)
        except Refused as refusal:
            problem = refusal
    elif not typed["firm"]:
        typed |= {
            "general": "1",
            "refund_filed": "1",
            "valid_from": clock.today().isoformat(),
            "tax_credit": "B",
            "fx_class": "A",
        }
    context = {
        "fields": _profile_form(typed), "problem": problem, "told": told, "here": "firms",
        "class_word": words.word(words.CLASSES, told["class_number"]) if told else "",
    }  # fmt: skip
    return render(request, "tax/export/firms.html", context, status=422 if problem else 200)


def _record(typed: dict[str, str]) -> dict[str, Any]:
    code = typed["firm"][:18]
    firm = Organisation.objects.filter(customs_code=code).first() or Organisation.objects.filter(uscc=code).first()
    if not code or firm is None:
        raise refused("rule.guarantee.firm_unknown", firm=code or "—")
    yes = lambda name: typed[name] == "1"  # noqa: E731
    facts = api.Facts(
        kind=typed["kind"], tax_credit=typed["tax_credit"], customs_certified=yes("customs_certified"),
        customs_lost=yes("customs_lost"), fx_class=typed["fx_class"], risk_control=yes("risk_control"),
        fraud_in_three_years=yes("fraud"), refuses_records=yes("refuses"), unpaid=yes("unpaid"), capacity_fits=yes("capacity"),
        asset_ratio=fields.number(typed["asset_ratio"], "asset_ratio") if typed["asset_ratio"] else None,
        first_refund_on=fields.day(typed["first_refund_on"], "first_refund_on") if typed["first_refund_on"] else None,
    )  # fmt: skip
    return api.record_export_firm(
        organisation=firm.pk, valid_from=fields.day(typed["valid_from"], "valid_from"), general=yes("general"),
        refund_filed=yes("refund_filed"), facts=facts, at=clock.now(), false_before=yes("false_before"), deemed=yes("deemed"),
        reason=typed["reason"],
    )  # fmt: skip


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


def _profile_form(typed: dict[str, str]) -> list[fields.Field]:
    f = fields.Field
    return [
        f("firm", _("企业海关编码或统一社会信用代码"), value=typed["firm"], most=18),
        f("valid_from", _("起始日"), "date", typed["valid_from"]),
        f("kind", _("企业类型"), "select", typed["kind"], words.choices(words.FIRM_KINDS)),
        f("general", _("一般纳税人"), "check", typed["general"]), f("refund_filed", _("已办理出口退（免）税备案"), "check", typed["refund_filed"]),
        f("tax_credit", _("纳税信用级别"), "select", typed["tax_credit"], [(one, one) for one in "ABMCD"]),
        f("fx_class", _("外汇管理分类"), "select", typed["fx_class"], [(one, one) for one in "ABC"]),
        f("risk_control", _("已建立退税风险内控体系"), "check", typed["risk_control"]),
        f("asset_ratio", _("净资产与上年退税额之比"), value=typed["asset_ratio"], required=False, help=_("外贸企业、外综服企业填写，如0.61")),
        f("capacity", _("生产能力与出口规模匹配（生产企业）"), "check", typed["capacity"]),
        f("first_refund_on", _("首次申报退税日期"), "date", typed["first_refund_on"], required=False),
        f("customs_certified", _("海关认证企业"), "check", typed["customs_certified"]), f("customs_lost", _("海关失信企业"), "check", typed["customs_lost"]),
        f("fraud", _("三年内有虚开或骗税"), "check", typed["fraud"]), f("refuses", _("拒绝提供资料"), "check", typed["refuses"]),
        f("unpaid", _("有欠税等未处理事项"), "check", typed["unpaid"]), f("false_before", _("曾提供虚假收汇材料"), "check", typed["false_before"]),
        f("deemed", _("企业所得税核定征收"), "check", typed["deemed"]), f("reason", _("备注"), value=typed["reason"], required=False, most=200),
    ]  # fmt: skip
