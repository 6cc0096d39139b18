"""The enterprise workbench: what waits for us, today's figures, the place to hand in, templates, our messages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.definitions import full_name
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.exchange.formats.sheet_template import template
from pilotzone.kernel import clock
from pilotzone.kernel import given_back as kept_back
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.desks import handing, mail, overdue
from pilotzone.portal.desks.trades import ENTERPRISE, entered
from pilotzone.portal.desks.typed import LARGEST
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.statistics import api as statistics
from pilotzone.ui import listing as lists
from pilotzone.ui.states import PARTIES
from pilotzone.ui.templatetags.pz import moment
from pilotzone.ui.wording import said

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HANDED = 20  # each with its findings
OWN = (
    ("access.own", noop("人员与岗位"), "/accounts/people/"),
    ("certificate.own", noop("签名证书"), "/accounts/certificates/"),
    ("token.own", noop("接入令牌"), "/enterprise/tokens/"),
    ("filing.fill", noop("我的备案/授权"), "/registry/mine/"),
)
STOP_POLLING = 286  # htmx: swap this answer and ask no more


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """待办 first, then today's figures, then the place to hand in."""
    entered(ENTERPRISE)
    today = clock.today()
    told = clearance.todo(clock.now())
    trades = reverse("enterprise_trades")
    context = {
        "owes": told["owes"],
        "mends": told["mends"],
        "owes_href": f"{trades}?mine=1&state=waiting",
        "mends_href": f"{trades}?mine=1",
        "urged": [_urge(one) for one in told["urged"]],
        "day": today,
        "counters": [one | {"href": f"{trades}{one['href']}"} for one in clearance.counters(today)],
        "templates": _templates(),
        "drafts": clearance.drafts(1, 1)["total"],
        "payment_requests": clearance.payment_requests_waiting(),
        "overdue": overdue.summaries(today),
        "paid_abroad": fx.payment_news(clock.now()) if may("fx.apply") else {"rows": [], "total": 0},
        "doubts": statistics.waiting("open", today) if may("statistics.report") else (0, 0),
        "submits": may("declare.submit"),
        "doors": [(_(word), path) for action, word, path in OWN if may(action)],
    }
    return render(request, "desks/enterprise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Hand files in. All well: on to the results; something refused: said here, file by file, beside what was kept."""
    require("declare.submit")
    if request.method != "POST":
        return render(request, "desks/submit.html", {"templates": _templates()})
    return _handed(request, past=False)


@require_safe
def given_back(request: HttpRequest, name: str) -> HttpResponse:
    """The workbook of rows not taken that was too large for the page; 404 once its term is over, and to any other firm."""
    require("declare.submit")
    try:
        workbook = kept_back.fetch(name)
    except Refused as anothers:
        raise Http404 from anothers
    if workbook is None:
        raise Http404
    answer = HttpResponse(workbook, content_type=SHEET)
    answer["Content-Disposition"] = 'attachment; filename="refused.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def history(request: HttpRequest) -> HttpResponse:
    """补录历史: hand in messages and receipts of the past; kept and shown, never sent, never counted."""
    require("declare.submit")
    return _handed(request, past=True)


def _handed(request: HttpRequest, *, past: bool) -> HttpResponse:
    answers = handing.take(request.FILES.getlist("files"), now=clock.now(), past=past)
    receipts = ",".join(receipt for answer in answers for receipt in answer.receipts)
    refused = [answer for answer in answers if answer.findings]
    if receipts and not refused:
        return redirect(f"{reverse('enterprise_results')}?r={receipts}")
    context = {"refused": refused, "receipts": receipts, "fresh": mail.fresh(receipts), "templates": _templates()}
    return render(request, "desks/submit.html", context, status=422)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What became of the messages named in `?r=`; asked again by htmx until every one is worked off."""
    require("declare.submit")
    receipts = request.GET.get("r", "")[:5000]
    fresh = mail.fresh(receipts)
    more = max(0, len(receipts.split(",")) - mail.MOST_FRESH)
    context = {"receipts": ",".join(one["receipt"] for one in fresh), "fresh": fresh, "more": more}
    if getattr(request, "htmx", False):
        done = all(one["done"] for one in fresh)
        return render(request, "desks/fresh.html", context, status=STOP_POLLING if done else 200)
    return render(request, "desks/results.html", context)


@require_safe
def sheet(request: HttpRequest, message: str) -> HttpResponse:
    """The Excel template of a document."""
    require("declare.submit")
    try:
        name = full_name(message)
    except Refused as unknown:
        raise Http404 from unknown
    if name not in clearance.MESSAGES:
        raise Http404
    today = clock.today()
    answer = HttpResponse(template(name, edition_for(name, today), on=today), content_type=SHEET)
    answer["Content-Disposition"] = f'attachment; filename="{name.removesuffix("Message")}.xlsx"'
    return answer


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """来文: every message of ours the clearance room read, whatever way it came."""
    entered(ENTERPRISE)
    page = lists.page_number(request.GET.get("page"))
    found = clearance.messages(page, lists.PAGE_SIZE)
    words = _went()
    rows: list[dict[str, Any]] = [
        row | {
            "kind": _kind(row["name"]), "went": words.get(row["state"], row["state"]),
            "href": reverse("enterprise_message", args=[row["id"]]),
        }
        for row in found["rows"]
    ]  # fmt: skip
    listing = lists.Listing(
        columns=[
            lists.Column("received_at", _("收到"), lists.TIME),
            lists.Column("kind", _("单证"), href="href"),
            lists.Column("guid", _("报文标识"), lists.CODE),
            lists.Column("documents", _("单证份数"), lists.NUMBER),
            lists.Column("went", _("转发")),
            lists.Column("sent_at", _("转发时间"), lists.TIME),
        ],
        rows=rows,
        total=found["total"],
        page=page,
        query=request.GET,
        empty=_("平台还没有读到贵单位的报文。"),
        empty_help=_("读不出的文件不在此列，见“页面提交记录”。"),
    )
    return render(request, "desks/mail.html", {"here": "messages", "listing": listing})


@require_safe
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message of ours, whatever way it came: each document, and of a refused one why, by what source, whose error."""
    entered(ENTERPRISE)
    found = clearance.message_sent(min(number, LARGEST))
    if found is None:
        raise Http404
    facts = [
        (_("收到"), moment(found["received_at"])), (_("报文标识"), found["guid"]), (_("单证份数"), found["many"]),
        (_("转发"), _went().get(found["state"], found["state"])),
        (_("转发时间"), moment(found["sent_at"]) if found["sent_at"] else None),
    ]  # fmt: skip
    return render(request, "desks/message.html", {"one": found, "title": _kind(found["name"]), "facts": facts})


def _went() -> dict[str, str]:
    """What became of a message as a whole."""
    return {
        "held": _("等待齐套"), "sent": _("已转发海关"), "dropped": _("未转发"), "refused": _("未受理"), "draft": _("暂存"),
        "history": _("历史单证"),
    }  # fmt: skip


@require_safe
def handed(request: HttpRequest) -> HttpResponse:
    """What was handed in by page, API, folder or Excel under our name, with the result of each."""
    entered(ENTERPRISE)
    page = lists.page_number(request.GET.get("page"))
    rows, total = mail.handed_in(page, HANDED)
    pager = lists.Listing([], rows, page=page, page_size=HANDED, total=total, query=request.GET)
    return render(request, "desks/mail.html", {"here": "handed", "fresh": rows, "pager": pager})


def _urge(one: dict[str, Any]) -> dict[str, Any]:
    """An urge with its two parties in the reader's language."""
    by = one["by_en"] if _language().startswith("en") else one["by"]
    return one | {"by": by, "party_word": _(PARTIES.get(one["party"], one["party"]))}


def _kind(name: str) -> str:
    kind = clearance.MESSAGES.get(name)
    return f"{said(kind, '', _language())} {name}" if kind else name


def _templates() -> list[dict[str, str]]:
    """One template per document kind a firm may send."""
    return [
        {"zh": kind.zh, "en": kind.en, "name": name, "href": reverse("enterprise_sheet", args=[name[:6]])}
        for name, kind in clearance.MESSAGES.items()
    ]


def _language() -> str:
    return get_language() or "zh-hans"
