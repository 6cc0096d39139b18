"""Monthly reports: who declared what, the forms of one task, and the zone office's verdicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.web.tasks import page_of
from pilotzone.ui import listing as lists


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The reports of a month (`?month=2021-05`), or all; those waiting for a verdict with `?verdict=waiting`."""
    require("aggregate.see")
    plan = api.plan_in_force()
    month, verdict = request.GET.get("month", ""), request.GET.get("verdict", "")
    chosen = {"waiting": "", "confirmed": "confirmed", "returned": "returned"}.get(verdict)
    rows = api.reports(plan.key, month=_month(month) if month else None, verdict=chosen)
    words = {"": "waiting", "confirmed": "confirmed", "returned": "returned"}
    verdicts = {"waiting": _("待核实"), "confirmed": _("已核实"), "returned": _("已退回")}
    statuses = {"going": _("推进中"), "done": _("已完成")}
    listing = lists.Listing(
        columns=[
            lists.Column("month", _("月份"), lists.DAY),
            lists.Column("task", _("序号"), lists.NUMBER, href="href"),
            lists.Column("unit", _("填报单位")),
            lists.Column("said", _("进展")),
            lists.Column("value", _("数值"), lists.NUMBER),
            lists.Column("words", _("说明")),
            lists.Column("verdict_word", _("核实")),
            lists.Column("verified_by", _("核实人")),
            lists.Column("declared_at", _("填报时间"), lists.TIME),
        ],
        rows=[
            row | {"href": f"/plan/tasks/{row['task']}/#reports", "said": statuses[row["status"]],
                   "verdict_word": verdicts[words[row["verdict"]]]}
            for row in rows
        ],
        filters=[
            lists.Filter("month", _("月份（如2021-05）"), "search", value=month[:7]),
            lists.Filter("verdict", _("核实"), "select", value=verdict, choices=[("", _("全部")), *verdicts.items()]),
        ],
        total=len(rows),
        page_size=500,
        query=request.GET,
        empty=_("没有填报。"),
        empty_help=_("在任务页填报；平台看得见的事项由平台记录直接亮灯，不必填报。"),
    )  # fmt: skip
    return render(request, "plan/reports.html", {"listing": listing})


@require_POST
def declare(request: HttpRequest, number: int) -> HttpResponse:
    """Declare a month's progress, with an attachment if there is one."""
    typed = {
        name: request.POST.get(name, "").replace("\0", "").strip()[:2001]
        for name in ("month", "status", "words", "value", "target")
    }
    file = request.FILES.get("evidence")

    def act() -> None:
        found = _month(typed["month"])
        if found is None:
            raise refused("plan.month")
        api.declare(
            plan=api.plan_in_force(), task=number, month=found, status=typed["status"], words=typed["words"],
            target=typed["target"], value=_value(typed["value"]), at=clock.now(),
            name=file.name or "" if file else "", body=file.read(5 * 1024 * 1024 + 1) if file else b"",
        )  # fmt: skip

    return _done(request, number, act, typed)


@require_POST
def deadline(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for another deadline."""
    typed = {name: request.POST.get(name, "").replace("\0", "").strip()[:2001] for name in ("due", "reason")}
    return _done(
        request, number, lambda: api.ask_deadline(plan=api.plan_in_force(), task=number, at=clock.now(), **typed), typed
    )


@require_POST
def objection(request: HttpRequest, number: int) -> HttpResponse:
    """Object to the light as it is now."""
    require("report.fill")
    reason = request.POST.get("objection", "").replace("\0", "")[:2001]

    def act() -> None:
        plan = api.plan_in_force()
        seen = api.overview(plan, clock.today())
        light = next((one.light.light for one in seen.tasks if one.task.no == number), "")
        api.object_to(plan=plan, task=number, light=light, reason=reason, at=clock.now())

    return _done(request, number, act, {"objection": reason})


@require_POST
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm or return a report."""
    remark, confirmed = request.POST.get("remark", "")[:2001], request.POST.get("verdict") == "confirmed"
    return _done(
        request,
        _task(request),
        lambda: api.verify(report=number, confirmed=confirmed, remark=remark, at=clock.now()),
        {},
    )


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve or refuse a deadline."""
    approved = request.POST.get("verdict") == "approved"
    return _done(
        request, _task(request), lambda: api.decide_deadline(request=number, approved=approved, at=clock.now()), {}
    )


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer an objection."""
    words = request.POST.get("words", "")[:2001]
    return _done(request, _task(request), lambda: api.answer(objection=number, words=words, at=clock.now()), {})


@require_safe
def attachment(request: HttpRequest, number: int) -> HttpResponse:
    """A report's attachment, always as a download."""
    require("aggregate.see")
    found = api.attachment(number)
    if found is None:
        raise Http404
    reply = HttpResponse(found[1], content_type="application/octet-stream")
    reply["Content-Disposition"] = f'attachment; filename="evidence-{number}"'
    reply["X-Content-Type-Options"] = "nosniff"
    return reply


def _done(request: HttpRequest, number: int, act: Callable[[], Any], typed: dict[str, str]) -> HttpResponse:
    may("report.fill") or require("report.review")
    try:
        act()
    except Refused as problem:
        return render(request, "plan/task.html", page_of(number, problem, typed), status=422)
    return redirect("plan_task", number)


def _task(request: HttpRequest) -> int:
    asked = request.POST.get("task", "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        raise Http404
    return int(asked)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None


def _value(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise refused("plan.value") from None
