"""数据核实: a statistician asks a firm back about a figure of its report; the list of both sides, and the query with its turns."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import months, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_answer

ROWS = 50
CONFIRMED, CORRECTED, AGAIN, CLOSED = "confirmed", "corrected", "again", "closed"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every query, those that wait for the firm first."""
    require("statistics.work")
    return render(
        request,
        "statistics/doubts.html",
        {"listing": _listing(request, "statistics_doubts_export", firm=True), "works": True},
    )


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require("statistics.work")
    return csv_answer("queries", _columns(firm=True), _rows(request), action="statistics.doubts.export")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The firm's own queries."""
    require("statistics.report")
    return render(
        request, "statistics/doubts.html", {"listing": _listing(request, "statistics_doubts_mine_export", firm=False)}
    )


@require_safe
def mine_export(request: HttpRequest) -> HttpResponse:
    """The firm's own list as CSV."""
    require("statistics.report")
    return csv_answer("queries", _columns(firm=False), _rows(request), action="statistics.doubts.export")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a firm back (`?firm=&month=&field=`): the item and the doubt; POST sends it."""
    require("statistics.work")
    month = months.month_of(request.GET.get("month", ""))
    firm = request.GET.get("firm", "")
    if month is None or not (firm.isascii() and firm.isdecimal() and len(firm) < 19):
        raise Http404
    kept = next(iter(api.reports(month=month, organisation=int(firm))), None)
    if kept is None:
        raise Http404
    field, problem = request.POST.get("field", request.GET.get("field", "")), None
    if request.method == "POST":
        try:
            number = api.doubt(
                firm=int(firm),
                month=month,
                field=field,
                text=request.POST.get("text", ""),
                at=clock.now(),
                today=clock.today(),
            )
        except Refused as refused:
            problem = refused
        else:
            messages.success(request, _("已发出核实"))
            return redirect("statistics_doubt", number)
    context = {
        "problem": problem, "firm": kept["firm"], "month": f"{month:%Y-%m}", "field": field, "text": request.POST.get("text", ""),
        "fields": [
            {"key": one.key, "name": words.said(one), "value": kept["answers"].get(one.key, "—")}
            for one in api.form_of(api.forms(), month).fields if one.key != "zero_report"
        ],
        "checks": words.findings_of(kept["findings"]),
    }  # fmt: skip
    return render(request, "statistics/doubt_ask.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One query with its turns; POST is the next step of the caller's side."""
    works = may("statistics.work")
    if not works:
        require("statistics.report")
    found, problem = api.doubted(number, clock.today()), None
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            _act(number, request.POST.get("act", ""), request.POST.get("text", ""))
        except Refused as refused:
            problem = refused
        else:
            messages.success(request, _("已记录"))
            return redirect("statistics_doubt", number)
    names = _names()
    context = {
        "problem": problem, "one": found, "works": works, "item": names.get(found.field, found.field), "month": f"{found.month:%Y-%m}",
        "state": words.doubt_states()[found.state], "causes": words.causes(found.causes), "standing": words.standings()[found.standing.state],
        "turns": [{"turn": turn, "act": words.turns()[turn.act]} for turn in found.turns], "text": request.POST.get("text", ""),
        "back": reverse("statistics_doubts" if works else "statistics_doubts_mine"),
        "answers": not works and found.state == "open", "judges": works and found.state == "answered", "ends": works and found.state != "closed",
    }  # fmt: skip
    return render(request, "statistics/doubt.html", context, status=422 if problem else 200)


def _act(number: int, act: str, text: str) -> None:
    if act in (CONFIRMED, CORRECTED):
        api.answer_doubt(number=number, corrected=act == CORRECTED, text=text, at=clock.now(), today=clock.today())
    elif act == AGAIN:
        api.ask_again(number=number, text=text, at=clock.now(), today=clock.today())
    elif act == CLOSED:
        api.close_doubt(number=number, text=text, at=clock.now(), today=clock.today())
    else:
        raise Http404


def _listing(request: HttpRequest, export_name: str, *, firm: bool) -> lists.Listing:
    rows, page, month = _rows(request), lists.page_number(request.GET.get("page")), _month(request)
    return lists.Listing(
        columns=_columns(firm=firm), rows=rows[(page - 1) * ROWS : page * ROWS], total=len(rows), page=page, page_size=ROWS, query=request.GET,
        filters=[
            lists.Filter("month", _("报告期"), "text", value=f"{month:%Y-%m}" if month else ""),
            lists.Filter("state", _("状态"), "select", choices=[("", _("全部")), *words.doubt_states().items()], value=_state(request)),
        ],
        export_url=reverse(export_name), empty=_("没有数据核实。"),
    )  # fmt: skip


def _columns(*, firm: bool) -> list[lists.Column]:
    return [
        lists.Column("month", _("报告期")), *([lists.Column("name", _("企业"))] if firm else []), lists.Column("item", _("填报项目"), href="href"),
        lists.Column("causes", _("核查与校验提示")), lists.Column("state", _("状态")), lists.Column("due", _("答复截止日"), lists.DAY),
        lists.Column("standing", _("时限")), lists.Column("days", _("工作日"), lists.NUMBER), lists.Column("asked_at", _("发出时间"), lists.TIME),
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    names = _names()
    return [
        {
            "id": row.number, "month": f"{row.month:%Y-%m}", "name": row.name, "item": names.get(row.field, row.field),
            "href": reverse("statistics_doubt", args=[row.number]), "causes": "；".join(words.causes(row.causes)), "state": words.doubt_states()[row.state],
            "due": row.standing.due, "standing": words.standings()[row.standing.state], "days": row.standing.days, "asked_at": row.asked_at,
        }
        for row in api.doubts(clock.today(), month=_month(request), state=_state(request))
    ]  # fmt: skip


def _names() -> dict[str, str]:
    return {field.key: words.said(field) for form in api.forms() for field in form.fields}


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in api.DOUBT_STATES else ""


def _month(request: HttpRequest) -> date | None:
    return months.month_of(request.GET.get("month", ""))
