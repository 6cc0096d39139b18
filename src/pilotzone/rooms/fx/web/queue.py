"""The bank's queue of receipts, the same list for SAFE's officers, and its export."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.web import typed, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import MOST, csv_answer, refuse_beyond
from pilotzone.ui.wording import said

NAMES = ("number", "state", "outcome", "since", "until")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Receipts the caller sees: what waits for the bank first said, then the list with its filters."""
    require("fx.see")
    asked = asked_of(request)
    found = api.receipts(wanted(asked), lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=columns(),
        rows=rows(found["rows"]),
        filters=filters(asked),
        page=found["page"],
        total=found["total"],
        query=request.GET,
        export_url=reverse("fx_queue_export"),
        actions=lists.printing("fx-pack", _("打印/PDF")),
        empty=_("还没有收汇。"),
        empty_help=_("银行收到汇入款后登记在此；企业关联单证并申请后由银行办理。"),
    )
    return render(request, "fx/queue.html", {"listing": listing, "waiting": found["waiting"], "bank": may("fx.decide")})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list with the same filters as CSV."""
    require("fx.see")
    return csv_answer("fx-receipts", columns(), rows(every(request)), action="fx.export")


def every(request: HttpRequest) -> list[dict[str, Any]]:
    """All receipts the list's filters find. Refused `desk.export.too_many`."""
    found = api.receipts(wanted(asked_of(request)), 1, MOST)
    refuse_beyond(found["total"], MOST)
    return list(found["rows"])


def filters(asked: dict[str, str]) -> list[lists.Filter]:
    """The fields that narrow a list of receipts."""
    return [
        lists.Filter("number", _("收汇编号或企业"), "search", value=asked["number"]),
        lists.Filter("state", _("办理状态"), "select", list(words.states().items()), asked["state"]),
        lists.Filter("outcome", _("平台建议"), "select", list(words.outcomes().items()), asked["outcome"]),
        lists.Filter("since", _("收汇日起"), "date", value=asked["since"]),
        lists.Filter("until", _("收汇日止"), "date", value=asked["until"]),
    ]


def columns() -> list[lists.Column]:
    """The columns of a list of receipts."""
    return [
        lists.Column("number", _("收汇编号"), lists.CODE, href="href"),
        lists.Column("received_on", _("收汇日"), lists.DAY),
        lists.Column("firm_word", _("收汇人")),
        lists.Column("currency", _("币种"), lists.CODE),
        lists.Column("amount", _("金额"), lists.MONEY),
        lists.Column("usd", _("折美元"), lists.MONEY),
        lists.Column("linked_usd", _("已关联"), lists.MONEY, unit=_("美元")),
        lists.Column("outcome_word", _("平台建议")),
        lists.Column("left", _("未办理"), lists.MONEY),
        lists.Column("state_word", _("办理状态")),
    ]


def rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Receipts as lines of a list."""
    language = get_language() or "zh-hans"
    states, outcomes = words.states(), words.outcomes()
    return [
        row | {
            "href": reverse("fx_receipt", args=[row["id"]]),
            "firm_word": said(row["firm"], "", language),
            "state_word": states[row["state"]],
            "outcome_word": outcomes.get(row["outcome"], _("未申请")),
        }
        for row in found
    ]  # fmt: skip


def asked_of(request: HttpRequest) -> dict[str, str]:
    """What narrows the list, as it was typed; an unknown word of a code narrows nothing."""
    asked = {name: typed.text(request.GET, name, 60) for name in NAMES}
    for name, known in (("state", words.states()), ("outcome", words.outcomes())):
        asked[name] = asked[name] if asked[name] in known else ""
    return asked


def wanted(asked: dict[str, str]) -> dict[str, Any]:
    """The same for `api.receipts`."""
    days = {name: typed.day_or_none(asked[name]) for name in ("since", "until")}
    return {name: asked[name] for name in ("number", "state", "outcome")} | days
