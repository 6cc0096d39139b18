"""税费账单: what customs charges, beside what this platform computed; and the guarantee that stands behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.exchange.formats.definitions import message
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.tax import api
from pilotzone.ui import listing as lists

LONGEST = 60


@require_safe
def bills(request: HttpRequest) -> HttpResponse:
    """The bills the caller sees, with the difference between customs and this platform."""
    require("tax.see")
    typed = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in ("number", "differs", "due")
    }
    filters: dict[str, Any] = {"number": typed["number"], "differs": typed["differs"] == "1"}
    filters["due"] = _day(typed["due"])
    found = api.bills(filters, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    context = {"listing": _listing(request, typed, found), "differing": found["differing"], "today": clock.today()}
    return render(request, "tax/bills.html", context)


@require_safe
def bill(request: HttpRequest, tax_no: str) -> HttpResponse:
    """One bill, kind by kind."""
    require("tax.see")
    found = api.bills({"number": tax_no.replace("\0", "")[:LONGEST]}, 1, 1)["rows"]
    if not found:
        raise Http404
    names = {"tariff": _("关税"), "consumption_tax": _("消费税"), "vat": _("增值税")}
    amounts = found[0]["amounts"]
    context = {
        "bill": found[0],
        "rows": [(names[kind], amounts[kind]) for kind in names],
        "status": _status(found[0]["status"]),
        "lines": [_line(line) for line in found[0]["lines"]],
    }
    return render(request, "tax/bill.html", context)


@require_safe
def guarantee(request: HttpRequest) -> HttpResponse:
    """The guarantee of the caller's own firm and its latest entries."""
    actor = require("guarantee.see")
    if actor.organisation is None:
        raise Http404
    words = {"DEPOSIT": _("登记担保"), "WITHDRAW": _("退还担保"), "HOLD": _("受理占用"), "RELEASE": _("释放")}
    rows = [
        row | {"id": number, "event_word": words.get(row["event"], row["event"])}
        for number, row in enumerate(api.guarantee_statement(actor.organisation))
    ]
    listing = lists.Listing(
        columns=[
            lists.Column("at", _("时间"), lists.TIME),
            lists.Column("event_word", _("事项")),
            lists.Column("list_key", _("清单"), lists.CODE),
            lists.Column("reference", _("凭据"), lists.CODE),
            lists.Column("deposited_change", _("担保额变动"), lists.MONEY, unit=_("元")),
            lists.Column("held_change", _("占用变动"), lists.MONEY, unit=_("元")),
        ],
        rows=rows,
        total=len(rows),
        page_size=max(1, len(rows)),
        empty=_("还没有担保记录。"),
    )
    return render(request, "tax/guarantee.html", {"told": api.guarantee_of(actor.organisation), "listing": listing})


def _listing(request: HttpRequest, typed: dict[str, str], found: dict[str, Any]) -> lists.Listing:
    yes = [("1", _("是"))]
    return lists.Listing(
        columns=[
            lists.Column("tax_no", _("税单编号"), lists.CODE, href="href"),
            lists.Column("invt_no", _("清单编号"), lists.CODE),
            lists.Column("status_word", _("税单状态")),
            lists.Column("customs", _("海关税额"), lists.MONEY, unit=_("元")),
            lists.Column("ours", _("本平台测算"), lists.MONEY, unit=_("元")),
            lists.Column("difference", _("差额"), lists.MONEY, unit=_("元")),
            lists.Column("light", _("核对"), lists.LIGHT),
            lists.Column("pay_from", _("缴税期起"), lists.DAY),
            lists.Column("pay_to", _("缴税期止"), lists.DAY),
        ],
        rows=[_row(row) for row in found["rows"]],
        filters=[
            lists.Filter("number", _("税单或清单编号"), "search", value=typed["number"]),
            lists.Filter("differs", _("只看有差额"), "select", yes, typed["differs"]),
            lists.Filter("due", _("该日在缴税期内"), "date", value=typed["due"]),
        ],
        page=found["page"],
        total=found["total"],
        query=request.GET,
        key="tax_no",
        empty=_("还没有电子税单。"),
        empty_help=_("海关放行后30日内没有退货或撤单的，海关生成电子税单。"),
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A bill as one line: the three taxes added up where a side told all of them."""
    sides = {side: [amount[side] for amount in row["amounts"].values()] for side in ("customs", "ours", "difference")}
    sums = {side: None if None in told else sum(map(Decimal, told)) for side, told in sides.items()}
    light = {True: "green", False: "red", None: "yellow"}[row["agrees"]]
    return row | sums | {
        "href": reverse("tax_bill", args=[row["tax_no"]]), "status_word": _status(row["status"]), "light": light,
    }  # fmt: skip


def _line(line: dict[str, str]) -> list[tuple[str, str]]:
    """A line of the bill under the names of the specification; what it does not know stays as it is."""
    part = message("CEB816Message").lines
    known = part.by_name if part else {}
    english = (get_language() or "").startswith("en")
    told = []
    for name, value in line.items():
        field = known.get(name)
        told.append(((field.en if english else field.zh) if field else name, value))
    return told


def _status(code: str) -> str:
    return {"1": _("已生成"), "2": _("已汇总"), "3": _("已作废")}.get(code, code)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
