"""退（免）税工作台: a firm's export lines with their treatment, the six fields it registers, the month's match."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import clock, seen
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web import fields, words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

FILE, DECIDE = "refund.file", "refund.decide"
SIX = ("exported_on", "goods_name", "unit", "quantity", "price", "amount")
PROOFS = ("voucher", "invoice_no", "invoice_amount", "vat_rate", "refund_rate", "received_on")


def either() -> Any:
    """The caller, a firm that files or an officer who decides; Denied for others."""
    return require(FILE if may(FILE) else DECIDE)


@require_safe
def lines(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """The lines the caller sees; the firm chooses refundable ones for a filing."""
    actor = either()
    typed = fields.typed(request, "month", "treatment", "match", "list_no")
    if csv:
        every = sheets.every(lambda page, size: api.export_lines(typed, page, size))
        return sheets.csv_answer(
            "export-lines", _columns(), [_row(row) for row in every], action="tax.export-lines.export"
        )
    found = api.export_lines(typed, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(row) for row in found["rows"]],
        filters=[
            lists.Filter("month", _("所属期"), "month", value=typed["month"]),
            lists.Filter("treatment", _("税务处理"), "select", words.choices(words.TREATMENTS), typed["treatment"]),
            lists.Filter("match", _("匹配"), "select", words.choices(words.MATCHES), typed["match"]),
            lists.Filter("list_no", _("清单编号"), "search", value=typed["list_no"]),
        ],
        actions=[lists.Action("draft", _("起草退税申报"))] if may(FILE) else (),
        action_url=reverse("tax_refund_new"),
        page=found["page"],
        total=found["total"],
        query=request.GET,
        export_url=reverse("tax_export_csv"),
        key="key",
        empty=_("还没有登记出口货物。"),
        empty_help=_("海关放行后，先做当月匹配，再按放行清单登记六项信息。"),
    )
    firm = actor.organisation
    context = {
        "listing": listing, "here": "lines", "may_file": may(FILE), "counts": _counts(),
        "account": api.refund_account(firm) if firm else None,
        "profile": _profile(firm) if firm else None,
    }  # fmt: skip
    return render(request, "tax/export/lines.html", context)


@require_safe
def line(request: HttpRequest, list_no: str, line_no: int) -> HttpResponse:
    """One line: what was registered, what customs released, the treatment with its reason, conditions and law."""
    either()
    found = api.export_line(list_no, line_no)
    if found is None:
        raise Http404
    released = api.export_release(list_no, line_no)
    told = found["assessment"]
    sides = [
        (
            words.word(words.FIELDS, name),
            _plain(found[name]),
            _plain(released[name]) if released else "",
            name in found["differs"],
        )
        for name in SIX
    ]
    law = {"zh": "采用的参数", "en": "Parameters used", "parameters": told.get("parameters", [])}
    context = {
        "line": _row(found), "sides": sides, "told": told, "released": released, "law": law, "here": "lines",
        "proofs": _proofs(found), "may_file": may(FILE), "returns": [_returned(one) for one in api.export_returns(list_no, line_no)],
    }  # fmt: skip
    return render(request, "tax/export/line.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """六项登记: one line; `?list=&line=` fills in what customs released, or what was registered before."""
    require(FILE)
    shown, version = _shown(request)
    typed = fields.typed(request, "list_no", "line_no", *SIX, *PROOFS, "invoice_matches", "unsold")
    problem: Refused | None = None
    if request.method == "POST":
        try:
            number = fields.whole(typed["line_no"], "line_no")
            same = shown == _line_typed(typed)  # of another line than the form showed nothing was seen
            api.register_exports(
                [_registration(typed, number)], at=clock.now(), version=seen.mark_typed(version if same else version and "0")
            )  # fmt: skip
            messages.success(request, _("已登记。当月匹配后判定税务处理。"))
            return redirect("tax_export_line", typed["list_no"], number)
        except Refused as refusal:
            problem = refusal
            if refusal.code == seen.MOVED:  # a fault of one's own hides nobody's change
                shown = _line_typed(typed)
                version = str(api.export_line_mark(typed["list_no"], number))
    else:
        asked = fields.typed(request, "list", "line")
        version = str(api.export_line_mark(asked["list"], _plain_number(asked["line"])))  # before it is read
        typed |= _filled(asked)
        shown = _line_typed(typed)
    context = {
        "fields": _form(typed), "problem": problem, "here": "lines", "verb": _("登记"), "version": version, "shown": shown,
    }  # fmt: skip
    return render(request, "tax/export/register.html", context, status=422 if problem else 200)


def _shown(request: HttpRequest) -> tuple[str, str]:
    """The line the form showed, and its mark."""
    return request.POST.get("shown", "").replace("\0", "")[:30], request.POST.get("version", "")[:18]


def _line_typed(typed: dict[str, str]) -> str:
    """The line typed as its audit lines name it: item 01 is item 1."""
    return f"{typed['list_no']}-{_plain_number(typed['line_no'])}"[:30]


def _plain_number(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _counts() -> list[tuple[str, str, int]]:
    found = api.export_treatments()
    return [
        (value, words.word(words.TREATMENTS, value), found.get(value, 0)) for value in words.TREATMENTS if value in found
    ]  # fmt: skip


def _profile(firm: int) -> dict[str, Any] | None:
    found = api.export_profile(firm, on=clock.today())
    if found is None:
        return None
    return found | {
        "class_word": words.word(words.CLASSES, found["class_number"]), "kind_word": words.word(words.FIRM_KINDS, found["kind"]),
    }  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("key", _("清单编号－项"), lists.CODE, href="href"),
        lists.Column("exported_on", _("出口日期"), lists.DAY),
        lists.Column("goods_name", _("货物名称")),
        lists.Column("amount", _("金额"), lists.MONEY),
        lists.Column("match_word", _("匹配")),
        lists.Column("light", _("处理灯"), lists.LIGHT),
        lists.Column("treatment_word", _("税务处理")),
        lists.Column("reason", _("理由")),
        lists.Column("filing", _("退税申报"), lists.CODE, href="filing_href"),
    ]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "key": f"{row['list_no']}-{row['line_no']}",
        "href": reverse("tax_export_line", args=[row["list_no"], row["line_no"]]),
        "filing_href": reverse("tax_refund", args=[row["filing"]]) if row["filing"] else "",
        "treatment_word": words.word(words.TREATMENTS, row["treatment"]),
        "light": words.TREATMENT_LIGHTS[row["treatment"]],
        "match_word": words.word(words.MATCHES, row["match"]),
        "reason": words.first_reason(row["assessment"]),
    }


def _proofs(row: dict[str, Any]) -> list[tuple[str, object]]:
    return [
        (_("报关单编号"), api.export_declaration(row["list_no"], row["line_no"]) or "—"),
        (_("进货凭证"), words.word(words.VOUCHERS, row["voucher"])), (_("发票号码"), row["invoice_no"] or "—"),
        (_("不含税金额"), "—" if row["invoice_amount"] is None else row["invoice_amount"]),
        (_("收汇日期"), row["received_on"] or "—"), (_("海外仓已销售"), _("是") if row["sold"] else _("否")),
    ]  # fmt: skip


def _returned(one: dict[str, Any]) -> dict[str, Any]:
    told = one["assessment"]
    return one | {
        "effect_word": words.word(words.RETURN_EFFECTS, one["effect"]), "waits": one["state"] == "waiting",
        "quantity": _plain(one["quantity"]), "declared": _plain(one["declared"]), "reasons": told.get("reasons", []),
        "tree": words.tree(told, "为什么是这个金额", "Why this amount", one["amount"]),
    }  # fmt: skip


def _filled(asked: dict[str, str]) -> dict[str, str]:
    """The line's own registration, else what customs released."""
    if not asked["list"] or not asked["line"].isascii() or not asked["line"].isdigit():
        return {"invoice_matches": "1"}
    number = int(asked["line"][:4])
    known = api.export_line(asked["list"], number) or api.export_release(asked["list"], number)
    if known is None:
        return {"invoice_matches": "1", "list_no": asked["list"], "line_no": asked["line"]}
    told = {name: _plain(known.get(name)) for name in ("list_no", "line_no", *SIX, *PROOFS)}
    return told | {
        "invoice_matches": "1" if known.get("invoice_matches", True) else "",
        "unsold": "" if known.get("sold", True) else "1",
    }


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _registration(typed: dict[str, str], number: int) -> api.Registration:
    share = lambda name: fields.number(typed[name], name) if typed[name] else None  # noqa: E731
    return api.Registration(
        list_no=typed["list_no"], line_no=number,
        fields=api.SixFields(
            fields.day(typed["exported_on"], "exported_on"), typed["goods_name"], typed["unit"],
            fields.number(typed["quantity"], "quantity"), fields.number(typed["price"], "price"),
            api.money(typed["amount"], _("金额")),
        ),
        voucher=typed["voucher"] or "none", invoice_no=whole(typed["invoice_no"], 40, "发票号码", "The number of the invoice", field="invoice_no"),
        invoice_amount=api.money(typed["invoice_amount"], _("不含税金额")) if typed["invoice_amount"] else None,
        invoice_matches=typed["invoice_matches"] == "1", vat_rate=share("vat_rate"), refund_rate=share("refund_rate"),
        received_on=fields.day(typed["received_on"], "received_on") if typed["received_on"] else None,
        sold=typed["unsold"] != "1",
    )  # fmt: skip


def _form(typed: dict[str, str]) -> list[fields.Field]:
    f = fields.Field
    return [
        f("list_no", _("清单编号"), value=typed["list_no"], most=20), f("line_no", _("商品序号"), "number", typed["line_no"]),
        f("exported_on", _("出口日期"), "date", typed["exported_on"]), f("goods_name", _("货物名称"), value=typed["goods_name"], most=250),
        f("unit", _("计量单位"), value=typed["unit"], most=3, help=_("海关计量单位代码")),
        f("quantity", _("数量"), value=typed["quantity"]), f("price", _("单价"), value=typed["price"]),
        f("amount", _("金额"), value=typed["amount"], help=_("最多两位小数")),
        f("voucher", _("进货凭证"), "select", typed["voucher"] or "none", words.choices(words.VOUCHERS)),
        f("invoice_no", _("发票号码"), value=typed["invoice_no"], required=False, most=40),
        f("invoice_amount", _("不含税金额"), value=typed["invoice_amount"], required=False),
        f("invoice_matches", _("发票与出口货物匹配"), "check", typed["invoice_matches"]),
        f("vat_rate", _("征税率"), value=typed["vat_rate"], required=False, help=_("小数，如0.13；空白按商品表")),
        f("refund_rate", _("退税率"), value=typed["refund_rate"], required=False, help=_("出口日期的退税率文库；空白按商品表")),
        f("received_on", _("收汇日期"), "date", typed["received_on"], required=False),
        f("unsold", _("海外仓货物尚未销售（9810）"), "check", typed["unsold"]),
    ]  # fmt: skip
