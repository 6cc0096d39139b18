"""收结汇 of a firm: its receipts and what they lack, reports and advances, consents, and the total check."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.errors import refused
from pilotzone.rooms.fx.web import queue, typed, words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The page; a POST gives or takes a consent, records an advance or a repayment, or chooses the account."""
    require("fx.apply")
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _do(request)
            return redirect("fx_mine")
        except Refused as refusal:
            problem = refusal
    today = clock.today()
    told = api.of_firm(on=today)
    found = api.receipts({}, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=queue.columns(),
        rows=queue.rows(found["rows"]),
        page=found["page"],
        total=found["total"],
        query=request.GET,
        export_url=reverse("fx_queue_export"),
        actions=lists.printing("fx-pack", _("打印/PDF")),
        empty=_("还没有收汇。"),
        empty_help=_("银行收到汇入款后登记在此；企业关联单证并申请后由银行办理。"),
    )
    context = {
        "listing": listing, "problem": problem, "party": _party(told["party"]), "year": told["year"],
        "reports": [one | {"word": words.credits()[one["kind"]]} for one in told["reports"]],
        "outlays": [one | {"word": words.costs().get(one["kind"], one["kind"])} for one in told["outlays"]],
        "reports_total": told["reports_total"], "outlays_total": told["outlays_total"], "banks": told["banks"],
        "check": shown_check(told["check"]), "today": today, "costs": list(words.costs().items()),
        "micro_light": {"": "green", "yellow": "yellow", "orange": "yellow", "red": "red"}[told["year"]["level"]],
        "micro_word": words.levels()[told["year"]["level"] or "green"],
    }  # fmt: skip
    return render(request, "fx/mine.html", context, status=422 if problem else 200)


@require_safe
def outlays(request: HttpRequest) -> HttpResponse:
    """The firm's advances as CSV, all of them. Refused `desk.export.too_many`."""
    require("fx.apply")
    today, kinds = clock.today(), words.costs()
    states = {"open": _("未偿还"), "repaid": _("已偿还"), "overdue": _("逾期未偿还")}
    columns = [
        lists.Column("by", _("代垫方")), lists.Column("client", _("被代垫方")), lists.Column("word", _("费用种类")),
        lists.Column("amount", _("金额"), lists.MONEY), lists.Column("currency", _("币种")),
        lists.Column("left", _("未偿还"), lists.MONEY), lists.Column("advanced_on", _("代垫日"), lists.DAY),
        lists.Column("due_on", _("偿还期限"), lists.DAY), lists.Column("state_word", _("状态")),
    ]  # fmt: skip
    rows = [
        one | {"word": kinds.get(one["kind"], one["kind"]), "state_word": states[one["state"]]}
        for one in sheets.every(lambda page, size: api.outlays(page, size, on=today))
    ]
    return sheets.csv_answer("fx-outlays", columns, rows, action="fx.export")


def shown_check(told: dict[str, Any]) -> dict[str, Any]:
    """The total check for a page: rows of (name, value, light, word), the gravest level, reasons."""
    names, levels = words.indicators(), words.levels()
    rows = [
        {
            "name": name,
            "value": told[key],
            "light": words.LEVEL_LIGHTS[told["levels"].get(key, "green")],
            "word": levels[told["levels"].get(key, "green")] if told[key] is not None else _("未知"),
        }
        for key, name in names.items()
    ]
    return told | {
        "rows": rows, "light": words.LEVEL_LIGHTS[told["level"]], "word": levels[told["level"]],
        "unsure": [one for one in told["parameters"] if one["tag"] in ("C", "P")],
    }  # fmt: skip


def _party(party: dict[str, Any] | None) -> dict[str, Any] | None:
    return party and party | {"word": words.kinds().get(party["kind"], party["kind"])}


def _do(request: HttpRequest) -> None:
    action = typed.text(request.POST, "action", 20)
    if action in ("consent", "withdraw"):
        bank = typed.text(request.POST, "bank", 18)
        number = int(bank) if bank.isascii() and bank.isdigit() and len(bank) < 19 else 0
        api.consent(bank=number, at=clock.now(), given=action == "consent")
    elif action == "account":
        api.keep_pending(keeps=typed.text(request.POST, "keeps", 3) == "yes")
    elif action == "advance":
        amount = typed.amount(request, "amount")
        day = typed.day(typed.text(request.POST, "advanced_on", 20))
        if amount is None or day is None:
            raise refused("rule.fx.amount", text="", most="999999999999.99")
        api.advance(
            client=typed.text(request.POST, "client", 18), kind=typed.text(request.POST, "kind", 12),
            currency=typed.text(request.POST, "currency", 3), amount=amount, advanced_on=day, at=clock.now(),
        )  # fmt: skip
    elif action == "repay":
        outlay, amount = typed.text(request.POST, "outlay", 18), typed.amount(request, "amount")
        if amount is None or not (outlay.isascii() and outlay.isdigit() and len(outlay) < 19):
            raise refused("rule.fx.amount", text="", most="999999999999.99")
        api.repay(outlay=int(outlay), amount=amount)
    else:
        raise refused("rule.fx.decision", text=action)
