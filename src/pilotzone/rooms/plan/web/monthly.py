"""工作月报: who sent what when, one's own report filled in by the platform, one report to read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"
LAMPS = {"on_time": "green", "late": "yellow", "near": "yellow", "overdue": "red"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How every body stands with a month's report (`?month=2021-05`, by default the last one owed)."""
    actor = require(SEE)
    plan, known, month = _chosen(request)
    rows = _rows(month, request.GET.get("state", "")) if month else []
    states = ("on_time", "late", "open", "near", "overdue")
    listing = lists.Listing(
        columns=_columns(), rows=rows, page_size=200, query=request.GET, total=len(rows), export_url=reverse("plan_monthly_export"),
        filters=[
            lists.Filter(
                "month", _("月份"), "select", value=f"{month:%Y-%m}" if month else "",
                choices=[(f"{one:%Y-%m}", f"{one:%Y-%m}") for one in known[:36]],
            ),
            lists.Filter(
                "state", _("报送"), "select", value=request.GET.get("state", ""),
                choices=[("", _("全部")), *((one, wording.report(one)) for one in states)],
            ),
        ],
        empty=_("方案期内还没有到期的月报。"),
    )  # fmt: skip
    own = api.subject_of(plan, api.work_rule(), clock.today(), actor.unit_path) if may("report.fill") else None
    context = {"listing": listing, "month": month, "own": own, "work": api.work_rule()}
    return render(request, "plan/monthly.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    require(SEE)
    month = _chosen(request)[2]
    return sheets.csv_answer(
        "monthly", _columns(), _rows(month, request.GET.get("state", "")) if month else [], action="plan.export"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own report: the platform has filled in the facts, the writer explains what is yellow or red."""
    actor = require("report.fill")
    plan, work, today = api.plan_in_force(), api.work_rule(), clock.today()
    body = api.subject_of(plan, work, today, actor.unit_path)
    owed = [one for one in api.months(plan, today, 12) if body and api.monthly_report(plan, body.path, one) is None]
    seen = api.overview(plan, today)
    problem = None
    if request.method == "POST":
        words = _explained(request)
        try:
            month = asked.month(asked.text(request, "month"))
            summary = asked.text(request, "summary")
            api.send_monthly(plan=plan, work=work, seen=seen, month=month, summary=summary, words=words, at=clock.now())
            return redirect("plan_monthly_one", f"{month:%Y-%m}", actor.unit_path)
        except Refused as refusal:
            problem = refusal
    facts = api.facts_of(seen, body)["tasks"] if body else []
    rows = [
        row | {
            "title": row["en"] if wording.english() else row["zh"], "why": row["why_en"] if wording.english() else row["why_zh"],
            "said_kind": wording.kind(row["kind"]), "must": row["leads"] and row["light"] in ("red", "yellow"), "typed": request.POST.get(f"task-{row['no']}", ""),
        }
        for row in sorted(facts, key=lambda one: (not one["leads"], one["no"]))
    ]  # fmt: skip
    context = {
        "rows": rows, "owed": owed, "body": body, "name": wording.said(body) if body else "", "problem": problem, "typed": request.POST,
        "today": today,
    }  # fmt: skip
    return render(request, "plan/monthly_mine.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, month: str, unit: str) -> HttpResponse:
    """One report as it was sent, with its corrections; POST corrects one's own body's."""
    actor = require(SEE)
    plan = api.plan_in_force()
    try:
        found = api.monthly_report(plan, unit[:200].replace("\0", ""), asked.month(month))
    except Refused:
        found = None
    body = api.subject_of(plan, api.work_rule(), found.sent_on, found.unit) if found else None
    if found is None or body is None:
        raise Http404
    problem = None
    if request.method == "POST":
        try:
            api.correct_monthly(
                monthly=found.pk,
                summary=asked.text(request, "summary"),
                words=_explained(request),
                reason=asked.text(request, "why"),
                at=clock.now(),
                shown=asked.shown(request),
            )
            return redirect("plan_monthly_one", month, unit)
        except Refused as refusal:
            problem = refusal
    corrections = api.corrections(monthly=found.pk)
    rows = [
        row | {
            "title": row["en"] if wording.english() else row["zh"], "why": row["why_en"] if wording.english() else row["why_zh"],
            "must": row["leads"] and row["light"] in ("red", "yellow"),
            "typed": request.POST.get(f"task-{row['no']}", found.words.get(str(row["no"]), "")), "words": found.words.get(str(row["no"]), ""),
        }
        for row in found.facts["tasks"]
    ]  # fmt: skip
    context = {
        "one": found, "rows": rows, "name": wording.said(body), "on": found.facts["on"], "problem": problem, "typed": request.POST,
        "corrections": corrections, "shown": asked.shown_again(request, len(corrections), problem), "own": may("report.fill") and actor.unit_path == found.unit,
    }  # fmt: skip
    return render(request, "plan/monthly_one.html", context, status=422 if problem else 200)


def _explained(request: HttpRequest) -> dict[int, str]:
    """Task → explanation as typed."""
    return {
        int(name[5:]): asked.text(request, name)
        for name in request.POST
        if name.startswith("task-") and name[5:].isascii() and name[5:].isdecimal() and len(name) < 12
    }


def _chosen(request: HttpRequest) -> tuple[api.Plan, list[date], date | None]:
    plan = api.plan_in_force()
    known = list(api.months(plan, clock.today()))
    wanted = request.GET.get("month", "")[:7]
    month = next((one for one in known if f"{one:%Y-%m}" == wanted), known[0] if known else None)
    return plan, known, month


def _columns() -> list[lists.Column]:
    return [
        lists.Column("unit", _("单位"), href="href"), lists.Column("state", _("报送")), lists.Column("light", _("亮灯"), lists.LIGHT),
        lists.Column("due", _("截止日"), lists.DAY), lists.Column("late", _("迟几个工作日"), lists.NUMBER), lists.Column("chased", _("催报")), lists.Column("why", _("说明")),
    ]  # fmt: skip


def _rows(month: date, state: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    steps = api.chased(api.plan_in_force(), f"{month:%Y-%m}")
    for row in api.monthly_standing(api.plan_in_force(), api.work_rule(), month, clock.today()):
        stands, body = row["standing"], row["body"]
        if state and (stands is None or stands.state != state):
            continue
        chased = None if row["sent"] else steps.get(body.path)
        base = {
            "unit": wording.said(body),
            "href": reverse("plan_monthly_one", args=[f"{month:%Y-%m}", body.path]) if row["sent"] else "",
        }
        if stands is None:
            told.append(
                base
                | {
                    "state": _("只互通，不催报"),
                    "light": "",
                    "due": None,
                    "late": None,
                    "why": _("省级及垂管单位以工作通报互通"),
                }
            )
        else:
            state_word = wording.report(stands.state)
            told.append(
                base | {"state": _("%(state)s（已更正）") % {"state": state_word} if row["corrected"] else state_word, "light": LAMPS.get(stands.state, ""), "due": stands.due,
                        "late": stands.late or None, "chased": f"{wording.chase(chased['step'])} {chased['day']}" if chased else "", "why": wording.said(stands)}
            )  # fmt: skip
    return told
