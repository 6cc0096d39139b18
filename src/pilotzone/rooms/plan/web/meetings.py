"""例会与议定事项: meetings called with a proposed agenda, their minutes, what they decided and how it was closed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every meeting, and what the next should talk about."""
    return _page(request, None)


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Call a meeting with the chosen items of the proposal and items of one's own (one a line)."""
    require("report.review")

    def act() -> None:
        chosen = set(request.POST.getlist("item"))
        items = [one.as_dict() for one in _proposed() if f"{one.kind}:{one.key}" in chosen]
        own = [
            whole(line, 300, "其他议题", "An item", field="own")
            for line in asked.text(request, "own", 4000).splitlines()
            if line.strip()
        ]
        items += [{"kind": "own", "key": "", "zh": line, "en": line, "page": ""} for line in own]
        api.call(
            plan=api.plan_in_force(), kind=asked.text(request, "kind", 20), day=asked.day(asked.text(request, "day", 10)),
            place=asked.text(request, "place", 120), chair=asked.text(request, "chair", 60), agenda=items, at=clock.now(),
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_meetings")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One meeting."""
    return _one(request, number, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Hold it (minutes), call it off, or add what it decided."""
    require("report.review")

    def do() -> None:
        if verb == "hold":
            api.hold(meeting=number, minutes=asked.text(request, "minutes", 20_000), at=clock.now())
        elif verb == "drop":
            api.drop_meeting(meeting=number, reason=asked.text(request, "reason", 200))
        elif verb == "decide":
            due = asked.text(request, "due", 10)
            api.decide(
                plan=api.plan_in_force(), work=api.work_rule(), meeting=number, words=asked.text(request, "words", 500),
                unit=asked.text(request, "unit", 200), task=asked.number(request, "task"),
                due=asked.day(due) if due else None, at=clock.now(),
            )  # fmt: skip
        else:
            raise Http404

    return asked.done(request, do, lambda problem: _one(request, number, problem), "plan_meeting", number)


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """台账: every decision of every meeting with its light."""
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
    """Report it done, close it or send it back."""

    def do() -> None:
        if verb == "done":
            api.say_done(action=number, words=asked.text(request, "words"), at=clock.now())
        elif verb in ("close", "back"):
            api.close(
                action=number, accepted=verb == "close", remark=asked.text(request, "remark", 500), at=clock.now()
            )
        else:
            raise Http404

    return asked.done(request, do, lambda problem: _action(request, number, problem), "plan_action", number)


def light_of(row: dict[str, Any]) -> str:
    """The light of a decision today."""
    left = (row["due"] - clock.today()).days
    return "green" if row["state"] in ("closed", "dropped") or left > 7 else "yellow" if left >= 0 else "red"


def _proposed() -> tuple[Any, ...]:
    plan = api.plan_in_force()
    return api.proposed(plan, api.work_rule(), api.overview(plan, clock.today()))


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    manages = may("report.review")
    items = [
        {"id": f"{one.kind}:{one.key}", "said": wording.said(one), "page": one.page}
        for one in (_proposed() if manages else ())
    ]
    rows = [
        row | {"href": reverse("plan_meeting", args=[row["id"]]), "kind": wording.meeting(row["kind"]), "state": wording.held(row["state"]),
               "closed": f"{row['closed']}/{row['actions']}"}
        for row in api.meetings(api.plan_in_force())
    ]  # fmt: skip
    listing = lists.Listing(
        columns=[
            lists.Column("number", _("第几次"), lists.NUMBER, href="href"), lists.Column("kind", _("会议类别"), href="href"),
            lists.Column("day", _("日期"), lists.DAY), lists.Column("place", _("地点")), lists.Column("state", _("状态")),
            lists.Column("items", _("议题数"), lists.NUMBER), lists.Column("closed", _("销号/议定"), lists.CODE),
        ],
        rows=rows, total=len(rows), page_size=200, query=request.GET, empty=_("还没有开过会。"),
        empty_help=_("议题由红灯、逾期事项和欠报自动提出，可增删。"),
    )  # fmt: skip
    context = {
        "listing": listing, "items": items, "manages": manages, "problem": problem, "typed": request.POST,
        "today": clock.today(),
    }  # fmt: skip
    return render(request, "plan/meetings.html", context)


def _one(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    require(SEE)
    plan = api.plan_in_force()
    found = api.meeting(plan, number)
    if found is None:
        raise Http404
    found["agenda"] = [one | {"said": one["en"] if wording.english() else one["zh"]} for one in found["agenda"]]
    found["actions"] = [
        one | {"light": light_of(one), "state": wording.action(one["state"]), "unit": wording.names([one["unit"]])}
        for one in found["actions"]
    ]
    units = [(body.path, wording.said(body)) for body in api.subjects(plan, api.work_rule(), clock.today())]
    context = {
        "one": found, "kind": wording.meeting(found["kind"]), "state": wording.held(found["state"]), "units": units,
        "manages": may("report.review"), "problem": problem, "typed": request.POST,
    }  # fmt: skip
    return render(request, "plan/meeting.html", context)


def _columns() -> list[lists.Column]:
    return [
        lists.Column("words", _("议定事项"), href="href"), lists.Column("unit", _("责任单位")), lists.Column("meeting_number", _("第几次会议"), lists.NUMBER),
        lists.Column("task", _("任务序号"), lists.NUMBER), lists.Column("due", _("时限"), lists.DAY), lists.Column("light", _("亮灯"), lists.LIGHT),
        lists.Column("said_state", _("状态")),
    ]  # fmt: skip


def _action_rows(request: HttpRequest) -> list[dict[str, Any]]:
    state = request.GET.get("state", "")
    found = api.actions(api.plan_in_force(), state=state if state in ("open", "said", "closed") else "")
    return [
        row | {"href": reverse("plan_action", args=[row["id"]]), "light": light_of(row), "said_state": wording.action(row["state"]),
               "unit": wording.names([row["unit"]])}
        for row in found
    ]  # fmt: skip


def _actions(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    rows = _action_rows(request)
    choices = [("", _("全部")), *((key, wording.action(key)) for key in ("open", "said", "closed"))]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=500, query=request.GET,
        filters=[lists.Filter("state", _("状态"), "select", value=request.GET.get("state", "")[:10], choices=choices)],
        export_url=reverse("plan_actions_export"), empty=_("没有议定事项。"),
    )  # fmt: skip
    return render(request, "plan/actions.html", {"listing": listing, "problem": problem})


def _action(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    actor = require(SEE)
    found = next((row for row in api.actions(api.plan_in_force()) if row["id"] == number), None)
    if found is None:
        return redirect("plan_actions")
    context = {
        "one": found | {"unit": wording.names([found["unit"]])}, "light": light_of(found), "state": wording.action(found["state"]), "problem": problem, "typed": request.POST,
        "may_say": may("report.fill") and actor.unit_path == found["path"] and found["state"] == "open",
        "may_close": may("report.review") and found["state"] == "said",
    }  # fmt: skip
    return render(request, "plan/action.html", context)
