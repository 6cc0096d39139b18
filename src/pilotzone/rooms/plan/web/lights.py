"""节点与亮灯: targets by year for the government, and the public page of goals."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import wording
from pilotzone.ui import sheets


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every target of every year with its light, and the tasks that are not green."""
    require("aggregate.see")
    seen = api.overview(api.plan_in_force(), clock.today())
    urgent = [one for one in seen.tasks if one.light.light in ("red", "yellow")]
    shown = [
        {"no": one.task.no, "title": wording.said(one.task), "lead": wording.names(one.task.lead), "light": one.light.light,
         "why": wording.said(one.light)}
        for one in urgent
    ]  # fmt: skip
    return render(
        request, "plan/lights.html", {"seen": seen, "targets": _targets(seen), "urgent": shown, "linked": True}
    )


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One target in every year it is asked for: how it stands, what proves it, what was declared, the tasks it belongs to."""
    require("aggregate.see")
    plan, today = api.plan_in_force(), clock.today()
    seen = api.overview(plan, today, tasks=(), targets=[one for one in plan.targets if one.key == key])
    states = seen.targets
    if not states:
        raise Http404
    first, proofs = states[0].target, [state.evidence for state in states]
    ahead = {state.target.year: api.forecast(state.target, state.evidence.value, today) for state in states}
    context = {
        "title": wording.said(first), "unit": wording.unit(first.unit), "targets": _targets(seen, key), "where": wording.where(first.where), "seen": seen,
        "pages": sorted({found.page for found in proofs if found.page and (not found.needs or may(found.needs))}),
        "closed": any(found.page and found.needs and not may(found.needs) for found in proofs),
        "proofs": [(state.target.year, wording.said(state.evidence), wording.kind(state.evidence.kind)) for state in states],
        "ahead": [(year, round(found.value), round(found.low), round(found.high)) for year, found in ahead.items() if found],
        "tasks": [(task.no, wording.said(task)) for task in api.tasks_of(plan, first)],
        "reports": [row | {"unit": wording.names([row["unit"]])} for row in api.reports(plan.key, target=key)],
    }  # fmt: skip
    return render(request, "plan/target.html", context)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The goals of the plan and how they stand, for anybody; no report, no person, no firm."""
    seen = api.public_overview(clock.today())
    scores = [
        (year, [row | {"unit": wording.names([row["unit"]])} for row in rows])
        for year, rows in api.public_scores().items()
    ]
    context = {"seen": seen, "targets": _targets(seen), "title": wording.said(seen.plan), "scores": scores}
    return render(request, "plan/public.html", context)


@require_safe
def public_export(request: HttpRequest) -> HttpResponseBase:
    """The goals as CSV."""
    seen = api.public_overview(clock.today())
    head = [_("年度"), _("目标"), _("目标值"), _("单位"), _("力度"), _("现值"), _("亮灯"), _("证据来源")]
    lines = [
        [
            str(one["year"]), one["title"], one["asked"], one["unit"], one["strength"], sheets.cell(one["value"]),
            one["light"], one["kind"],
        ]
        for one in _targets(seen)
    ]  # fmt: skip
    answer = StreamingHttpResponse(sheets.csv_of([head, *lines]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-goals.csv"'
    return answer


def _targets(seen: api.Overview, key: str = "") -> list[dict[str, Any]]:
    return [
        {
            "year": one.target.year, "key": one.target.key, "title": wording.said(one.target),
            "asked": f"{'>' if one.target.above else '≥'} {one.target.number:,f}", "unit": wording.unit(one.target.unit),
            "strength": wording.strength(one.target.strength), "value": one.evidence.value, "light": one.light.light,
            "why": wording.said(one.light), "kind": wording.kind(one.evidence.kind), "where": one.target.where,
        }
        for one in seen.targets
        if not key or one.target.key == key
    ]  # fmt: skip
