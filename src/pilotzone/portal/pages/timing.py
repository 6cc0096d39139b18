"""The zone's clock on a page: what it shows, and for who may, moving a demonstration's forward."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access import doors

STEPS = {
    "hour": (_("向前 1 小时"), timedelta(hours=1)),
    "day": (_("向前 1 天"), timedelta(days=1)),
    "month": (_("向前 30 天"), timedelta(days=30)),
}


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The zone's time: {"now": ISO, "shown": as the header writes it, "demo": whether it is movable}."""
    at = clock.now()
    return JsonResponse({"now": at.isoformat(), "shown": at.strftime("%Y-%m-%d %H:%M"), "demo": clock.is_demo()})


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The page; a POST with `step` or `to` and `reason` moves the clock, refusals keep what was typed."""
    refusal: Problem | None = None
    if request.method == "POST":
        doors.require("clock.move")
        try:
            moved = _move(request.POST.get("step", ""), request.POST.get("to", ""), request.POST.get("reason", ""))
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, gettext("演示时钟已调至 %(at)s") % {"at": moved.strftime("%Y-%m-%d %H:%M")})
            return HttpResponseRedirect("/clock/")
    context = {
        "steps": [(key, word) for key, (word, _span) in STEPS.items()],
        "may_move": clock.is_demo() and doors.may("clock.move"),
        "refusals": [refusal] if refusal else [],
        "typed": request.POST,
    }
    return render(request, "pages/clock.html", context, status=422 if refusal else 200)


def _move(step: str, to: str, reason: str) -> datetime:
    """Move by a named step, else to a local time; what is neither is refused by the clock itself."""
    if step in STEPS:
        return clock.advance(by=STEPS[step][1], reason=reason)
    try:
        target = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI)
    except ValueError:
        return clock.advance(reason=reason)
    return clock.advance(to=target, reason=reason)
