"""议定事项台账: what meetings decided, 办结报告 of the responsible body, 销号 by the zone office."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"
STATES = ("open", "said", "closed", "dropped")


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """台账: every decision of every meeting with its light; `?state=`, `?unit=` (a path), `?late=1` narrow it."""
    return _actions(request, None)


@require_safe
def actions_export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    require(SEE)
    return sheets.csv_answer("actions", _columns(), _action_rows(request), action="plan.export")


@require_safe
def action(request: HttpRequest, number: int) -> HttpResponse:
    """One decision: 办结报告 of the responsible body, 销号 by the zone office."""
    return _action(request, number, None)


@require_POST
def action_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Report it done, close it, send it back, or take back what was entered wrongly."""

    def do() -> None:
        if verb == "done":
            api.say_done(action=number, words=asked.text(request, "words"), at=clock.now())
        elif verb in ("close", "back"):
            api.close(action=number, accepted=verb == "close", remark=asked.text(request, "remark"), at=clock.now())
        elif verb == "drop":
            api.drop_action(action=number, remark=asked.text(request, "remark"))
        else:
            raise Http404

    return asked.done(request, do, lambda problem: _action(request, number, problem), "plan_action", number)


def light_of(row: dict[str, Any]) -> str:
    """The light of a decision today."""
    left = (row["due"] - clock.today()).days
    return "green" if row["state"] in ("closed", "dropped") or left > 7 else "yellow" if left >= 0 else "red"


def _columns() -> list[lists.Column]:
    return [
        lists.Column("words", _("议定事项"), href="href"), lists.Column("unit", _("责任单位")), lists.Column("meeting_number", _("第几次会议"), lists.NUMBER),
        lists.Column("task", _("任务序号"), lists.NUMBER), lists.Column("due", _("时限"), lists.DAY), lists.Column("light", _("亮灯"), lists.LIGHT),
        lists.Column("said_state", _("状态")),
    ]  # fmt: skip


def _action_rows(request: HttpRequest) -> list[dict[str, Any]]:
    state, today = request.GET.get("state", ""), clock.today()
    unit = request.GET.get("unit", "").replace("\0", "")
    found = api.actions(api.plan_in_force(), state=state if state in STATES else "", unit=unit)
    if request.GET.get("late"):
        found = [row for row in found if row["state"] in ("open", "said") and row["due"] < today]
    return [
        row | {"href": reverse("plan_action", args=[row["id"]]), "light": light_of(row), "said_state": wording.action(row["state"]),
               "unit": wording.names([row["unit"]])}
        for row in found
    ]  # fmt: skip


def _actions(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    rows = _action_rows(request)
    units = [
        (body.path, wording.said(body)) for body in api.subjects(api.plan_in_force(), api.work_rule(), clock.today())
    ]
    choices = [("", _("全部")), *((key, wording.action(key)) for key in STATES)]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=500, query=request.GET,
        filters=[
            lists.Filter("state", _("状态"), "select", value=request.GET.get("state", ""), choices=choices),
            lists.Filter("unit", _("责任单位"), "select", value=request.GET.get("unit", ""), choices=[("", _("全部")), *units]),
            lists.Filter("late", _("只看逾期"), "select", value=request.GET.get("late", ""), choices=[("", _("全部")), ("1", _("逾期"))]),
        ],
        export_url=reverse("plan_actions_export"), empty=_("没有议定事项。"),
    )  # fmt: skip
    return render(request, "plan/actions.html", {"listing": listing, "problem": problem})


def _action(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    actor = require(SEE)
    plan, work, today = api.plan_in_force(), api.work_rule(), clock.today()
    found = next((row for row in api.actions(plan) if row["id"] == number), None)
    if found is None:
        return redirect("plan_actions")
    body, office = api.subject_of(plan, work, today, found["path"]), may("report.review")
    chased = api.chased(plan, f"action:{number}").get(found["path"])
    context = {
        "one": found | {"unit": wording.names([found["unit"]])}, "light": light_of(found), "state": wording.action(found["state"]), "problem": problem, "typed": request.POST,
        "may_say": may("report.fill") and actor.unit_path == found["path"] and found["state"] == "open",
        "may_close": office and found["state"] == "said", "may_drop": office and found["state"] in ("open", "said"),
        "supervised": office and body is not None and not body.coordinated, "coordinated": body is not None and body.coordinated,
        "chased": chased and f"{wording.chase(chased['step'])} {chased['day']}",
    }  # fmt: skip
    return render(request, "plan/action.html", context)
