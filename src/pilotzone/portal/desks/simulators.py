"""对方仿真: how the simulated counterparts of a demonstration zone behave, and faults on demand, for the operator."""

from __future__ import annotations

import os
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Problem
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.home import home
from pilotzone.simulators import board
from pilotzone.simulators.board import YES, Switch
from pilotzone.simulators.control import Switchboard

RUN = "platform.run"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every simulator with its switches."""
    return _page(request)


@require_POST
def act(request: HttpRequest, name: str, verb: str) -> HttpResponse:
    """Set the switches of one, or put it back to what is usual; who did it stays in the trail."""
    entered()
    try:
        before = switchboard().one(name)["state"]
        if verb == "reset":
            after = switchboard().reset(name)["state"]
        else:
            known = board.simulator(name, [name]).switches
            after = switchboard().change(name, {one.name: request.POST.get(one.name, "") for one in known})["state"]
    except Problem as refused:
        return _page(request, problem=refused, at=name)
    audit.record(f"simulator.{verb}", object_kind="simulator", object_id=name, before=before, after=after)
    messages.success(request, _("已生效。"))
    return redirect("simulators")


def _page(request: HttpRequest, *, problem: Problem | None = None, at: str = "") -> HttpResponse:
    entered()
    cards: list[dict[str, Any]] = []
    try:
        cards = [_card(one, request if one["name"] == at else None) for one in switchboard().listed()]
    except Problem as away:
        problem = problem or away
    context = {"cards": cards, "problem": problem, "at": at}
    return render(request, "desks/simulators.html", context, status=422 if problem and at else 200)


def entered() -> None:
    """The operator's, and only where the counterparts are simulated."""
    require(RUN)
    if not clock.is_demo():
        raise Http404


def switchboard() -> Switchboard:
    """The counterparts of this zone."""
    return Switchboard(door_address(), home())


def door_address() -> str:
    """Where they are spoken to."""
    port = os.environ.get("PILOTZONE_COUNTERPART_PORT", "8002")
    address = os.environ.get("PILOTZONE_CUSTOMS_URL") or os.environ.get("PILOTZONE_SINGLEWINDOW_URL")
    return (address or f"http://127.0.0.1:{port}").rstrip("/")


def _card(one: dict[str, Any], typed: HttpRequest | None) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    switches = [_field(switch, one, typed, english) for switch in board.simulator(one["name"], [one["name"]]).switches]
    return one | {
        "title": one["en" if english else "zh"], "key": one["name"].replace(":", "-"), "fields": switches,
        "usual_now": one["state"] == one["usual"],
    }  # fmt: skip


def _field(switch: Switch, one: dict[str, Any], typed: HttpRequest | None, english: bool) -> dict[str, Any]:
    value = one["state"][switch.name]
    shown = ("yes" if value else "no") if switch.kind == YES else str(value)
    choices = [("no", _("否")), ("yes", _("是"))] if switch.kind == YES else [(word, word) for word in switch.choices]
    return {
        "name": switch.name, "title": switch.en if english else switch.zh, "choices": choices,
        "value": typed.POST.get(switch.name, shown)[:40] if typed else shown, "unusual": value != one["usual"][switch.name],
        "mode": "decimal" if switch.kind == board.SHARE else "numeric",
    }  # fmt: skip
