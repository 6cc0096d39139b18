"""数据交换日志: the chained log with filters, one entry with the batch that seals it, and bundles for others to verify."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.days import add_days
from pilotzone.base.errors import Refused
from pilotzone.exchange.hub import log
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages import wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

READ = "audit.read"
WEEK = 7


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The entries, the newest first, by kind, day and ticket."""
    require(READ)
    asked, before = _asked(request), request.GET.get("before", "")
    found = log.entries(number=wording.numbered(before), limit=lists.PAGE_SIZE + 1, **asked)
    more = len(found) > lists.PAGE_SIZE
    rows = _rows(found[: lists.PAGE_SIZE])
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=None, query=request.GET, caption=_("数据交换日志"), export_url=reverse("exchange_log_export"),
        before=before, older=rows[-1]["number"] if more else "", empty=_("没有符合条件的记录。"),
        filters=[
            lists.Filter("what", _("种类"), "select", [(key, _(word)) for key, word in wording.ENTRIES.items()], asked["what"]),
            lists.Filter("since", _("起始日"), "date", value=request.GET.get("since", "")),
            lists.Filter("until", _("截止日"), "date", value=request.GET.get("until", "")),
            lists.Filter("ticket", _("日志凭据号"), "text", value=request.GET.get("ticket", "")),
        ],
    )  # fmt: skip
    today = clock.today()
    context = {"listing": listing, "from": add_days(today, -WEEK).isoformat(), "to": today.isoformat()}
    return render(request, "exchange_pages/log.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, all of it, without a signature; the bundle is what proves."""
    require(READ)
    asked = _asked(request)
    return sheets.csv_whole(
        "exchange-log", _columns(), action="hub.log.export", key="number",
        read=lambda before: _rows(log.entries(number=before, limit=sheets.STEP, **asked)),
    )  # fmt: skip


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One entry: what it says, its hash, and the batch that seals it."""
    require(READ)
    found = log.entry(number) if number < 1 << 53 else None
    if found is None:
        raise Http404
    told = json.loads(found["entry"])
    facts = [
        (_("序号"), found["number"]), (_("日志凭据号"), found["ticket"] or ""), (_("种类"), wording.entry(told["what"])),
        (_("区时"), told.get("at", "")), (_("实际时间"), told.get("wall", "")), (_("链式摘要"), bytes(found["hash"]).hex()),
        (_("签封批次"), f"{found['first']}–{found['last']}" if found["first"] else _("尚未签封")),
    ]  # fmt: skip
    return render(
        request, "exchange_pages/entry.html", {"number": number, "facts": facts, "entry": found["entry"], "sealed": found["sealed"] or ""}
    )  # fmt: skip


@require_POST
def bundle(request: HttpRequest) -> HttpResponse:
    """The sealed entries of some days as one signed file."""
    require(READ)
    since, until = (_day(wording.typed(request, name, 10)) for name in ("from", "to"))
    try:
        with scope(PLATFORM):
            log.seal()
            whole = log.bundle(since or clock.today(), until or clock.today())
    except Refused as problem:
        said.error(request, f"{problem.en if wording.english() else problem.zh} {problem.code}")
        return redirect("exchange_log")
    return _file(
        whole, f"hub-{since or clock.today():%Y%m%d}-{until or clock.today():%Y%m%d}.jsonl", "application/x-ndjson"
    )


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The script that verifies a bundle offline."""
    require(READ)
    return _file(log.verifier(), "verifier.py", "text/x-python; charset=utf-8")


def _file(content: bytes, name: str, media: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: HttpRequest) -> dict[str, Any]:
    what, ticket = request.GET.get("what", ""), request.GET.get("ticket", "").strip()
    return {
        "what": what if what in wording.ENTRIES else "", "since": _day(request.GET.get("since", "")), "until": _day(request.GET.get("until", "")),
        "ticket": int(ticket) if ticket.isascii() and ticket.isdecimal() and len(ticket) < 16 else None,
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("序号"), lists.CODE, href="href"), lists.Column("at", _("时间"), lists.TIME), lists.Column("what", _("种类")),
        lists.Column("consumer", _("使用部门")), lists.Column("owner", _("提供部门")), lists.Column("resource", _("资源代码"), lists.CODE),
        lists.Column("code", _("原因"), lists.CODE), lists.Column("ticket", _("日志凭据号"), lists.CODE),
    ]  # fmt: skip


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bodies, rows = wording.bodies(), []
    for one in found:
        told = json.loads(one["entry"])
        consumer, owner = told.get("consumer", ""), told.get("owner", "")
        rows.append(
            {
                "number": str(one["number"]), "href": reverse("exchange_log_entry", args=[one["number"]]), "at": one["at"],
                "what": wording.entry(told["what"]), "consumer": bodies.get(consumer, consumer), "owner": bodies.get(owner, owner),
                "resource": told.get("resource", ""), "code": told.get("code", ""), "ticket": str(one["ticket"] or ""),
            }
        )  # fmt: skip
    return rows
