"""The papers of a trade: 申报清单 and 放行通知, masked as the caller's pages mask them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.base.days import day_of
from pilotzone.exchange.formats.definitions import message
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import asking, papers
from pilotzone.portal.desks.trades import EXPORT_PAGE, searched
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui.numbers import money
from pilotzone.ui.paper.kinds import Kind, number_of, too_early, unknown
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table, fact, shown
from pilotzone.ui.states import PARTIES
from pilotzone.ui.wording import said

LIST = "list"
RELEASED, CANCELLED = ("released", "closed"), "cancelled"
# of a list's line what a page has room for; every field stands in the export and on the page
LINE = {
    "gnum": 0.8, "itemNo": 1.4, "gcode": 1.6, "gname": 2.0, "gmodel": 1.6, "country": 1.1, "qty": 0.9, "unit": 0.9, "price": 1.0,
    "totalPrice": 1.1, "currency": 1.0,
}  # fmt: skip
FIGURES = ("gnum", "qty", "price", "totalPrice")


def list_of(key: str) -> Sheet:
    """The declared list of a trade: its head, its lines."""
    trade, document = _trade(key)
    on = trade["accepted_on"] or day_of(document["accepted_at"])
    told = papers.shown(document, on=on)
    notes = [_("表体列出主要栏目；全部栏目见平台页面和导出文件。")]
    if not document["opened"]:
        notes.insert(0, _("个人信息已脱敏。"))
    return Sheet(
        title=_("跨境电子商务进口申报清单") if trade["flow"] == "I" else _("跨境电子商务出口申报清单"),
        lead=_("按企业签名申报的报文打印；海关决定以海关回执为准。"),
        facts=[
            *(
                fact(name, trade[key])
                for key, element, name in _numbers()
                if trade[key] and not document["head"].get(element)
            ),
            *(fact(name, value) for name, value in told["facts"]),
        ],
        tables=[_lines(document, on)],
        notes=notes,
        stamp={"list": str(document["id"]), "cancelled": str(trade["state"] == CANCELLED)},
    )


def release(key: str) -> Sheet:
    """That customs released the list of a trade, by its receipt."""
    trade, document = _trade(key)
    stages = dict(trade["stages"])
    if trade["state"] not in RELEASED:
        raise too_early("海关尚未放行，没有放行通知。", "Customs has not released it: there is no notice of release.")
    language = get_language() or "zh-hans"
    at = next((datetime.fromisoformat(stages[name]) for name in RELEASED if name in stages), None)
    answer = clearance.MESSAGES[document["message"]].receipt
    receipts = [one for one in trade["receipts"] if one["applied"] and one["message"] == answer]
    firms = [
        fact(_(PARTIES[name]), trade["names"].get(firm))
        for role, firm in trade["firms"].items()
        if (name := "declarant" if role == "agent" else role) in PARTIES
    ]
    return Sheet(
        title=_("海关放行通知"),
        lead=_("下列清单已由海关放行，内容按海关回执打印。"),
        facts=[
            fact(_("清单编号"), trade["invt_no"]), fact(_("预录入编号"), trade["pre_no"]), fact(_("订单编号"), trade["order_no"]),
            fact(_("运单编号"), trade["logistics_no"]), fact(_("总运单号"), trade["bill_no"]), fact(_("关区"), trade["customs_code"]),
            fact(_("进出口"), _("进口") if trade["flow"] == "I" else _("出口")), fact(_("监管方式"), trade["mode"]),
            fact(_("放行时间"), at), fact(_("申报金额（元）"), money(trade["value"])), *firms,
        ],
        tables=[
            Table(
                _("海关回执"),
                [
                    Column(_("回执时间"), share=1.3), Column(_("状态码"), share=0.7), Column(_("状态"), share=1.2),
                    Column(_("说明"), share=2.6),
                ],
                [
                    [_told_at(one["time"]), one["status"], said(one, "", language), shown(one["info"])] for one in receipts
                ],
            )
        ]
        if receipts
        else [],
        notes=[_("提离货物请凭清单编号或运单编号；放行后海关另有通知的，以海关通知为准。")],
        stamp={"list": str(document["id"]), "released": "yes" if trade["state"] in RELEASED else "no"},
    )  # fmt: skip


def lists_found(query: QueryDict, most: int) -> list[str]:
    """The trades of the list with these filters whose list customs knows."""
    return _found(query, most, lambda one: bool(one["invt_no"] or one["pre_no"]))


def releases_found(query: QueryDict, most: int) -> list[str]:
    """Those that customs released."""
    return _found(query, most, lambda one: one["state"] in RELEASED)


KINDS = (
    Kind("list", "QD", "申报清单", "Declaration list", list_of, lists_found),
    Kind("release", "FT", "海关放行通知", "Notice of release", release, releases_found),
)


def _found(query: QueryDict, most: int, printable: Callable[[dict[str, Any]], bool]) -> list[str]:
    require("trade.see")
    filters, page = searched(asking.read(query).filters), 1
    keys: list[str] = []
    while len(keys) <= most:
        rows = clearance.trades(filters, page, EXPORT_PAGE, whole=True)["rows"]
        keys += [str(one["id"]) for one in rows if printable(one)]
        if len(rows) < EXPORT_PAGE:
            break
        page += 1
    return keys[: most + 1]


def _trade(key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The trade and its list; a trade without one has nothing to print."""
    require("trade.see")
    trade = clearance.trade(number_of(key))
    if trade is None:
        raise unknown()
    number = next((part["document"] for part in trade["parts"] if part["kind"] == LIST), None)
    document = clearance.document(number) if number else None
    if document is None:
        raise too_early("清单尚未收到，或您无权查看。", "There is no list yet, or it is not yours to see.")
    return trade, document


def _numbers() -> tuple[tuple[str, str, str], ...]:
    """Numbers customs gave, which stand in its receipt and not in the list that was declared."""
    return ("invt_no", "invtNo", _("清单编号")), ("pre_no", "preNo", _("预录入编号"))


def _lines(document: dict[str, Any], on: Any) -> Table:
    part = message(document["message"], document["edition"]).lines
    fields = {} if part is None else part.by_name
    shown_fields = [
        fields[name] for name in LINE if name in fields and any(line.get(name) for line in document["lines"])
    ]
    return Table(
        _("清单表体"),
        [
            Column(papers.name(one), RIGHT if one.element in FIGURES else "left", LINE[one.element])
            for one in shown_fields
        ],
        [[papers.value(one, line.get(one.element, ""), on) for one in shown_fields] for line in document["lines"]],
    )


def _told_at(text: str) -> str:
    """The time of a receipt (17 digits) as papers write it."""
    if len(text) >= 14 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:8]} {text[8:10]}:{text[10:12]}:{text[12:14]}"
    return shown(text)
