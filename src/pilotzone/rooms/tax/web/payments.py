"""登记缴款: payments of tax as recorded and as told, and the form that records one."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.money import yuan
from pilotzone.base.texts import at_most, whole
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.web.bills import day_of_text
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

LONGEST, MOST_BILLS = 50, 500


@require_safe
def payments(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """What was paid, by whom told, and whether it settled its bills; as a page or whole as CSV."""
    require("tax.see")
    number = request.GET.get("number", "").replace("\0", "").strip()[:LONGEST]
    if csv:
        every = sheets.every(lambda page, size: api.payments(page, size, number))
        return sheets.csv_answer("payments", _columns(), [_row(row) for row in every], action="tax.payments.export")
    found = api.payments(lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, number)
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(row) for row in found["rows"]],
        filters=[lists.Filter("number", _("缴款或税单编号"), "search", value=number)],
        page=found["page"],
        total=found["total"],
        query=request.GET,
        key="receipt_no",
        export_url=reverse("tax_payments_csv"),
        empty=_("还没有缴款记录。"),
    )
    return render(request, "tax/payments.html", {"listing": listing, "may_pay": may("tax.pay")})


def _columns() -> list[lists.Column]:
    return [
        lists.Column("receipt_no", _("缴款编号"), lists.CODE),
        lists.Column("paid_on", _("缴款日"), lists.DAY),
        lists.Column("amount", _("缴款金额"), lists.MONEY, unit=_("元")),
        lists.Column("count", _("税单份数"), lists.NUMBER),
        lists.Column("shown", _("税单编号"), lists.CODE),
        lists.Column("light", _("核销灯"), lists.LIGHT),
        lists.Column("word", _("核销")),
        lists.Column("told_by", _("来源")),
        lists.Column("recorded_at", _("登记时间"), lists.TIME),
    ]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    words = {"settled": _("已核销"), "waiting": _("待税单"), "differs": _("与税单不符")}
    lights = {"settled": "green", "waiting": "yellow", "differs": "red"}
    channels = {"desk": _("人工登记"), "notice": _("单一窗口通知")}
    return row | {
        "light": lights[row["state"]], "word": words[row["state"]],
        "told_by": channels.get(row["channel"], row["channel"]), "count": len(row["bills"]),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; a POST with its fields records the payment, one from the list of bills fills the form."""
    require("tax.pay")
    asked = request.POST if request.method == "POST" else request.GET
    chosen = [*asked.getlist("chosen"), *asked.get("bills", "").replace("\0", "").split()]
    numbers = list(dict.fromkeys(number.replace("\0", "").strip() for number in chosen))
    typed = {name: asked.get(name, "").replace("\0", "").strip() for name in ("receipt_no", "paid_on", "amount")}
    problem: Refused | None = None
    if request.method == "POST" and "receipt_no" in request.POST:
        try:
            _record(typed, numbers, request.POST.get("reason", ""))
            return redirect(f"/tax/payments/?number={typed['receipt_no']}")
        except Refused as refusal:
            problem = refusal
    due = [api.bills({"number": number}, 1, 1)["rows"] for number in numbers[:MOST_BILLS] if len(number) <= LONGEST]
    sums = [rows[0]["due"] for rows in due if rows and rows[0]["due"] is not None]
    typed["amount"] = typed["amount"] or (yuan(sum(sums, Decimal(0))) if sums else "")
    typed["paid_on"] = typed["paid_on"] or clock.today().isoformat()
    shown: dict[str, Any] = {"typed": typed, "bills": "\n".join(numbers), "problem": problem}
    return render(request, "tax/payment.html", shown, status=422 if problem else 200)


def _record(typed: dict[str, str], numbers: list[str], reason: str) -> None:
    at_most(numbers, MOST_BILLS, "税单", "bills", field="bills")
    paid_on = day_of_text(whole(typed["paid_on"], 200, field="paid_on"))
    whole(typed["amount"], 200, field="amount")
    try:
        amount = Decimal(typed["amount"].replace(",", ""))
    except InvalidOperation:
        raise refused("rule.payment.amount") from None
    if paid_on is None:
        raise refused("rule.payment.day")
    api.pay_bills(
        receipt_no=typed["receipt_no"], paid_on=paid_on, amount=amount, bills=numbers, at=clock.now(), reason=reason
    )
