"""The home page: 五个一 as entries, 三大功能 as blocks, one search box, notices, today's figures, how the platform is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.portal.pages import board, demonstration, notices
from pilotzone.ui.context import for_reader
from pilotzone.ui.menus import PUBLIC_MENU, Entry


@dataclass(frozen=True)
class One:
    """One of 五个一: its words, what it means for a firm, the entry that does it, and the entry of who may not do that."""

    word: str
    meaning: str
    entry: Entry
    otherwise: Entry | None = None


FIVE_ONES = (
    One(_("一点接入"), _("一个账号、一个接口，连通各部门和各业务系统"), Entry(_("登录"), "/accounts/login/")),
    One(_("一次提交"), _("单证只交一次：报文、文件夹、Excel 或页面"), Entry(_("去申报"), "/clearance/")),
    One(
        _("一次查验"),
        _("各部门查验合并为一次，时间地点一次告知"),
        Entry(_("查验排程"), "/risk/inspections/", action="trade.see"),
        otherwise=Entry(_("通关时间测定"), "/release-times/"),
    ),
    One(_("一键跟踪"), _("任一单号，一条时间线，看清现在在谁手里"), Entry(_("去跟踪"), "/track/")),
    One(_("一站办理"), _("税费、外汇、备案在一处办结；信用规划中"), Entry(_("服务事项"), "/services/")),
)
PLAY = replace(FIVE_ONES[0], entry=Entry(_("扮演一方"), "/accounts/parties/"))  # a demonstration's way in
FUNCTIONS = (
    ("data", _("统计、指标、目录和时效，一个口径"), PUBLIC_MENU[1]),
    ("affairs", _("备案、申报、税、汇，一处办；认定、信用规划中"), PUBLIC_MENU[2]),
    ("special", _("物流、金融、海外仓、培训、招商，按需取"), PUBLIC_MENU[3]),
)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The home page for everybody; it appears before a demonstration has finished loading."""
    day = clock.today()
    counters, chart = board.today(day)
    ones = (PLAY, *FIVE_ONES[1:]) if clock.is_demo() else FIVE_ONES
    context = {
        "ones": [_open(one) for one in ones],
        "functions": [(key, about, *for_reader((block,))) for key, about, block in FUNCTIONS],
        "day": day,
        "month": board.month(day),
        "counters": counters,
        "chart": chart,
        "notices": notices.notices(day),
        "loading": demonstration.loading(),
    }
    return render(request, "pages/home.html", context)


def _open(one: One) -> One:
    """The one with the entry its reader may use."""
    shown = for_reader((one.entry,))
    return replace(one, entry=shown[0] if shown else one.otherwise or one.entry)


@require_safe
def board_json(request: HttpRequest) -> HttpResponse:
    """Today's chart as data, for the chart that refreshes itself."""
    _counters, chart = board.today(clock.today())
    return JsonResponse(chart.as_dict())


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """The progress of the demonstration as a fragment; empty when it is done or none is running (htmx stops then)."""
    loading = demonstration.loading()
    done = loading is None or loading.finished
    return render(request, "pages/progress.html", {"loading": loading}, status=286 if done else 200)
