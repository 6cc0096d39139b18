"""The officer's workbench: what is in review, inspection or refused, by customs district; bills that differ."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Gap
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, ZONE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.reference import codes
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui.states import state_of

# what an officer looks at first, in the order of its weight
WATCHED = ("review", "inspection", "suspended", "detained", "returned", "refused", "gap", "expired")
START = {ENTERPRISE: "enterprise", AGENCY: "officer", CONSUMER: "me", ZONE: "office", DISTRICT: "office"}


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """To the caller's own workbench; who is nobody yet is asked to sign in."""
    kind = current().kind
    if kind not in START:
        require("trade.see")
    return redirect(START[kind])


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Districts by states; every figure leads to its list."""
    require("trade.see")
    today = clock.today()
    told = tax.bills({"on": today}, 1, 1) if may("tax.see") else None
    standing = clearance.standing()
    context = {
        "states": [(state, _(state_of(state).word)) for state in WATCHED],
        "rows": _rows(standing),
        "totals": _totals(standing),
        "today": today,
        "counters": [one | {"href": f"{reverse('officer_trades')}{one['href']}"} for one in clearance.counters(today)],
        "bills": told and {"total": told["total"], "differing": told["differing"], "overdue": told["overdue"]},
        "due": tax.bills({"due": today}, 1, 1)["total"] if told else None,
    }
    return render(request, "desks/officer.html", context)


def _rows(standing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per customs district: its name, the figure of each watched state with its address, all its trades."""
    by_district: dict[str, dict[str, int]] = defaultdict(dict)
    for one in standing:
        by_district[one["customs_code"]][one["state"]] = one["n"]
    return [
        {
            "code": code, "name": _district(code),
            "cells": [{"n": states.get(state, 0), "href": _address(code, state)} for state in WATCHED],
            "all": {"n": sum(states.values()), "href": _address(code, "")},
        }
        for code, states in sorted(by_district.items())
    ]  # fmt: skip


def _totals(standing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sums: dict[str, int] = defaultdict(int)
    for one in standing:
        sums[one["state"]] += one["n"]
    return [{"state": state, "n": sums[state], "href": _address("", state)} for state in WATCHED]


def _address(customs: str, state: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in (("customs", customs), ("state", state)) if value)
    return f"{reverse('officer_trades')}?{query}"


def _district(code: str) -> str:
    """The district's name; a trade without a list has none yet, and a code nobody publishes stays a code."""
    if not code:
        return _("尚无清单")
    try:
        return codes.entry("customs_district", code, on=clock.today()).zh
    except Gap:
        return code
