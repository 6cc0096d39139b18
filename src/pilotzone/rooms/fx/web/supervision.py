"""For SAFE's officers: the total check firm by firm, trade credit to be reported; for everybody: the parameters in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.reference.rates import Rate, names, rates_on
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.web import typed, words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.wording import said

PACK = "fx.opening_pack"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """外汇: what the platform does here, and every dated parameter in force with its document and confidence."""
    today = clock.today()
    rows, units = [], words.units()
    for found in rates_on("fx.", on=today):
        told = names(found.key)
        rows.append({
            "key": found.key, "zh": told.zh, "en": told.en, "value": _value(found), "unit": units.get(told.unit, told.unit),
            "from": found.valid_from, "document": words.basis(found), "tag": found.tag,
            "note_zh": found.note, "note_en": found.note_en, "worded": found.key == PACK,
        })  # fmt: skip
    context = {
        "rows": rows, "today": today, "queue": may("fx.decide") or may("fx.supervise"), "mine": may("fx.apply"),
        "figures": api.figures(on=today) if may("fx.supervise") else None,
    }  # fmt: skip
    return render(request, "fx/home.html", context)


def _value(found: Rate) -> object:
    """A parameter's value; the papers of an account's file by their names."""
    if found.key != PACK:
        return found.value
    english = (get_language() or "").startswith("en")
    papers = [api.PACK.get(one, (one, one)) for one in str(found.value).split()]
    return (", " if english else "、").join(paper[english] for paper in papers)


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """The rolling total check of every firm, the gravest first."""
    require("fx.supervise")
    level = _level(request)
    found = api.checks(on=clock.today(), level=level)
    page = min(lists.page_number(request.GET.get("page")), max(1, -(-len(found) // lists.PAGE_SIZE)))
    listing = lists.Listing(
        columns=_columns(),
        rows=_rows(found[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE]),
        filters=[lists.Filter("level", _("提示等级"), "select", list(words.levels().items()), level)],
        total=len(found),
        page=page,
        query=request.GET,
        key="organisation",
        export_url=reverse("fx_checks_export"),
        empty=_("还没有总量核查数据。"),
    )
    return render(request, "fx/checks.html", {"listing": listing})


@require_safe
def checks_export(request: HttpRequest) -> HttpResponse:
    """The same as CSV, every firm."""
    require("fx.supervise")
    found = api.checks(on=clock.today(), level=_level(request))
    return sheets.csv_answer("fx-checks", _columns(), _rows(found), action="fx.export")


@require_safe
def reports(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """Trade credit that is to be reported or was, of every receipt the caller sees; as a page or as CSV."""
    require("fx.see")
    today = clock.today()
    columns = [
        lists.Column("number", _("收汇编号"), lists.CODE, href="href"),
        lists.Column("firm_word", _("收汇人")),
        lists.Column("word", _("信贷种类")),
        lists.Column("usd", _("折美元"), lists.MONEY),
        lists.Column("due_on", _("报告期限"), lists.DAY),
        lists.Column("light", _("报告灯"), lists.LIGHT),
        lists.Column("reported_at", _("报告时间"), lists.TIME),
        lists.Column("safe_no", _("外汇局受理号"), lists.CODE),
    ]
    if csv:
        every = sheets.every(lambda page, size: api.credit_reports(None, page, size, on=today))
        return sheets.csv_answer("fx-reports", columns, _report_rows(every), action="fx.export")
    found = api.credit_reports(None, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, on=today)
    listing = lists.Listing(
        columns=columns,
        rows=_report_rows(found["rows"]),
        total=found["total"],
        page=found["page"],
        query=request.GET,
        export_url=reverse("fx_reports_export"),
        empty=_("没有需要报告的贸易信贷。"),
    )
    return render(request, "fx/reports.html", {"listing": listing})


def _report_rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds, language = words.credits(), get_language() or "zh-hans"
    return [
        one | {
            "word": kinds[one["kind"]], "firm_word": said(one, "firm", language),
            "href": reverse("fx_receipt", args=[one["receipt"]]),
        }
        for one in found
    ]  # fmt: skip


def _level(request: HttpRequest) -> str:
    level = typed.text(request.GET, "level", 10)
    return level if level in words.levels() else ""


def _columns() -> list[lists.Column]:
    told = words.indicators()
    return [
        lists.Column("firm_word", _("企业")),
        lists.Column("klass", _("外汇分类"), lists.CODE),
        lists.Column("word", _("提示等级")),
        lists.Column("exports", _("出口额"), lists.MONEY, unit=_("美元")),
        lists.Column("receipts", _("收汇额"), lists.MONEY, unit=_("美元")),
        lists.Column("imports", _("进口额"), lists.MONEY, unit=_("美元")),
        lists.Column("payments", _("付汇额"), lists.MONEY, unit=_("美元")),
        lists.Column("difference", told["difference"], lists.MONEY, unit=_("美元")),
        lists.Column("difference_ratio", told["difference_ratio"], lists.CODE),
        lists.Column("fund_goods", told["fund_goods"], lists.CODE),
        lists.Column("credit_ratio", told["credit_ratio"], lists.CODE),
    ]


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    language, levels = get_language() or "zh-hans", words.levels()
    return [
        row | {
            "firm_word": said(row, "", language), "word": levels[row["level"]],
        }
        for row in found
    ]  # fmt: skip
