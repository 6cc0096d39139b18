"""税费账单: what customs charges, beside what this platform computed; what is paid, due and overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Gap
from pilotzone.exchange.formats.definitions import message
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.tax import api
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

LONGEST = 60
PAID, CANCELLED, OVERDUE, DUE, LATER, UNKNOWN = "paid", "cancelled", "overdue", "due", "later", "unknown"
VOID = "void"  # the list was cancelled, the bill stands
LIGHTS = {
    VOID: "red",
    PAID: "green",
    CANCELLED: "green",
    OVERDUE: "red",
    DUE: "yellow",
    LATER: "green",
    UNKNOWN: "yellow",
}


@require_safe
def bills(request: HttpRequest) -> HttpResponse:
    """The bills the caller sees, with the difference between customs and this platform and what is still owed."""
    require("tax.see")
    today = clock.today()
    typed, filters = asked(request.GET, today)
    found = api.bills(filters, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    context = {
        "listing": _listing(request, typed, found, today), "differing": found["differing"], "today": today,
        "overdue": found["overdue"],
    }  # fmt: skip
    return render(request, "tax/bills.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The bills of the same filters as CSV."""
    require("tax.see")
    today = clock.today()
    filters = asked(request.GET, today)[1]
    rows = sheets.every(lambda page, size: api.bills(filters, page, size))
    return sheets.csv_answer("bills", _columns(), [_row(row, today) for row in rows], action="tax.bills.export")


def asked(query: QueryDict, today: date) -> tuple[dict[str, str], dict[str, Any]]:
    """The filters of the list's address: as typed, and as the room asks for them."""
    names = ("number", "standing", "differs", "due")
    typed = {name: query.get(name, "").replace("\0", "").strip()[:LONGEST] for name in names}
    return typed, {
        "number": typed["number"], "differs": typed["differs"] == "1", "due": day_of_text(typed["due"]), "on": today,
        "standing": typed["standing"],
    }  # fmt: skip


@require_safe
def bill(request: HttpRequest, tax_no: str) -> HttpResponse:
    """One bill, kind by kind, and its payment."""
    require("tax.see")
    found = api.bills({"number": tax_no.replace("\0", "")[:LONGEST]}, 1, 1)["rows"]
    if not found:
        raise Http404
    names = {"tariff": _("关税"), "consumption_tax": _("消费税"), "vat": _("增值税")}
    amounts, today = found[0]["amounts"], clock.today()
    standing = standing_of(found[0], today)
    context = {
        "bill": found[0],
        "rows": [(names[kind], amounts[kind]) for kind in names],
        "status": status_word(found[0]["status"]),
        "lines": [line_of(line) for line in found[0]["lines"]],
        "standing": standing,
        "light": LIGHTS[standing],
        "word": standing_word(standing),
        "void": list_void(found[0]),
        "late": late(found[0], today) if standing == OVERDUE else None,
        "may_pay": may("tax.pay") and standing in (OVERDUE, DUE, LATER) and found[0]["due"] is not None,
    }
    return render(request, "tax/bill.html", context)


def standing_of(bill: dict[str, Any], on: date) -> str:
    """Paid, cancelled, overdue, due in its days, later, or unknown while customs or we lack something of it."""
    if bill["receipt_no"]:
        return PAID
    if bill["status"] == "3":
        return CANCELLED
    if list_void(bill):
        return VOID
    if bill["pay_to"] is None or bill["due"] is None:
        return UNKNOWN
    if bill["pay_to"] < on:
        return OVERDUE
    return DUE if bill["pay_from"] <= on else LATER


def list_void(bill: dict[str, Any]) -> bool:
    """Whether nothing of a bill that stands is owed: its list was cancelled after the release (docs/adr/0017)."""
    if bill["status"] == "3" or bill["pay_to"] is not None or bill["agrees"] is not False:
        return False
    return all(amount["ours"] is not None and not Decimal(amount["ours"]) for amount in bill["amounts"].values())


def standing_word(standing: str) -> str:
    """The words beside the light."""
    return {
        PAID: _("已缴"),
        CANCELLED: _("已作废"),
        OVERDUE: _("超期未缴（滞纳）"),
        DUE: _("缴税期内"),
        LATER: _("未到缴税期"),
        UNKNOWN: _("待补全"),
        VOID: _("清单已撤销"),
    }[standing]


def late(bill: dict[str, Any], on: date) -> dict[str, Any]:
    """How many days late, and about how much the late fee is by now; None where no rate is recorded."""
    try:
        fee: Decimal | None = api.late_fee(bill["due"], bill["pay_to"], on)
    except Gap:
        fee = None
    return {"days": (on - bill["pay_to"]).days, "fee": fee}


def status_word(code: str) -> str:
    """Customs' own words for the status of a bill."""
    return {"1": _("已生成"), "2": _("已汇总"), "3": _("已作废")}.get(code, code)


def day_of_text(text: str) -> date | None:
    """The day somebody typed; None where it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _listing(request: HttpRequest, typed: dict[str, str], found: dict[str, Any], today: date) -> lists.Listing:
    yes = [("1", _("是"))]
    standings = [
        ("open", _("未缴")), ("overdue", _("超期未缴（滞纳）")), ("paid", _("已缴")), ("cancelled", _("已作废")),
    ]  # fmt: skip
    pay = lists.Action("pay", _("登记缴款"))
    return lists.Listing(
        columns=_columns(),
        rows=[_row(row, today) for row in found["rows"]],
        filters=[
            lists.Filter("number", _("税单或清单编号"), "search", value=typed["number"]),
            lists.Filter("standing", _("缴款"), "select", standings, typed["standing"]),
            lists.Filter("differs", _("只看有差额"), "select", yes, typed["differs"]),
            lists.Filter("due", _("该日在缴税期内"), "date", value=typed["due"]),
        ],
        actions=[
            *([pay] if may("tax.pay") else []),
            *lists.printing("bill", _("打印/PDF"), _("打印全部"), request.GET),
        ],
        action_url=reverse("tax_payment_new"),
        page=found["page"],
        total=found["total"],
        query=request.GET,
        key="tax_no",
        export_url=reverse("tax_bills_csv"),
        empty=_("还没有电子税单。"),
        empty_help=_("海关放行后30日内没有退货或撤单的，海关生成电子税单。"),
    )


def _columns() -> list[lists.Column]:
    return [
        lists.Column("tax_no", _("税单编号"), lists.CODE, href="href"),
        lists.Column("invt_no", _("清单编号"), lists.CODE),
        lists.Column("status_word", _("税单状态")),
        lists.Column("customs", _("海关税额"), lists.MONEY, unit=_("元")),
        lists.Column("ours", _("本平台测算"), lists.MONEY, unit=_("元")),
        lists.Column("difference", _("差额"), lists.MONEY, unit=_("元")),
        lists.Column("light", _("核对"), lists.LIGHT),
        lists.Column("pay_to", _("缴税期止"), lists.DAY),
        lists.Column("owed", _("缴款灯"), lists.LIGHT),
        lists.Column("standing_word", _("缴款")),
    ]


def _row(row: dict[str, Any], today: date) -> dict[str, Any]:
    """A bill as one line: the three taxes added up where a side told all of them."""
    sides = {side: [amount[side] for amount in row["amounts"].values()] for side in ("customs", "ours", "difference")}
    sums = {side: None if None in told else sum(map(Decimal, told)) for side, told in sides.items()}
    light = {True: "green", False: "red", None: "yellow"}[row["agrees"]]
    standing = standing_of(row, today)
    word = standing_word(standing)
    if standing == OVERDUE:
        word = _("%(word)s %(days)s 天") % {"word": word, "days": (today - row["pay_to"]).days}
    return row | sums | {
        "href": reverse("tax_bill", args=[row["tax_no"]]), "status_word": status_word(row["status"]), "light": light,
        "owed": LIGHTS[standing], "standing_word": word,
    }  # fmt: skip


def line_of(line: Mapping[str, str]) -> list[tuple[str, str]]:
    """A line of the bill under the names of the specification; what it does not know stays as it is."""
    part = message("CEB816Message").lines
    known = part.by_name if part else {}
    english = (get_language() or "").startswith("en")
    told = []
    for name, value in line.items():
        field = known.get(name)
        told.append(((field.en if english else field.zh) if field else name, value))
    return told
