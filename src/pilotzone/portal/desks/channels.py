"""B2B出口 and 渠道判断: which channel is lawful, from the facts, with the reason; order against list before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Gap, Refused
from pilotzone.base.money import decimal
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.wording import said

SEE = "trade.see"
LARGEST = 2**63 - 1
FLAGS = ("refund", "inspection", "duty", "licence")
FACTS = ("platform_sale", "business_buyer", "personal", "documents", "controlled", "one_indivisible", "from_hkmotw")
GROUPS = ("1", "2", "3")


@require_safe
def b2b(request: HttpRequest) -> HttpResponse:
    """B2B orders with the channel each may take."""
    require(SEE)
    page = lists.page_number(request.GET.get("page"))
    found = clearance.b2b_trades(page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]], total=found["total"], page=page, query=request.GET,
        export_url=reverse("b2b_export"), empty=_("没有B2B出口订单。"),
        empty_help=_("订单类型B（直接出口）和W（海外仓订仓单）列在这里；9710、9810自2021年7月1日起在南昌开展。"),
    )  # fmt: skip
    return render(request, "desks/b2b.html", {"listing": listing})


@require_safe
def b2b_export(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV."""
    require(SEE)
    rows = [_row(one) for one in sheets.every(clearance.b2b_trades)]
    columns = _columns()
    lines = [[sheets.cell(row.get(column.key)) for column in columns] for row in rows]
    audit.record("b2b.export", object_kind="list", object_id="b2b", after={"rows": len(rows)})
    answer = StreamingHttpResponse(
        sheets.csv_of([[column.title for column in columns], *lines]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-b2b.csv"'
    return answer


@require_safe
def b2b_one(request: HttpRequest, trade: int) -> HttpResponse:
    """One B2B export: facts to complete, the channel with its reasons, lines of order and list that differ."""
    require(SEE)
    if trade > LARGEST:
        raise Http404
    asked: dict[str, Any] = {name: request.GET.get(name) == "1" for name in FLAGS}
    asked["warehouse"] = request.GET.get("warehouse", "").replace("\0", "").strip()[:40]
    told = clearance.b2b_advised(trade, asked)
    desk = "enterprise" if current().kind == ENTERPRISE else "officer"
    context = {
        "one": told, "word": said(told, "", _language()), "flags": [(name, word, asked[name]) for name, word in _flags()],
        "warehouse": asked["warehouse"], "reasons": told["reasons"], "href": reverse(f"{desk}_trade", args=[trade]),
        "differences": [line | {"words": "、".join(_field(name) for name in line["fields"])} for line in told["differences"]],
    }  # fmt: skip
    return render(request, "desks/b2b_one.html", context)


@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """The lawful channel of a consignment by mail or express; where it is the parcel channel, its tax."""
    require(SEE)
    given = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:20]
        for name in ("flow", "carrier", "value", "listed", "group", "on")
    }
    context: dict[str, Any] = {
        "given": given, "facts": [(name, word, request.GET.get(name) == "1") for name, word in _facts()], "groups": _groups(),
        "today": clock.today(), "problem": None, "found": None, "parcel": None, "data_sent": request.GET.get("data_sent", "1") == "1",
    }  # fmt: skip
    if given["value"]:
        try:
            facts = consignment(
                given, {name: request.GET.get(name) == "1" for name in FACTS}, data_sent=context["data_sent"]
            )
            found = clearance.channel_advice(facts)
            context |= {
                "found": found, "word": found.words[1] if _english() else found.words[0],
                "reasons": [one.as_dict() for one in found.reasons], "parcel": parcel_of(facts, found, given["group"]),
            }  # fmt: skip
        except (Refused, Gap) as problem:
            context["problem"] = problem
    return render(request, "desks/channels.html", context, status=422 if context["problem"] else 200)


def consignment(given: Mapping[str, str], facts: Mapping[str, bool], *, data_sent: bool) -> clearance.Consignment:
    """The facts as typed; Refused `rule.channel.input` for what is no day or amount."""
    try:
        on = date.fromisoformat(given["on"]) if given.get("on") else clock.today()
        value = decimal(given["value"])
    except (ValueError, Refused):
        raise clearance.channel_refused() from None
    listed = {"1": True, "0": False}.get(given.get("listed", ""))
    return clearance.Consignment(
        on, given.get("flow") or "I", given.get("carrier") or "mail", value, listed=listed, data_sent=data_sent, **facts
    )


def parcel_of(facts: clearance.Consignment, found: clearance.Channel, group: str) -> dict[str, Any] | None:
    """The parcel tax where that channel is the lawful one and the group of articles is said; else None."""
    if found.taxed_by != "parcel" or group not in GROUPS or facts.value <= 0:
        return None
    told = tax.parcel_tax(
        ((int(group), Decimal(facts.value)),),
        on=facts.on,
        from_hkmotw=facts.from_hkmotw,
        one_indivisible=facts.one_indivisible,
    )
    return {
        "statutory": told.statutory,
        "total": told.total,
        "exempt": told.total == 0 and told.statutory > 0,
        "allowed": told.allowed,
    }


def _columns() -> list[lists.Column]:
    return [
        lists.Column("order_no", _("订单编号"), lists.CODE, href="href"),
        lists.Column("mode", _("监管方式"), lists.CODE),
        lists.Column("value", _("商品金额"), lists.TEXT),
        lists.Column("currency", _("币制"), lists.CODE),
        lists.Column("channel_word", _("申报渠道")),
        lists.Column("state_word", _("状态")),
    ]


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one, "href": reverse("b2b_one", args=[one["id"]]), "channel_word": said(one, "", _language()),
        "state_word": one["state_en"] if _english() else one["state_zh"],
    }  # fmt: skip


def _flags() -> list[tuple[str, str]]:
    return [
        ("refund", _("申请出口退税")), ("inspection", _("涉及法定检验检疫")), ("duty", _("涉及出口关税")), ("licence", _("涉及许可证件")),
    ]  # fmt: skip


def _facts() -> list[tuple[str, str]]:
    return [
        ("platform_sale", _("在电商平台成交")), ("business_buyer", _("购买人是企业")), ("personal", _("个人之间寄递、自用")),
        ("documents", _("只有文件资料")), ("controlled", _("涉及许可证件、配额或法定检验")),
        ("one_indivisible", _("只有一件且不可分割")), ("from_hkmotw", _("寄自港澳台")),
    ]  # fmt: skip


def _groups() -> list[tuple[str, str]]:
    return [("1", _("食品、书刊、玩具等")), ("2", _("纺织品、电器、普通化妆品等")), ("3", _("烟、酒、高档手表等"))]


def _field(name: str) -> str:
    return {
        "gnum": _("项号"), "gcode": _("商品编码"), "qty": _("数量"), "unit": _("单位"), "price": _("单价"), "totalPrice": _("总价"),
        "currency": _("币制"),
    }[name]  # fmt: skip


def _english() -> bool:
    return _language().startswith("en")


def _language() -> str:
    return get_language() or "zh-hans"
