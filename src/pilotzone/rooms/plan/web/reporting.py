"""Monthly reports: who declared what, the forms of one task, and the zone office's verdicts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.rooms.plan.web.tasks import page_of
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

VERDICTS = {"waiting": "", "confirmed": "confirmed", "returned": "returned"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The reports of a month (`?month=2021-05`), or all; those waiting for a verdict with `?verdict=waiting`. For who decides also what
    else waits: deadlines asked for and disputes."""
    require("aggregate.see")
    plan, (rows, problem) = api.plan_in_force(), _found(request)
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=500, query=request.GET, export_url=reverse("plan_reports_export"),
        filters=[
            lists.Filter("month", _("月份（如2021-05）"), "search", value=request.GET.get("month", "")),
            lists.Filter(
                "verdict", _("核实"), "select", value=request.GET.get("verdict", ""), choices=[("", _("全部")), *_verdicts().items()]
            ),
        ],
        empty=_("没有填报。"),
        empty_help=_("在任务页填报；平台看得见的事项由平台记录直接亮灯，不必填报。"),
    )  # fmt: skip
    waiting = {"deadlines": [], "objections": []} if not may("report.review") else {
        "deadlines": api.deadlines(plan.key, verdict=""), "objections": [one for one in api.objections(plan.key) if not one["answered_at"]],
    }  # fmt: skip
    context = {"listing": listing, "problem": problem, "tasks": len(plan.tasks), **waiting}
    return render(request, "plan/reports.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require("aggregate.see")
    rows, problem = _found(request)
    if problem:
        raise problem
    return sheets.csv_answer("reports", _columns(), rows, action="plan.export")


def _verdicts() -> dict[str, str]:
    return {"waiting": _("待核实"), "confirmed": _("已核实"), "returned": _("已退回")}


def _columns() -> list[lists.Column]:
    return [
        lists.Column("month", _("月份")), lists.Column("task", _("序号"), lists.NUMBER, href="href"), lists.Column("unit", _("填报单位")),
        lists.Column("said", _("进展")), lists.Column("title", _("目标")), lists.Column("value", _("数值"), lists.NUMBER), lists.Column("words", _("说明")),
        lists.Column("verdict_word", _("核实")), lists.Column("verified_by", _("核实人")), lists.Column("declared_at", _("填报时间"), lists.TIME),
    ]  # fmt: skip


def _found(request: HttpRequest) -> tuple[list[dict[str, Any]], Refused | None]:
    """The rows the filters find; none, and why, where the month is no month."""
    plan, words = api.plan_in_force(), request.GET.get("month", "").replace("\0", "")
    try:
        month = asked.month(words) if words else None
    except Refused as problem:
        return [], problem
    statuses = {"going": _("推进中"), "done": _("已完成")}
    titles = {one.key: wording.said(one) for one in plan.targets}
    return [
        row
        | {
            "month": f"{row['month']:%Y-%m}", "href": f"/plan/tasks/{row['task']}/#reports", "said": statuses[row["status"]], "title": titles.get(row["target"], ""),
            "unit": wording.names([row["unit"]]), "verdict_word": _verdicts()[row["verdict"] or "waiting"],
        }
        for row in api.reports(plan.key, month=month, verdict=VERDICTS.get(request.GET.get("verdict", "")))
    ], None  # fmt: skip


@require_POST
def declare(request: HttpRequest, number: int) -> HttpResponse:
    """Declare a month's progress, with an attachment if there is one."""
    typed = {name: asked.text(request, name) for name in ("month", "status", "words", "value", "target")}
    file = request.FILES.get("evidence")

    def act() -> None:
        api.declare(
            plan=api.plan_in_force(), task=number, month=asked.month(typed["month"]), status=typed["status"], words=typed["words"],
            target=typed["target"], value=_value(typed["value"]), at=clock.now(),
            name=file.name or "" if file else "", body=file.read(5 * 1024 * 1024 + 1) if file else b"",
        )  # fmt: skip

    return _done(request, number, act, typed)


@require_POST
def deadline(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for another deadline."""
    typed = {name: asked.text(request, name) for name in ("due", "reason")}
    return _done(
        request, number, lambda: api.ask_deadline(plan=api.plan_in_force(), task=number, at=clock.now(), **typed), typed
    )


@require_POST
def objection(request: HttpRequest, number: int) -> HttpResponse:
    """Object to the light as it is now."""
    require("report.fill")
    reason = asked.text(request, "objection")

    def act() -> None:
        plan = api.plan_in_force()
        seen = api.overview(plan, clock.today())
        light = next((one.light.light for one in seen.tasks if one.task.no == number), "")
        api.object_to(plan=plan, task=number, light=light, reason=reason, at=clock.now())

    return _done(request, number, act, {"objection": reason})


@require_POST
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm or return a report."""
    remark, confirmed = asked.text(request, "remark"), request.POST.get("verdict") == "confirmed"
    return _done(
        request,
        _task(request),
        lambda: api.verify(report=number, confirmed=confirmed, remark=remark, at=clock.now()),
        {"remark": remark, "of": f"report-{number}"},
    )


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve or refuse a deadline."""
    approved, remark = request.POST.get("verdict") == "approved", asked.text(request, "remark")
    return _done(
        request, _task(request), lambda: api.decide_deadline(request=number, approved=approved, remark=remark, at=clock.now()),
        {"remark": remark, "of": f"deadline-{number}"},
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer an objection."""
    words = asked.text(request, "words")
    return _done(
        request, _task(request), lambda: api.answer(objection=number, words=words, at=clock.now()),
        {"remark": words, "of": f"objection-{number}"},
    )  # fmt: skip


@require_safe
def attachment(request: HttpRequest, number: int) -> HttpResponse:
    """A report's attachment, always as a download."""
    require("aggregate.see")
    found = api.attachment(number)
    if found is None:
        raise Http404
    audit.record("plan.report.paper", object_kind="plan.report", object_id=number)
    return asked.download(found[1], found[0])


def _done(request: HttpRequest, number: int, act: Callable[[], Any], typed: dict[str, str]) -> HttpResponse:
    may("report.fill") or require("report.review")
    try:
        act()
    except Refused as problem:
        return render(request, "plan/task.html", page_of(number, problem, typed), status=422)
    return redirect("plan_task", number)


def _task(request: HttpRequest) -> int:
    told = request.POST.get("task", "")
    if not told.isascii() or not told.isdigit() or len(told) > 6:
        raise Http404
    return int(told)


def _value(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise refused("plan.value") from None
