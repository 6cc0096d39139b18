"""领导小组看板: six figures with target and forecast, the 45 lights, the trend, what presses; one screen, one sheet of paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import wording
from pilotzone.ui.charts import Chart, Series


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The board of the zone's leaders."""
    may("board.see") or require("aggregate.see")
    today = clock.today()
    plan = api.plan_in_force()
    seen = api.overview(plan, today)
    lights = [
        {"no": one.task.no, "light": one.light.light, "title": wording.said(one.task), "why": wording.said(one.light)}
        for one in seen.tasks
    ]
    red = [one for one in lights if one["light"] == "red"][:8]
    months = api.releases_by_month(today)
    chart = Chart(
        _("各月放行票数"), [f"{month:%Y-%m}" for month in months], [Series(_("放行"), [float(n) for n in months.values()])], "bar", _("票")
    )  # fmt: skip
    counties = api.filings_by_county()
    filed = Chart(
        _("各县区有效备案"), [one["en" if wording.english() else "zh"] for one in counties], [Series(_("家"), [float(one["n"]) for one in counties])], "bar", _("家")
    )  # fmt: skip
    counted = [(key, sum(one["light"] == key for one in lights)) for key in api.WORDS]
    context = {
        "seen": seen, "title": wording.said(plan), "figures": _figures(seen), "lights": lights, "red": red, "chart": chart,
        "filed": filed, "counted": counted, "overdue": _overdue(plan),
    }  # fmt: skip
    return render(request, "plan/board.html", context)


def _figures(seen: api.Overview) -> list[dict[str, Any]]:
    """The six, each of the year the day lies in, or of the plan's last where that is past."""
    year = max(seen.plan.start.year, min(seen.on.year, seen.plan.end.year))
    told = []
    for key in seen.plan.board:
        found = [one for one in seen.targets if one.target.key == key]
        state = next((one for one in found if one.target.year >= year), found[-1] if found else None)
        if state is None:
            continue
        ahead = api.forecast(state.target, state.evidence.value, seen.on)
        told.append(
            {
                "title": wording.said(state.target), "year": state.target.year, "unit": wording.unit(state.target.unit),
                "value": state.evidence.value, "asked": state.target.number, "above": state.target.above,
                "light": state.light.light, "why": wording.said(state.evidence if state.evidence.value is None else state.light), "kind": wording.kind(state.evidence.kind),
                "page": reverse("plan_target", args=[key]),
                "ahead": ahead and {"value": round(ahead.value), "low": round(ahead.low), "high": round(ahead.high)},
            }
        )  # fmt: skip
    return told


def _overdue(plan: api.Plan) -> list[dict[str, Any]]:
    today = clock.today()
    return [row for row in api.actions(plan, state="open") if row["due"] < today][:6]
