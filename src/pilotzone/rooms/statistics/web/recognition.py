"""线上出口识别: general-trade exports that may have been sold online, with rule and evidence; statistician or firm says yes or no."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import months, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_answer

PAGE = 50


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The candidates of a month for statisticians, the sums beside what was declared, and the two files that are given in."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require("statistics.work")
    return csv_answer("online-exports", _columns(firm=True), _rows(request), action="statistics.online.export")


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a file of declarations or of sales; what is wrong is named by its line, and nothing is taken then."""
    given, kind = request.FILES.get("file"), request.POST.get("kind", "")
    try:
        n = api.take(
            kind=kind, raw=given.read(4 * 1024 * 1024 + 1) if given else b"", at=clock.now(), today=clock.today()
        )
    except (Refused, Denied) as refused:
        return _page(request, refused)
    messages.success(request, _("已收入%(n)s行，并重新识别") % {"n": n})
    return redirect("statistics_online")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """A firm's own candidates."""
    require("statistics.report")
    context = {
        "listing": _listing(request, _rows(request), firm=False, export="statistics_online_mine_export"),
        "month": _month(request),
    }
    return render(request, "statistics/online_mine.html", context)


@require_safe
def mine_export(request: HttpRequest) -> HttpResponse:
    """The firm's own list as CSV."""
    require("statistics.report")
    return csv_answer("online-exports", _columns(firm=False), _rows(request), action="statistics.online.export")


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One candidate with the parts of its score and the sales it rests on; POST says yes or no."""
    problem = None
    if request.method == "POST":
        try:
            api.decide(
                number=number,
                confirmed=request.POST.get("verdict") == "confirmed",
                remark=request.POST.get("remark", ""),
                at=clock.now(),
            )
        except Refused as refused:
            problem = refused
        else:
            messages.success(request, _("已记录"))
            return redirect("statistics_candidate", number)
    found, works = api.candidate(number), may("statistics.work")
    if found is None:
        raise Http404
    context = {
        "one": found, "problem": problem, "works": works, "firm": api.firms_of([found]).get(found.organisation_id, "") if works else "",
        "verdict": words.findings()[found.verdict], "state": words.decisions()[found.state],
        "reasons": [{"points": why["points"], "text": why["en" if words.english() else "zh"]} for why in found.reasons],
        "back": reverse("statistics_online" if works else "statistics_online_mine"), "remark": request.POST.get("remark", found.remark),
        "open": works or found.state == "open" or found.by_firm,
    }  # fmt: skip
    return render(request, "statistics/online_one.html", context, status=422 if problem else 200)


def _page(request: HttpRequest, problem: Refused | Denied | None) -> HttpResponse:
    require("statistics.work")
    month = _month(request)
    context = {
        "listing": _listing(request, _rows(request), firm=True, export="statistics_online_export"), "problem": problem, "month": month,
        "lines": _sums(api.online(month)) if month else [], "heads": {kind: ",".join(head) for kind, head in api.MATERIAL_HEADS.items()},
    }  # fmt: skip
    return render(request, "statistics/online.html", context, status=422 if problem else 200)


def _sums(told: api.Online) -> list[dict[str, Any]]:
    """What is shown apart and never added up: figure, definition, how sure."""
    return [
        {"name": _("已申报的跨境电商出口"), "value": told.declared, "count": None, "sure": _("海关放行清单"),
         "what": _("9610、1210、9710、9810等方式放行的出口，平台口径，按放行月")},
        {"name": _("确认线上成交的一般贸易出口"), "value": told.confirmed, "count": told.counts[0], "sure": _("人工确认"),
         "what": _("统计人员或企业本身确认为线上成交的一般贸易出口，按申报月")},
        {"name": _("识别为线上成交，未经确认"), "value": told.found, "count": told.counts[1], "sure": _("规则推断（P）"),
         "what": _("recognition.v1得75分及以上，尚无人判断")},
        {"name": _("需人工判断"), "value": told.doubtful, "count": told.counts[2], "sure": _("存疑（P）"),
         "what": _("recognition.v1得55至74分，尚无人判断")},
        {"name": _("判断为非线上成交"), "value": told.refused, "count": told.counts[3], "sure": _("人工确认"),
         "what": _("已写明理由排除的一般贸易出口，不计入任何数")},
    ]  # fmt: skip


def _listing(request: HttpRequest, rows: list[dict[str, Any]], *, firm: bool, export: str) -> lists.Listing:
    month = _month(request)
    start = (max(1, _whole(request.GET.get("page", "1"))) - 1) * PAGE
    return lists.Listing(
        columns=_columns(firm=firm), rows=rows[start : start + PAGE], total=len(rows), page_size=PAGE, query=request.GET,
        filters=[
            lists.Filter("month", _("月份"), "text", value=f"{month:%Y-%m}" if month else ""),
            lists.Filter("verdict", _("识别结论"), "select", choices=[("", _("全部")), *words.findings().items()], value=_asked(request, "verdict")),
            lists.Filter("state", _("状态"), "select", choices=[("", _("全部")), *words.decisions().items()], value=_asked(request, "state")),
        ],
        export_url=reverse(export), empty=_("没有待识别的一般贸易出口。"),
    )  # fmt: skip


def _columns(*, firm: bool) -> list[lists.Column]:
    return [
        lists.Column("number", _("报关单号"), href="href"), *([lists.Column("firm", _("企业"))] if firm else []), lists.Column("hs", _("商品编码")),
        lists.Column("on", _("申报日期"), lists.DAY), lists.Column("value", _("金额（元）"), lists.MONEY), lists.Column("score", _("得分"), lists.NUMBER),
        lists.Column("verdict", _("识别结论")), lists.Column("state", _("状态")),
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    found = list(api.candidates(_month(request), state=_asked(request, "state"), verdict=_asked(request, "verdict")))
    names = api.firms_of(found) if may("statistics.work") else {}
    return [
        {"id": row.pk, "number": row.number, "href": reverse("statistics_candidate", args=[row.pk]), "firm": names.get(row.organisation_id, ""),
         "hs": row.hs, "on": row.on, "value": row.value, "score": row.score, "verdict": words.findings()[row.verdict],
         "state": words.decisions()[row.state]}
        for row in found
    ]  # fmt: skip


def _month(request: HttpRequest) -> date | None:
    """The month asked for, else the latest there is something of."""
    return months.month_of(request.GET.get("month", "")) or next(iter(api.candidate_months()), None)


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:20]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
