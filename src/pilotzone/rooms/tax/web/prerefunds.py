"""离境即退税: the pre-refunds of 9810, and each with what was settled before, its window, and the form that settles or recovers it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web import fields, words
from pilotzone.rooms.tax.web.export_lines import DECIDE, FILE, either
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment, money

LARGEST = 2**63 - 1


@require_safe
def prerefunds(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """Pre-refunded lines, the next to end first."""
    either()
    state = request.GET.get("state", "")
    state = state if state in words.PRE_STATES else ""
    today = clock.today()
    columns = [
        lists.Column("key", _("清单编号－项"), lists.CODE, href="href"), lists.Column("firm_name", _("企业")),
        lists.Column("refunded", _("预退税额"), lists.MONEY, unit=_("元")), lists.Column("handled_on", _("预退日"), lists.DAY),
        lists.Column("first_on", _("核算期起"), lists.DAY), lists.Column("last_on", _("核算期止"), lists.DAY),
        lists.Column("light", _("核算灯"), lists.LIGHT), lists.Column("state_word", _("状态")),
        lists.Column("difference", _("累计核算差额"), lists.MONEY, unit=_("元")),
        lists.Column("stands", _("现存退税额"), lists.MONEY, unit=_("元")),
    ]  # fmt: skip
    if csv:
        filing = lists.Column("filing", _("申报编号"), lists.CODE)
        every = sheets.every(lambda page, size: api.prerefunds({"state": state}, page, size, on=today))
        rows = [_row(row) for row in every]
        return sheets.csv_answer("prerefunds", [*columns, filing], rows, action="tax.prerefunds.export")
    found = api.prerefunds({"state": state}, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, on=today)
    listing = lists.Listing(
        columns=columns, rows=[_row(row) for row in found["rows"]],
        filters=[lists.Filter("state", _("状态"), "select", words.choices(words.PRE_STATES), state)],
        page=found["page"], total=found["total"], query=request.GET, export_url=reverse("tax_prerefunds_csv"),
        empty=_("没有离境即退的预退税。"), empty_help=_("9810海外仓货物离境后可申报预退税（业务类型HWC-YT），销售后核算。"),
    )  # fmt: skip
    return render(request, "tax/export/prerefunds.html", {"listing": listing, "found": found, "here": "prerefunds"})


@require_http_methods(["GET", "HEAD", "POST"])
def prerefund(request: HttpRequest, number: int) -> HttpResponse:
    """One pre-refund. A POST settles it by its sale (the firm), or recovers it when it is overdue (the tax office)."""
    either()
    if number > LARGEST or api.prerefund(number, on=clock.today()) is None:
        raise Http404
    problem: Refused | None = None
    if request.method == "POST":
        require(FILE if may(FILE) else DECIDE)
        try:
            messages.success(request, _outcome(_settle(request, number)))
            return redirect("tax_prerefund", number)
        except Refused as refusal:
            problem = refusal
    row = api.prerefund(number, on=clock.today())
    if row is None:
        raise Http404
    context = _shown(_row(row)) | {"problem": problem, "here": "prerefunds"}
    return render(request, "tax/export/prerefund.html", context, status=422 if problem else 200)


def _settle(request: HttpRequest, number: int) -> dict[str, Any]:
    typed = fields.typed(request, "actual", "sold", "reason")
    if not may(FILE):
        recovered: dict[str, Any] = api.recover_prerefund(number, typed["reason"], at=clock.now())
        return recovered
    settled: dict[str, Any] = api.settle_prerefund(
        number, api.money(typed["actual"], _("实际销售计退税金额")), at=clock.now(),
        sold=decimal(typed["sold"].replace(",", "")) if typed["sold"] else None,
    )  # fmt: skip
    return settled


def _outcome(told: dict[str, Any]) -> str:
    """What a settlement asks for, with its article."""
    law = {"law": ", ".join(dict.fromkeys(one["document"] for one in told["steps"][0]["parameters"]))}
    if Decimal(told["pay_back"]):
        return _("已核算：应补缴 %(n)s 元。依据 %(law)s") % (law | {"n": told["pay_back"]})
    if Decimal(told["receive"]):
        return _("已核算：应退付 %(n)s 元。依据 %(law)s") % (law | {"n": told["receive"]})
    return _("已核算：不补不退。依据 %(law)s") % law


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """`light`: red when its time is over, yellow while it waits to be settled in its time, green otherwise."""
    return row | {
        "key": f"{row['list_no']}-{row['line_no']}", "href": reverse("tax_prerefund", args=[row["id"]]),
        "filing_href": reverse("tax_refund", args=[row["filing"]]),
        "state_word": words.word(words.PRE_STATES, "overdue" if row["overdue"] else row["state"]),
        "light": "red" if row["overdue"] else "yellow" if row["may_settle"] and row["state"] == "open" else "green",
    }  # fmt: skip


def _link(where: str, word: str) -> str:
    return format_html('<a href="{}">{}</a>', where, word)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    told = row["assessment"]
    facts = [
        (_("清单编号－项"), _link(reverse("tax_export_line", args=[row["list_no"], row["line_no"]]), row["key"])),
        (_("申报编号"), _link(row["filing_href"], row["filing"])), (_("企业"), row["firm_name"]),
        (_("计退税金额（元）"), money(row["base"])), (_("退税率"), f"{row['refund_rate'] * 100:.4g}%"),
        (_("预退税额（元）"), money(row["refunded"])), (_("预退日"), moment(row["handled_on"])),
        (_("核算期"), f"{moment(row['first_on'])} — {moment(row['last_on'])}"),
        (_("已销售数量"), told.get("sold", "")), (_("核算时间"), moment(row["settled_at"]) if row["settled_at"] else ""),
        (_("累计核算差额（元）"), "" if row["difference"] is None else money(row["difference"])),
        (_("现存退税额（元）"), money(row["stands"])),
    ]  # fmt: skip
    return {
        "row": row | {"earlier": _earlier(row)}, "facts": facts,
        "reopened": row["state"] == "open" and bool(told.get("earlier")),
        "tree": words.tree(told, "核算差额", "Difference", told["difference"]) if told.get("steps") else None,
        "may_settle": row["may_settle"] and may(FILE), "may_recover": row["overdue"] and may(DECIDE),
    }  # fmt: skip


def _earlier(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The settlements of a line that count no more, the newest last, and why each does not."""
    why = {"again": _("已由再次核算取代"), "released": _("海关再次放行，原核算不再有效，须重新核算")}
    return [
        one | {
            "why": why.get(one.get("by", ""), _("已被取代")),
            "at": datetime.fromisoformat(one["settled_at"]) if one.get("settled_at") else None,
        }
        for one in row["assessment"].get("earlier", [])
    ]  # fmt: skip
