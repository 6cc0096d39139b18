"""企业退税资料: the firms the tax office recorded, each with its class and why; the form that records one from a day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock, seen
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.web import fields, words
from pilotzone.rooms.tax.web.bills import day_of_text
from pilotzone.rooms.tax.web.export_lines import DECIDE
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

FLAGS = (
    "general", "refund_filed", "risk_control", "customs_certified", "customs_lost", "fraud", "refuses", "unpaid", "capacity",
    "false_before", "deemed", "repaired",
)  # fmt: skip
TEXTS = ("firm", "valid_from", "kind", "tax_credit", "fx_class", "asset_ratio", "first_refund_on", "reason")
# the form's names of facts that are kept under another
FACTS = {
    "fraud": "fraud_in_three_years", "refuses": "refuses_records", "capacity": "capacity_fits", "tax_credit": "tax_credit",
    "fx_class": "fx_class", "risk_control": "risk_control", "customs_certified": "customs_certified", "customs_lost": "customs_lost",
    "unpaid": "unpaid", "asset_ratio": "asset_ratio", "first_refund_on": "first_refund_on",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def firms(request: HttpRequest) -> HttpResponse:
    """The recorded firms and the form; `?firm=` fills it in with what counts of a firm today, with `&valid_from=` what is recorded from that
    day to come. A POST records."""
    require(DECIDE)
    typed, problem, told = fields.typed(request, *TEXTS, *FLAGS), None, None
    firm = _firm(typed["firm"])
    shown, version = request.POST.get("shown", "").replace("\0", "")[:18], request.POST.get("version", "")[:18]
    if request.method == "POST":
        try:
            same = firm is not None and shown == str(firm.pk)  # of another firm than the form showed nothing was seen
            told = _record(typed, firm, seen.mark_typed(version if same else version and "0"))
        except Refused as refusal:
            problem = refusal
    if problem is None or problem.code == seen.MOVED:  # a fault of one's own hides nobody's change
        shown, version = (str(firm.pk), str(api.export_firm_mark(firm.pk))) if firm else ("", "0")  # before it is read
    opened = None if request.method == "POST" else _opened(firm, typed["valid_from"])
    if request.method != "POST":
        typed |= _filled(firm, opened or clock.today())
    page, filters = lists.page_number(request.GET.get("page")), _filters(request)
    found = api.export_profiles(filters, page, lists.PAGE_SIZE, on=clock.today())
    listing = lists.Listing(
        columns=_columns(), rows=[_row(row) for row in found["rows"]],
        filters=[
            lists.Filter("q", _("企业名称或编码"), "search", value=filters["query"]),
            lists.Filter("class", _("类别"), "select", [(str(value), word) for value, word in words.choices(words.CLASSES)], filters["class"]),
        ],
        page=found["page"], total=found["total"], query=request.GET, key="row", export_url=reverse("tax_export_firms_csv"),
        empty=_("还没有登记企业退税资料。"), empty_help=_("登记后按企业类别确定办理时限；未登记的企业不能申报退税。"),
    )  # fmt: skip
    context = {
        "listing": listing, "fields": _profile_form(typed, _coming(firm, opened)), "problem": problem, "told": told, "here": "firms", "shown": shown, "version": version,
        "class_word": words.word(words.CLASSES, told["class_number"]) if told else "",
    }  # fmt: skip
    return render(request, "tax/export/firms.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The firms of the same filters as CSV."""
    require(DECIDE)
    filters, today = _filters(request), clock.today()
    rows = sheets.every(lambda page, size: api.export_profiles(filters, page, size, on=today))
    return sheets.csv_answer("export-firms", _columns(), [_row(row) for row in rows], action="tax.export-firms.export")


def _filters(request: HttpRequest) -> dict[str, str]:
    chosen = request.GET.get("class", "")
    return {
        "class": chosen if chosen in ("1", "2", "3", "4") else "", "query": request.GET.get("q", "").replace("\0", "").strip()[:60],
    }  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("firm_name", _("企业"), href="href"), lists.Column("code", _("企业编码"), lists.CODE),
        lists.Column("kind_word", _("企业类型")), lists.Column("class_word", _("类别")), lists.Column("why", _("理由")),
        lists.Column("valid_from", _("起始日"), lists.DAY), lists.Column("locked_until", _("四类锁定至"), lists.DAY),
        lists.Column("recorded_at", _("登记时间"), lists.TIME),
    ]  # fmt: skip


def _row(row: dict[str, Any]) -> dict[str, Any]:
    later, asked = row["valid_from"] > clock.today(), {"firm": row["code"]}
    coming = f" · {_('未到起始日')}" if later else ""
    if later:
        asked["valid_from"] = row["valid_from"].isoformat()
    return row | {
        "row": f"{row['firm']}-{row['valid_from']}", "href": f"?{urlencode(asked)}#record", "kind_word": words.word(words.FIRM_KINDS, row["kind"]),
        "class_word": words.word(words.CLASSES, row["class_number"]) + coming, "why": words.first_reason(row) or "—",
    }  # fmt: skip


def _opened(firm: Organisation | None, text: str) -> date | None:
    """The day to come whose profile of a firm is opened; None where nothing is recorded from that day."""
    day = day_of_text(text)
    if firm is None or day is None or day <= clock.today():
        return None
    known = api.export_profile(firm.pk, on=day)
    return day if known and known["valid_from"] == day else None


def _coming(firm: Organisation | None, opened: date | None) -> str:
    """What else than the opened is recorded of a firm for days to come, for who writes on its form."""
    if firm is None:
        return ""
    today = clock.today()
    rows = api.export_profiles({"query": firm.customs_code or firm.uscc or ""}, 1, 500, on=today)["rows"]
    later = {row["valid_from"] for row in rows if row["firm"] == firm.pk and row["valid_from"] > today}
    days = sorted(later - {opened})
    return _("已另行登记自%(days)s起的资料") % {"days": "、".join(f"{one}" for one in days)} if days else ""


def _filled(firm: Organisation | None, on: date) -> dict[str, str]:
    """What counts of a firm on a day; of one nobody recorded, what is usual. A repaired credit is said anew each time: it ends one lock."""
    known = api.export_profile(firm.pk, on=on) if firm else None
    if known is None:
        return {"general": "1", "refund_filed": "1", "valid_from": on.isoformat(), "tax_credit": "B", "fx_class": "A"}
    facts = {name: known["facts"].get(kept) for name, kept in FACTS.items()}
    facts |= {name: known[name] for name in ("general", "refund_filed", "false_before", "deemed")}
    told = {
        name: "1" if value is True else "" if value in (False, None) else str(value) for name, value in facts.items()
    }
    return told | {"kind": known["kind"], "valid_from": on.isoformat()}


def _firm(code: str) -> Organisation | None:
    asked = code[:18]
    if not asked:
        return None
    return Organisation.objects.filter(customs_code=asked).first() or Organisation.objects.filter(uscc=asked).first()


def _record(typed: dict[str, str], firm: Organisation | None, version: int | None) -> dict[str, Any]:
    if firm is None:
        raise refused("rule.guarantee.firm_unknown", firm=typed["firm"][:18] or "—")
    yes = lambda name: typed[name] == "1"  # noqa: E731
    facts = api.Facts(
        kind=typed["kind"], tax_credit=typed["tax_credit"], customs_certified=yes("customs_certified"),
        customs_lost=yes("customs_lost"), fx_class=typed["fx_class"], risk_control=yes("risk_control"),
        fraud_in_three_years=yes("fraud"), refuses_records=yes("refuses"), unpaid=yes("unpaid"), capacity_fits=yes("capacity"), credit_repaired=yes("repaired"),
        asset_ratio=fields.number(typed["asset_ratio"], "asset_ratio") if typed["asset_ratio"] else None,
        first_refund_on=fields.day(typed["first_refund_on"], "first_refund_on") if typed["first_refund_on"] else None,
    )  # fmt: skip
    return api.record_export_firm(
        organisation=firm.pk, valid_from=fields.day(typed["valid_from"], "valid_from"), general=yes("general"),
        refund_filed=yes("refund_filed"), facts=facts, at=clock.now(), false_before=yes("false_before"), deemed=yes("deemed"),
        reason=typed["reason"], version=version,
    )  # fmt: skip


def _profile_form(typed: dict[str, str], coming: str) -> list[fields.Field]:
    f = fields.Field
    return [
        f("firm", _("企业海关编码或统一社会信用代码"), value=typed["firm"], most=18),
        f("valid_from", _("起始日"), "date", typed["valid_from"], help=coming),
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
        f("repaired", _("纳税信用已修复（可提前解除四类锁定；条款待核，C）"), "check", typed["repaired"]),
        f("deemed", _("企业所得税核定征收"), "check", typed["deemed"]), f("reason", _("备注"), value=typed["reason"], required=False, most=200),
    ]  # fmt: skip
