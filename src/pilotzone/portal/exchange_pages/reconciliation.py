"""对账: a day's counts of the hub beside what each department counted, and whether they agree."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.days import add_days
from pilotzone.base.errors import Refused
from pilotzone.exchange.hub import counts
from pilotzone.exchange.hub.agreements import USE
from pilotzone.exchange.hub.errors import refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.scope import current
from pilotzone.portal.exchange_pages import requests, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """One day (`?day=`, yesterday where none is named); a department tells its own count of a day that is over."""
    requests.guarded()
    day, problem = _day(request), None
    if request.method == "POST":
        try:
            agreed = counts.tell(day, _typed(request))
            (said.success if agreed else said.warning)(
                request, _("双方计数一致。") if agreed else _("双方计数不一致，请核对。")
            )
            return redirect(f"{reverse('exchange_counts')}?day={day.isoformat()}")
        except Refused as fault:
            problem = fault
    listing = lists.Listing(
        columns=_columns(), rows=_rows(day), total=None, query=request.GET, export_url=reverse("exchange_counts_export"),
        filters=[lists.Filter("day", _("日期"), "date", value=day.isoformat())], empty=_("当日没有数据交换。"), caption=_("对账"),
    )  # fmt: skip
    context = {
        "listing": listing, "day": day, "problem": problem, "figures": list(_words().items()),
        "tells": current().kind == AGENCY and may(USE) and day < clock.today(),
    }  # fmt: skip
    return render(request, "exchange_pages/reconciliation.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    requests.guarded()
    return sheets.csv_answer("reconciliation", _columns(), _rows(_day(request)), action="hub.counts.export")


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", "") or request.POST.get("day", ""))
    except ValueError:
        return add_days(clock.today(), -1)


def _typed(request: HttpRequest) -> dict[str, int]:
    told = {name: wording.typed(request, name, 12) for name in counts.FIGURES}
    if any(not (value.isascii() and value.isdecimal() and len(value) < 13) for value in told.values()):
        raise refused("hub.input", what="0–999999999999")
    return {name: int(value) for name, value in told.items()}


def _words() -> dict[str, str]:
    return {
        "queries": _("查询次数"), "refused": _("被拒次数"), "rows": _("取得行数"), "provided": _("提供行数"), "sent": _("发出消息"),
        "received": _("收到消息"),
    }  # fmt: skip


def _columns() -> list[lists.Column]:
    figures = [lists.Column(name, word) for name, word in _words().items()]
    return [lists.Column("body", _("部门")), *figures, lists.Column("agreed", _("对账结果"))]


def _rows(day: date) -> list[dict[str, Any]]:
    """Each figure as `ours` or, where the department told another, `ours / theirs`."""
    bodies, told = wording.bodies(), []
    for line in counts.sheet(day):
        theirs = line["theirs"] or line["ours"]
        figures = {
            name: str(value) if theirs[name] == value else f"{value} / {theirs[name]}"
            for name, value in line["ours"].items()
        }
        result = _("对方未报送") if line["agreed"] is None else _("一致") if line["agreed"] else _("不一致")
        told.append({"id": line["unit"], "body": bodies.get(line["unit"], line["unit"]), "agreed": result, **figures})
    return told
