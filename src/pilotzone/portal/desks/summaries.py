"""汇总申报: months with their lights, the lists of a month, the draft of an application, declarations customs made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment
from pilotzone.ui.wording import said

SEE, DRAFT = "trade.see", "declare.submit"
STANDINGS = ("open", "asked", "summed", "exempt")
LAMPS = {"done": "green", "green": "green", "yellow": "yellow", "red": "red"}
LARGEST = 2**63 - 1


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Months with released export lists: how many stand open, until when, and the light."""
    require(SEE)
    until = _until(request)
    rows = [_month_row(one) for one in clearance.summary_months(today=clock.today(), until=until)]
    listing = lists.Listing(
        columns=_month_columns(), rows=rows, total=len(rows), page_size=max(len(rows), 1), query=request.GET,
        filters=[lists.Filter("until", _("截至月份"), "text", value=request.GET.get("until", "")[:7])],
        export_url=reverse("summaries_export"), empty=_("这几个月没有放行的出口清单。"),
        empty_help=_("清单放行结关后按月列在这里；汇总申报最迟次月15日，遇节假日顺延。"),
    )  # fmt: skip
    return render(request, "desks/summaries.html", {"listing": listing})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The months as CSV."""
    require(SEE)
    rows = [_month_row(one) for one in clearance.summary_months(today=clock.today(), until=_until(request))]
    return _csv("summaries", _month_columns(), rows)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, month: str) -> HttpResponse:
    """The lists of one month and where they stand; a POST drafts the application for what stands open."""
    require(SEE)
    first = _month(month)
    problem = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                told = _draft(request, first)
            messages.success(
                request,
                _("已起草汇总申请 %(number)s：%(lists)s 份清单，请签名后申报。")
                % {"number": told["cop_no"], "lists": told["lists"]},
            )
            return redirect("enterprise_drafts")
        except Refused as refused:
            problem = refused
    filters, page = _filters(request), lists.page_number(request.GET.get("page"))
    found = clearance.summary_lists(first, filters, page, lists.PAGE_SIZE)
    months = [one for one in clearance.summary_months(today=clock.today(), until=first, count=1) if _same(one, filters)]
    context: dict[str, Any] = {
        "month": f"{first:%Y-%m}", "listing": _listing(request, first, found, filters, page), "problem": problem,
        "groups": [_month_row(row) | {"why": _why(row)} for row in months], "applications": _applications(first),
        "preview": _preview(first, filters, months), "may_draft": may(DRAFT) and current().kind == ENTERPRISE,
        "filters": filters,
    }  # fmt: skip
    return render(request, "desks/summary.html", context, status=422 if problem else 200)


@require_safe
def one_export(request: HttpRequest, month: str) -> HttpResponseBase:
    """The lists of the month with the same filters as CSV."""
    require(SEE)
    first, filters = _month(month), _filters(request)
    rows = sheets.every(lambda page, size: clearance.summary_lists(first, filters, page, size))
    return _csv(f"summary-{month}", _list_columns(), [_list_row(one) for one in rows])


@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """Declarations customs made of lists."""
    require(SEE)
    number, page = (
        request.GET.get("number", "").replace("\0", "").strip()[:30],
        lists.page_number(request.GET.get("page")),
    )
    found = clearance.declarations({"number": number}, page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_declaration_columns(), rows=[_declaration_row(one) for one in found["rows"]], total=found["total"], page=page,
        query=request.GET, filters=[lists.Filter("number", _("报关单或汇总编号"), "search", value=number)],
        export_url=reverse("declarations_export"), empty=_("海关还没有生成报关单。"),
        empty_help=_("汇总申请审结后，海关推送的报关单列在这里。"),
    )  # fmt: skip
    return render(request, "desks/declarations.html", {"listing": listing})


@require_safe
def declarations_export(request: HttpRequest) -> HttpResponseBase:
    """Declarations as CSV."""
    require(SEE)
    asked = {"number": request.GET.get("number", "").replace("\0", "").strip()[:30]}
    rows = sheets.every(lambda page, size: clearance.declarations(asked, page, size))
    return _csv("declarations", _declaration_columns(), [_declaration_row(one) for one in rows])


@require_safe
def declaration(request: HttpRequest, number: int) -> HttpResponse:
    """One declaration with the list lines inside it."""
    require(SEE)
    if number > LARGEST:
        raise Http404
    told = clearance.access_declaration(number)
    desk = "enterprise" if current().kind == ENTERPRISE else "officer"
    facts = [
        (_("报关单编号"), told["entry_id"]), (_("汇总统一编号"), told["seq_no"]), (_("汇总申请编号"), told["sum_no"]),
        (_("报关单状态"), told["state"]), (_("申报地海关"), told["customs_code"]), (_("收发货人"), told["seller_code"]),
        (_("申报企业"), told["agent_code"]), (_("毛重（千克）"), f"{told['gross'].normalize():f}"), (_("净重（千克）"), f"{told['net'].normalize():f}"),
        (_("海关处理时间"), _when(told["op_time"])),
    ]  # fmt: skip
    lines = [
        line | {"href": reverse(f"{desk}_trade", args=[line["trade"]]) if line["trade"] else ""}
        for line in told["lines"]
    ]
    return render(request, "desks/declaration.html", {"one": told, "facts": facts, "lines": lines})


def standing_of(trade: int) -> dict[str, Any] | None:
    """Where an export list stands, with its link, for its own page."""
    found = clearance.summary_standing(trade)
    if found is None:
        return None
    month = f"{found['closed']:%Y-%m}"
    due = clearance.summary_deadline(found["closed"], today=clock.today(), outstanding=int(found["standing"] == "open"))
    return {
        **found, "word": said(found, "", _language()), "href": reverse("summary_month", args=[month]), "month": month, "due": due["due"],
        "lamp": LAMPS[due["light"]] if found["standing"] == "open" else "",
    }  # fmt: skip


def _draft(request: HttpRequest, month: date) -> dict[str, Any]:
    seller = request.POST.get("seller", "")
    return clearance.draft_summary(
        month=month, seller=int(seller) if seller.isascii() and seller.isdigit() and len(seller) < 19 else 0,
        customs=request.POST.get("customs", "")[:4], by_producer=request.POST.get("by_producer") == "1",
        by_name=request.POST.get("by_name") == "1",
    )  # fmt: skip


def _preview(month: date, filters: Mapping[str, Any], months: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What customs would make of the open lists of the one group that is shown; None where there are several."""
    open_ = [row for row in months if row["open"]]
    if len(open_) != 1 or open_[0]["seller"] is None:
        return None
    (row,) = open_
    found = clearance.summary_preview(month, seller=row["seller"], customs=row["customs_code"])
    return {**found, "seller": row["seller"], "customs": row["customs_code"]} if found["declarations"] else None


def _applications(month: date) -> list[dict[str, Any]]:
    return [
        one | {"word": said(one, "", _language())}
        for one in clearance.summary_applications({"month": month}, 1, 50)["rows"]
    ]


def _listing(
    request: HttpRequest, month: date, found: Mapping[str, Any], filters: Mapping[str, Any], page: int
) -> lists.Listing:
    query = urlencode({name: value for name, value in filters.items() if value})
    return lists.Listing(
        columns=_list_columns(), rows=[_list_row(one) for one in found["rows"]], total=found["total"], page=page, query=request.GET,
        filters=[
            lists.Filter("number", _("清单或订单编号"), "search", value=filters["number"]),
            lists.Filter(
                "standing", _("汇总情况"), "select", value=filters["standing"],
                choices=[(key, _standing_word(key)) for key in STANDINGS],
            ),
        ],
        export_url=f"{reverse('summary_export', args=[f'{month:%Y-%m}'])}?{query}", empty=_("这个月没有这样的清单。"),
        empty_help=_("换一个月份或去掉筛选条件。"),
    )  # fmt: skip


def _month_columns() -> list[lists.Column]:
    return [
        lists.Column("month_word", _("结关月份"), lists.CODE, href="href"),
        lists.Column("seller_name", _("收发货人")),
        lists.Column("customs_code", _("申报地海关"), lists.CODE),
        lists.Column("open", _("未汇总"), lists.NUMBER),
        lists.Column("asked", _("已申请汇总"), lists.NUMBER),
        lists.Column("summed", _("已汇总"), lists.NUMBER),
        lists.Column("exempt", _("免于汇总"), lists.NUMBER),
        lists.Column("due_word", _("汇总截止")),
        lists.Column("late_word", _("逾期申请")),
        lists.Column("lamp", _("汇总灯"), lists.LIGHT),
    ]


def _month_row(one: Mapping[str, Any]) -> dict[str, Any]:
    month = f"{one['month']:%Y-%m}"
    query = urlencode({"seller": one["seller"] or "", "customs": one["customs_code"]})
    due = moment(one["due"]) if one["due"] else "—"
    return {
        **one, "id": f"{month}-{one['seller']}-{one['agent']}-{one['customs_code']}", "month_word": month, "lamp": LAMPS[one["light"]],
        "due_word": f"{due} {_('（暂定）')}" if one["provisional"] else due, "late_word": _late(one),
        "href": f"{reverse('summary_month', args=[month])}?{query}",
    }  # fmt: skip


def _late(one: Mapping[str, Any]) -> str:
    """How many lists of a month were applied for after its last day, and how late the latest was: it stays when all is done."""
    if not one["late"]:
        return "—"
    days = (one["late_on"] - one["due"]).days
    return _("%(n)s份，最迟%(day)s申请，逾期%(days)s日") % {"n": one["late"], "day": one["late_on"], "days": days}


def _list_columns() -> list[lists.Column]:
    return [
        lists.Column("list_no", _("清单编号"), lists.CODE, href="href"),
        lists.Column("order_no", _("订单编号"), lists.CODE),
        lists.Column("closed", _("结关日期"), lists.DAY),
        lists.Column("customs_code", _("申报地海关"), lists.CODE),
        lists.Column("mode", _("监管方式"), lists.CODE),
        lists.Column("standing_word", _("汇总情况")),
        lists.Column("declared", _("报关单编号"), lists.CODE, href="declared_href"),
    ]


def _list_row(one: Mapping[str, Any]) -> dict[str, Any]:
    desk = "enterprise" if current().kind == ENTERPRISE else "officer"
    made = one["declarations"]
    return {
        **one, "href": reverse(f"{desk}_trade", args=[one["id"]]), "standing_word": said(one, "", _language()),
        "declared": "、".join(each["number"] for each in made), "declared_href": reverse("declaration", args=[made[0]["id"]]) if made else "",
    }  # fmt: skip


def _declaration_columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("报关单编号"), lists.CODE, href="href"),
        lists.Column("sum_no", _("汇总申请编号"), lists.CODE),
        lists.Column("state", _("报关单状态"), lists.CODE),
        lists.Column("customs_code", _("申报地海关"), lists.CODE),
        lists.Column("seller_code", _("收发货人"), lists.CODE),
        lists.Column("lists", _("清单份数"), lists.NUMBER),
        lists.Column("count", _("商品项数"), lists.NUMBER),
        lists.Column("received_at", _("收到"), lists.TIME),
    ]


def _declaration_row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "number": one["entry_id"] or one["seq_no"], "href": reverse("declaration", args=[one["id"]])}


def _same(one: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
    return filters["seller"] in (None, one["seller"]) and filters["customs"] in ("", one["customs_code"])


def _why(one: Mapping[str, Any]) -> str:
    """The law behind the day, or why there is none."""
    return f"{one['source']}（{one['tag']}）" if one["due"] else said(one, "why", _language())


def _filters(request: HttpRequest) -> dict[str, Any]:
    given = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:60]
        for name in ("seller", "customs", "standing", "number")
    }
    seller = given["seller"]
    return {
        "seller": int(seller) if seller.isascii() and seller.isdigit() and len(seller) < 19 else None, "customs": given["customs"][:4],
        "standing": given["standing"] if given["standing"] in STANDINGS else "", "number": given["number"],
    }  # fmt: skip


def _until(request: HttpRequest) -> date | None:
    text = request.GET.get("until", "").strip()
    return _month(text) if text else None


def _month(text: str) -> date:
    """yyyy-mm as its first day; anything else is no page, nor is a month with no day after it."""
    year, dash, month = text.partition("-")
    if (
        not (dash and year.isascii() and year.isdigit() and month.isascii() and month.isdigit() and len(text) == 7)
        or year == "9999"
    ):
        raise Http404
    try:
        return date(int(year), int(month), 1)
    except ValueError as wrong:
        raise Http404 from wrong


def _standing_word(standing: str) -> str:
    return {"open": _("未汇总"), "asked": _("已申请汇总"), "summed": _("已汇总"), "exempt": _("免于汇总")}[standing]


def _when(text: str) -> str:
    """Customs' own time as people read it; what is no time stands as it came."""
    try:
        return moment(parse_stamp(text))
    except Refused:
        return text


def _csv(name: str, columns: list[lists.Column], rows: list[dict[str, Any]]) -> HttpResponseBase:
    lines = [[sheets.cell(row.get(column.key)) for column in columns] for row in rows]
    audit.record(f"{name.partition('-')[0]}.export", object_kind="list", object_id=name, after={"rows": len(lines)})
    answer = StreamingHttpResponse(
        sheets.csv_of([[column.title for column in columns], *lines]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-{name}.csv"'
    return answer


def _language() -> str:
    return get_language() or "zh-hans"
