"""个人中心: real-name check, the year's quota on both sides, purchases with state and tax, 「不是我买的」, returns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Gap, Refused, Unavailable
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import CONSUMER
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks import identity, returned
from pilotzone.reference.rates import Rate, names, rate
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui import listing as lists
from pilotzone.ui.wording import said

FIRST_YEAR = 2016  # the channel began on 2016-04-08


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The page of the person who signed in; before the real-name check only the check."""
    require("quota.see")
    if current().kind != CONSUMER or not current().buyer:
        return render(request, "desks/verify.html", {"demo": clock.is_demo()})
    today = clock.today()
    year = _year(request.GET.get("year", ""), today)
    page = lists.page_number(request.GET.get("page"))
    bought = {"since": date(year, 1, 1), "until": date(year, 12, 31)}
    found = clearance.trades(bought, page, lists.PAGE_SIZE)
    cases = tax.disputes_of([row["booking"] for row in found["rows"]])
    held = {one["list_key"]: one for one in tax.quota_lists(current().buyer, year)}
    refunds = _refunds(found["rows"], held, returned.given_back_at(tax.quota_statement(current().buyer, year)))
    context = {
        "year": year,
        "years": range(today.year, max(FIRST_YEAR, today.year - 5) - 1, -1),
        "quota": _quota(year),
        "limits": _parameters(("import.limit.annual", "import.limit.single"), min(today, date(year, 12, 31))),
        "purchases": [_purchase(row, held, cases, refunds) for row in found["rows"]],
        "pager": lists.Listing([], found["rows"], page=found["page"], total=found["total"], query=request.GET),
        "returns": _parameters(("import.return.apply_days", "import.return.arrive_days"), today),
    }
    return render(request, "desks/consumer.html", context)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """The real-name check; what was typed stays on the page when it fails."""
    typed = {"name": request.POST.get("name", ""), "number": request.POST.get("number", "")}
    try:
        identity.verify(**typed)
    except (Refused, Unavailable) as problem:
        context = {"typed": typed, "problem": problem.as_dict(), "demo": clock.is_demo()}
        return render(request, "desks/verify.html", context, status=422)
    messages.success(request, _("实名核验通过。平台只保存不可还原的密钥摘要，不保存姓名和号码。"))
    return redirect("me")


@require_POST
def dispute(request: HttpRequest, trade: int) -> HttpResponse:
    """「不是我买的」: the amount is marked as disputed until customs or the platform settles it."""
    require("purchase.dispute")
    found = clearance.trade(trade) if trade < 2**63 else None
    if found is None:
        raise Http404
    try:
        booked = tax.dispute(
            list_key=found["booking"], reference=f"ME{trade}", at=clock.now(), reason=_("消费者申明非本人购买")
        )
    except Refused as problem:
        messages.error(request, said(problem, "", _language()))
        return _back(request, trade)
    if booked.ok and not booked.again:
        clearance.tell_line(
            trade=trade, code="tax.disputed", zh="消费者申明非本人购买，待核查", en="the buyer says it is not his purchase",
            source="海关总署公告2018年第194号",
        )  # fmt: skip
    if booked.ok:
        messages.success(
            request,
            _("已登记争议：%(order)s。该笔金额标记为争议，处理期间不影响您继续查询。") % {"order": found["order_no"]},
        )
    elif booked.reason is not None:
        messages.error(request, said(booked.reason, "", _language()))
    return _back(request, trade)


def _back(request: HttpRequest, trade: int) -> HttpResponse:
    """To the purchase, on the year and page of the list it was disputed on."""
    page = lists.page_number(request.POST.get("page"))
    where = {"year": _year(request.POST.get("year", ""), clock.today())} | ({"page": page} if page > 1 else {})
    return redirect(f"{reverse('me')}?{urlencode(where)}#p{trade}")


def _quota(year: int) -> dict[str, Any] | None:
    """The year's figures; None for a year without this channel."""
    try:
        return tax.quota_of(current().buyer, year)
    except Gap:
        return None


def _purchase(
    row: dict[str, Any],
    held: dict[str, dict[str, Any]],
    cases: dict[str, dict[str, Any]],
    refunds: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    """A purchase with what it takes of the quota, how its dispute ended and whether it may still be disputed."""
    hold, case = held.get(row["booking"]), cases.get(row["booking"])
    settled = tax.DISPUTE_OUTCOMES.get(case["outcome"]) if case is not None else None
    return row | {
        "settled": {"zh": settled[0], "en": settled[1], "at": case["settled_at"]} if settled and case else None,
        "hold": hold,
        "disputed": bool(hold and hold["disputed"]),
        "disputable": bool(hold and not hold["disputed"] and case is None and hold["state"] != "voided"),
        "given_back": hold["given_back"] if hold and hold["given_back"] != "0.00" else "",
        "refund": refunds.get(row["booking"]),
    }


def _refunds(
    rows: list[dict[str, Any]], held: dict[str, dict[str, Any]], restored: dict[str, datetime]
) -> dict[str, dict[str, Any]]:
    """Of the purchases that came back, by their booking: who refunds the tax and since when the agreement of customs stands here."""
    lists = {
        row["booking"]: int(row["booking"].partition(":")[2])
        for row in rows
        if (hold := held.get(row["booking"])) and hold["given_back"] != "0.00"
    }
    papers = clearance.documents(lists.values()) if lists else {}
    return {
        key: {"by": returned.withholder([papers.get(number)]), "at": restored.get(key)} for key, number in lists.items()
    }


def _parameters(keys: tuple[str, ...], on: date) -> list[dict[str, Any]]:
    """Parameters in force on a day with their document; one that is not in force is left out, never guessed."""
    told = []
    for key in keys:
        try:
            found: Rate = rate(key, on=on)
        except Gap:
            continue
        named = names(key)
        told.append({"key": key, "zh": named.zh, "en": named.en, "rate": found})
    return told


def _year(text: str, today: date) -> int:
    if len(text) == 4 and text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= today.year:
        return int(text)
    return today.year


def _language() -> str:
    return get_language() or "zh-hans"
