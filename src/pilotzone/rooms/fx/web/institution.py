"""支付机构: a payment institution's own receipts, each against the limit of its day (F5), in gross amounts: nothing is netted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Gap
from pilotzone.base.money import yuan
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.reference.rates import names, rate, rates_on
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.web import queue, typed, words
from pilotzone.ui import listing as lists
from pilotzone.ui.numbers import money
from pilotzone.ui.sheets import MOST, csv_answer, refuse_beyond

SINGLE = "fx.payment_institution_single_usd"
RULES = "fx.payment_institution"
FIRST = 10


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What is due next, the limits in force, the sums both ways, and the receipts; one above its limit is marked."""
    require("fx.institution")
    asked = queue.asked_of(request)
    found = api.receipts(queue.wanted(asked), lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=[one for one in _columns() if one.key != "limit_word"], rows=_rows(found["rows"]), filters=queue.filters(asked), page=found["page"], total=found["total"],
        query=request.GET, export_url=reverse("fx_institution_export"), actions=lists.printing("fx-pack", _("打印/PDF")),
        caption=_("经本机构的收汇"), empty=_("还没有经本机构的收汇。"),
        empty_help=_("合作银行报送的收汇登记在此；逐笔核对单笔限额，收支分别列示，不得轧差。"),
    )  # fmt: skip
    today, units = clock.today(), words.units()
    told = [(one, names(one.key)) for one in rates_on(RULES, on=today)]
    next_due = api.institution_duties(size=FIRST, on=today)
    duties = lists.Listing(
        columns=_duty_columns(), rows=_duties(next_due["rows"]), total=next_due["total"], has_next=False,
        caption=_("待办事项"), empty=_("没有待办事项。"), empty_help=_help(),
    )  # fmt: skip
    context = {
        "duties": duties, "waiting": next_due["waiting"], "late": next_due["late"], "more": next_due["total"] > FIRST,
        "listing": listing, "today": today, "party": api.of_firm(on=today)["party"], "sums": _sums(),
        "rules": [
            {
                "zh": name.zh, "en": name.en, "value": one.value, "unit": units.get(name.unit, name.unit), "from": one.valid_from,
                "document": words.basis(one), "tag": one.tag,
            }
            for one, name in told
        ],
    }  # fmt: skip
    return render(request, "fx/institution.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The receipts the filters find as CSV, all of them."""
    require("fx.institution")
    return csv_answer("fx-institution", _columns(), _rows(queue.every(request)), action="fx.institution.export")


@require_safe
def todo(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """All that is to be done, page by page with its filters, or as CSV."""
    require("fx.institution")
    asked = {name: typed.text(request.GET, name) for name in ("kind", "light", "number")}
    size, page = (MOST, 1) if csv else (lists.PAGE_SIZE, lists.page_number(request.GET.get("page")))
    found = api.institution_duties(asked, page, size, on=clock.today())
    if csv:
        refuse_beyond(found["total"], MOST)
        return csv_answer(
            "fx-institution-todo", _duty_columns(), _duties(found["rows"]), action="fx.institution.export"
        )
    listing = lists.Listing(
        columns=_duty_columns(), rows=_duties(found["rows"]), page=found["page"], total=found["total"], query=request.GET,
        filters=[
            lists.Filter("number", _("业务编号"), "search", value=asked["number"]),
            lists.Filter("kind", _("待办"), "select", list(words.duties().items()), asked["kind"]),
            lists.Filter("light", _("时限灯"), "select", list(words.duty_lights().items()), asked["light"]),
        ],
        export_url=reverse("fx_institution_todo"), empty=_("没有待办事项。"), empty_help=_help(),
    )  # fmt: skip
    return render(request, "fx/todo.html", {"listing": listing, "waiting": found["waiting"], "late": found["late"]})


def _help() -> str:
    return _("银行要求补充材料、须报告的大额违规和贸易信贷、尚未申请的收汇列在此处，最先到期的在前。")


def _duty_columns() -> list[lists.Column]:
    return [
        lists.Column("due_on", _("最迟办理日"), lists.DAY),
        lists.Column("light", _("时限灯"), lists.LIGHT),
        lists.Column("word", _("待办")),
        lists.Column("number", _("业务编号"), lists.CODE, href="href"),
        lists.Column("currency", _("币种"), lists.CODE),
        lists.Column("amount", _("金额"), lists.MONEY),
        lists.Column("usd", _("折美元"), lists.MONEY),
    ]


def _duties(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = words.duties()
    where = {"receipt": "fx_receipt", "payment": "fx_payment"}
    return [row | {"word": told[row["kind"]], "href": reverse(where[row["record"]], args=[row["id"]])} for row in found]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("收汇编号"), lists.CODE, href="href"),
        lists.Column("received_on", _("收汇日"), lists.DAY),
        lists.Column("currency", _("币种"), lists.CODE),
        lists.Column("amount", _("金额"), lists.MONEY),
        lists.Column("usd", _("折美元"), lists.MONEY),
        lists.Column("light", _("单笔限额"), lists.LIGHT),
        lists.Column("limit_word", _("核对")),
        lists.Column("back", _("已退回"), lists.MONEY),
        lists.Column("state_word", _("办理状态")),
    ]


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = []
    for row in queue.rows(found):
        limit = _limit(row)
        within = limit is not None and Decimal(row["usd"]) <= limit
        word = _("该日尚无规定") if limit is None else _("限额内") if within else _("超过单笔限额")
        back = Decimal(row["returned"]) + Decimal(row["refunded"])
        told.append(
            row | {"light": "green" if within else "red", "light_says": word, "limit_word": word, "back": yuan(back)}
        )
    return told


def _limit(row: dict[str, Any]) -> Decimal | None:
    """The limit of the day of receipt; None where no law of that day knows one."""
    try:
        return rate(SINGLE, on=row["received_on"]).number
    except Gap:
        return None


def _sums() -> list[tuple[str, str]]:
    """Gross, both ways; what was netted has to be nothing."""
    told = api.gross()
    return [
        (_("收汇（美元）"), money(told["received"])), (_("退回（美元）"), money(told["back"])),
        (_("轧差（美元，应为零）"), money(told["netted"])),
    ]  # fmt: skip
