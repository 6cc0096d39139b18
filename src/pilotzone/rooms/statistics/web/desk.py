"""统计编制与公布: the statisticians' desk (compute, publish, self-reports) and customs' consent; a firm's own report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import revising, words
from pilotzone.rooms.statistics.web.months import before, month_of, month_posted
from pilotzone.ui.listing import Column
from pilotzone.ui.sheets import csv_answer


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The releases that are due or near, with the step that is next for the caller."""
    return _page(request, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One step of a release: compute, consent or publish."""
    try:
        if verb == "compute":
            api.compute(number, at=clock.now())
        elif verb == "consent":
            api.consent(number, text=request.POST.get("consent", ""), at=clock.now())
        else:
            api.publish(number, at=clock.now(), on=clock.today())
    except (Refused, Denied) as refused:
        return _page(request, refused)
    messages.success(request, _("已办理"))
    return redirect("statistics_desk")


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A firm's monthly report: the form of the month with its head, what it reported before; POST files it."""
    require("statistics.report")
    today = clock.today()
    month, problem = month_of(request.GET.get("month", "")) or before(today), None
    if request.method == "POST":
        try:
            month = month_posted(request)
            revision = api.report(
                month=month, typed=request.POST.dict(), note=request.POST.get("note", ""), at=clock.now(), today=today,
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except Refused as refused:
            problem = refused
        else:
            messages.success(request, _("已报送，第%(n)s次") % {"n": revision})
            return redirect(f"{request.path}?month={month:%Y-%m}")
    return mine_page(request, month, problem)


def mine_page(
    request: HttpRequest, month: date, problem: Refused | None, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """The firm's page of a month, with what was wrong where something was, and what was `typed` beside what was reported."""
    today, own = clock.today(), current().organisation or 0
    rows = api.reports(organisation=own)
    kept = next((row for row in rows if row["month"] == month), None)
    try:
        form = api.form_of(api.forms(), month)
    except Refused as refused:
        problem, form = problem or refused, api.forms()[-1]
    values: Mapping[str, Any] = (kept or {}).get("answers", {})
    if typed or "export_total" in request.POST:
        values = typed or request.POST
    fields = [
        {"key": one.key, "name": words.said(one), "unit": words.units().get(one.unit, one.unit), "value": values.get(one.key, ""),
         "wrong": bool(problem and one.key in problem.fields)}
        for one in form.fields
        if one.key != "zero_report"
    ]  # fmt: skip
    head = api.form_heads().get(form.version, {})
    suffix = "en" if words.english() else "zh"
    names = {field.key: words.said(field) for one in api.forms() for field in one.fields}
    context: dict[str, Any] = {
        "doubts": [
            {"number": one.number, "month": f"{one.month:%Y-%m}", "item": names.get(one.field, one.field), "due": one.standing.due}
            for one in api.doubts(today, state="open")
        ],
        "standing": api.own_standing(own, month, today), "reminded": api.reminded(own, month), "states": words.standings(), "surveys": api.asked_in(own),
        "problem": problem, "fields": fields, "month": f"{month:%Y-%m}", "kept": kept, "rows": rows, "version": form.version,
        "zero": values.get("zero_report") in ("1", "on"), "note": values.get("note", (kept or {}).get("note", "")),
        "reason": request.POST.get("reason", ""), "corrects": bool(kept) and (today > api.due(month) or bool(api.published(month))),
        "published": bool(api.published(month)), "revised": revising.shown(api.revised(month=month, organisation=own)),
        "head": {"number": head.get("number", "—"), "valid_to": head.get("valid_to") or "—", "due": head.get("due_day", 10)}
        | {name: head.get(f"{name}_{suffix}", "—") for name in ("name", "made_by", "approval")},
    }  # fmt: skip
    return render(request, "statistics/mine.html", context, status=422 if problem else 200)


@require_safe
def reports_export(request: HttpRequest) -> HttpResponse:
    """The self-reports of a month as CSV, for statisticians."""
    require("statistics.work")
    rows = api.reports(month=month_of(request.GET.get("month", "")) or before(clock.today()))
    flat = [row | row["answers"] | {"checks": "；".join(words.findings_of(row["findings"]))} for row in rows]
    fields = [Column(one.key, words.said(one)) for one in api.forms()[-1].fields]
    columns = [
        Column("month", _("报告期")), Column("firm", _("企业")), *fields, Column("note", _("说明")), Column("revision", _("报送次数")),
        Column("reason", _("更正理由")), Column("checks", _("核查提示")),
    ]  # fmt: skip
    return csv_answer("self-reports", columns, flat, action="statistics.reports.export")


def _page(request: HttpRequest, problem: Refused | Denied | None) -> HttpResponse:
    work, consents = may("statistics.work"), may("statistics.consent")
    if not consents:
        require("statistics.work")
    today = clock.today()
    month = month_of(request.GET.get("month", "")) or before(today)
    reports = [row | {"checks": words.findings_of(row["findings"])} for row in api.reports(month=month)] if work else []
    context = {
        "problem": problem, "work": work, "consents": consents, "reports": reports, "report_month": f"{month:%Y-%m}",
        "releases": _releases(today),
    }  # fmt: skip
    return render(request, "statistics/desk.html", context, status=422 if problem else 200)


def _releases(today: date) -> list[dict[str, Any]]:
    """What is due or near, then the latest of what is published no more: those without a step."""
    rows = [one for one in api.calendar() if one.state != "published"]
    gone = api.superseded(rows, today)
    due = [one for one in rows if one.pk not in gone][:24]
    past = [one for one in reversed(rows) if one.pk in gone][:12]
    return [
        {"id": one.pk, "month": f"{one.month:%Y-%m}", "stage": words.stages()[one.stage], "due": one.due_on, "consent": one.consent,
         "state": words.superseded(gone[one.pk]) if one.pk in gone else words.states()[one.state], "gone": one.pk in gone,
         "open": one.due_on <= today, "computed": one.state == "computed"}
        for one in [*due, *past]
    ]  # fmt: skip
