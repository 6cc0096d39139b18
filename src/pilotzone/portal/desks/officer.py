"""The officers' workbenches: customs by district and state, tax by bills and guarantees, the others what they may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Gap
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, ZONE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks import departments, overdue
from pilotzone.portal.desks.duties import duties
from pilotzone.portal.desks.trades import OFFICER, entered
from pilotzone.reference import codes
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui.menus import stands
from pilotzone.ui.states import PARTIES, state_of
from pilotzone.ui.wording import said

# what an officer looks at first, in the order of its weight
WATCHED = ("review", "inspection", "suspended", "detained", "returned", "refused", "gap", "expired")
INSPECTED = ("inspection", "suspended", "detained", "review", "released")
URGENT = 20
NEAR = 7
HERE = (
    ("filing.see", noop("企业备案"), "/registry/filings/"),
    ("share.use", noop("数据交换"), "/exchange/"),
    ("", noop("月度统计发布"), "/statistics/"),
    ("statistics.work", noop("编制与公布"), "/statistics/desk/"),
    ("report.fill", noop("填报"), "/plan/reports/"),
    ("aggregate.see", noop("脱敏汇总"), "/office/figures/"),
    ("fx.supervise", noop("收汇核对"), "/fx/queue/"),
    ("fx.supervise", noop("总量核查"), "/fx/checks/"),
    ("", noop("一键跟踪"), "/track/"),
    ("", noop("权限矩阵"), "/accounts/matrix/"),
    ("", noop("首次使用清单"), "/accounts/steps/"),
)
START = {ENTERPRISE: "enterprise", AGENCY: "officer", CONSUMER: "me", ZONE: "office", DISTRICT: "office"}


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """To the caller's own workbench; who is nobody yet is asked to sign in."""
    kind = current().kind
    if kind not in START:
        require("trade.see")
    if kind == ENTERPRISE and may("fx.decide"):
        return redirect("fx_queue")
    return redirect(START[kind])


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The desk of the caller's department: customs, tax, or what another department may see today."""
    kind = current().kind
    desk = departments.desk_of(current().unit_path) if kind == AGENCY else departments.CUSTOMS
    if kind != AGENCY:
        entered(OFFICER)
    # customs and tax have liaisons too, who see no trade and no bill
    lacks = kind == AGENCY and not may("tax.see" if desk == departments.TAX else "trade.see")
    if desk == departments.OTHER or lacks:
        return _department(request)
    require("trade.see")
    return _tax(request) if desk == departments.TAX else _customs(request)


def _customs(request: HttpRequest) -> HttpResponse:
    """Districts by states, what the platform found; every figure leads to its list."""
    inspects = may("inspection.check")
    watched = INSPECTED if inspects else WATCHED
    today = clock.today()
    standing = clearance.standing()
    context = {
        "states": [(state, _(state_of(state).word)) for state in watched],
        "rows": _rows(standing, watched),
        "totals": _totals(standing, watched),
        "today": today,
        "counters": [one | {"href": f"{reverse('officer_trades')}{one['href']}"} for one in clearance.counters(today)],
        "findings": [one | {"whose_word": _(PARTIES.get(one["whose"], one["whose"]))} for one in clearance.findings()],
        "told_by": [(_(state_of(state).word), _address("", state)) for state in ("refused", "returned")],
        "inspects": inspects,
        "overdue": overdue.summaries(today),
        "duties": duties(),
    }
    return render(request, "desks/officer.html", context)


def _tax(request: HttpRequest) -> HttpResponse:
    """Bills that differ, bills in days 31 to 45 after release, guarantees."""
    require("tax.see")
    today = clock.today()
    told = tax.bills({"on": today}, 1, 1)
    context = {
        "today": today,
        "bills": {"total": told["total"], "differing": told["differing"], "overdue": told["overdue"]},
        "due": tax.bills({"due": today}, 1, 1)["total"],
        "urgent": [_due(one, today) for one in tax.bills_due(today, limit=URGENT)],
        "guarantees": tax.fullest_guarantees(limit=URGENT) if may("guarantee.see") else None,
        "standing": _totals(clearance.standing(), ("released", "closed", "returned")),
        "duties": duties(),
    }
    return render(request, "desks/tax.html", context)


def _department(request: HttpRequest) -> HttpResponse:
    """What a department may see today, and what will come to its desk."""
    unit = Unit.objects.filter(path=current().unit_path).first()
    here = [(_(word), path) for action, word, path in HERE if stands(path) and (not action or may(action))]
    context = {
        "unit": unit.named(get_language()) if unit else "",
        "here": here,
        "duties": duties(),
        "coming": [(_(one.what), _(one.where)) for one in departments.coming(current().unit_path)],
    }
    return render(request, "desks/department.html", context)


def _due(bill: dict[str, Any], today: date) -> dict[str, Any]:
    """A bill inside its days to pay with its light: yellow in the last week."""
    left = (bill["pay_to"] - today).days
    return bill | {"left": left, "colour": "yellow" if left < NEAR else "green"}


def _rows(standing: list[dict[str, Any]], watched: Sequence[str]) -> list[dict[str, Any]]:
    """One row per customs district: its name, the figure of each watched state with its address, all its trades."""
    by_district: dict[str, dict[str, int]] = defaultdict(dict)
    for one in standing:
        by_district[one["customs_code"]][one["state"]] = one["n"]
    return [
        {
            "code": code, "name": _district(code),
            "cells": [{"n": states.get(state, 0), "href": _address(code, state)} for state in watched],
            "all": {"n": sum(states.values()), "href": _address(code, "")},
        }
        for code, states in sorted(by_district.items())
    ]  # fmt: skip


def _totals(standing: list[dict[str, Any]], watched: Sequence[str]) -> list[dict[str, Any]]:
    sums: dict[str, int] = defaultdict(int)
    for one in standing:
        sums[one["state"]] += one["n"]
    return [{"state": state, "n": sums[state], "href": _address("", state)} for state in watched]


def _address(customs: str, state: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in (("customs", customs), ("state", state)) if value)
    return f"{reverse('officer_trades')}?{query}"


def _district(code: str) -> str:
    """The district's name; a trade without a list has none yet, and a code nobody publishes stays a code."""
    if not code:
        return _("尚无清单")
    try:
        return said(codes.entry("customs_district", code, on=clock.today()), language=get_language() or "zh-hans")
    except Gap:
        return code
