"""例会: meetings called with a proposed agenda, their minutes, what they decided."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.rooms.plan.web.actions import light_of
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"
CHECKED = 10  # proposed items that are chosen to begin with


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every meeting (`?kind=`, `?state=`, `?year=`), and what the next should talk about."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require(SEE)
    return sheets.csv_answer("meetings", _columns(), _rows(request), action="plan.export")


@require_POST
def call(request: HttpRequest) -> HttpResponse:
    """Call a meeting with the chosen items of the proposal and items of one's own (one a line)."""
    require("report.review")

    def act() -> None:
        chosen = set(request.POST.getlist("item"))
        items = [one.as_dict() for one in _proposed() if f"{one.kind}:{one.key}" in chosen]
        own = [
            whole(line, 300, "其他议题", "An item", field="own")
            for line in whole(asked.text(request, "own"), 4000, "其他议题", "The items", field="own").splitlines()
            if line.strip()
        ]
        items += [{"kind": "own", "key": "", "zh": line, "en": line, "page": ""} for line in own]
        api.call(
            plan=api.plan_in_force(), kind=asked.text(request, "kind"), day=asked.day(asked.text(request, "day")),
            place=asked.text(request, "place"), chair=asked.text(request, "chair"), agenda=items, at=clock.now(),
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_meetings")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One meeting."""
    return _one(request, number, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Hold it (minutes), correct the minutes, call it off, or add what it decided."""
    require("report.review")

    def do() -> None:
        if verb == "hold":
            api.hold(meeting=number, minutes=asked.text(request, "minutes"), at=clock.now())
        elif verb == "correct":
            api.correct_minutes(
                meeting=number,
                minutes=asked.text(request, "corrected"),
                reason=asked.text(request, "why"),
                at=clock.now(),
                shown=asked.shown(request),
            )
        elif verb == "drop":
            api.drop_meeting(meeting=number, reason=asked.text(request, "reason"))
        elif verb == "decide":
            due = asked.text(request, "due")
            api.decide(
                plan=api.plan_in_force(), work=api.work_rule(), meeting=number, words=asked.text(request, "words"),
                unit=asked.text(request, "unit"), task=asked.number(request, "task"),
                due=asked.day(due) if due else None, at=clock.now(),
            )  # fmt: skip
        else:
            raise Http404

    return asked.done(request, do, lambda problem: _one(request, number, problem), "plan_meeting", number)


def _proposed() -> tuple[Any, ...]:
    plan = api.plan_in_force()
    return api.proposed(plan, api.work_rule(), api.overview(plan, clock.today()))


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    manages = may("report.review")
    chosen = set(request.POST.getlist("item"))
    items = [
        {"id": f"{one.kind}:{one.key}", "said": wording.said(one), "page": one.page,
         "checked": f"{one.kind}:{one.key}" in chosen if problem else at < CHECKED}
        for at, one in enumerate(_proposed() if manages else ())
    ]  # fmt: skip
    rows, plan = _rows(request), api.plan_in_force()
    years = [str(year) for year in range(plan.start.year, clock.today().year + 2)]
    kinds, states = ("quarterly", "extraordinary"), ("called", "held", "dropped")
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=200, query=request.GET, empty=_("还没有开过会。"),
        export_url=reverse("plan_meetings_export"),
        filters=[
            lists.Filter("year", _("年度"), "select", value=request.GET.get("year", ""), choices=[("", _("全部")), *((one, one) for one in years)]),
            lists.Filter("kind", _("会议类别"), "select", value=request.GET.get("kind", ""), choices=[("", _("全部")), *((one, wording.meeting(one)) for one in kinds)]),
            lists.Filter("state", _("状态"), "select", value=request.GET.get("state", ""), choices=[("", _("全部")), *((one, wording.held(one)) for one in states)]),
        ],
        empty_help=_("议题由红灯、逾期事项和欠报自动提出，可增删。"),
    )  # fmt: skip
    context = {
        "listing": listing, "items": items, "manages": manages, "problem": problem, "typed": request.POST,
        "today": clock.today(),
    }  # fmt: skip
    return render(request, "plan/meetings.html", context)


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("第几次"), lists.NUMBER, href="href"), lists.Column("kind_word", _("会议类别"), href="href"),
        lists.Column("day", _("日期"), lists.DAY), lists.Column("place", _("地点")), lists.Column("state_word", _("状态")),
        lists.Column("items", _("议题数"), lists.NUMBER), lists.Column("closed_of", _("销号/议定"), lists.CODE),
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    year, kind, state = (request.GET.get(name, "") for name in ("year", "kind", "state"))
    return [
        row
        | {
            "href": reverse("plan_meeting", args=[row["id"]]), "kind_word": wording.meeting(row["kind"]),
            "state_word": wording.held(row["state"]), "closed_of": f"{row['closed']}/{row['actions']}",
        }
        for row in api.meetings(api.plan_in_force())
        if year in ("", str(row["day"].year)) and kind in ("", row["kind"]) and state in ("", row["state"])
    ]  # fmt: skip


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
    corrections = api.corrections(meeting=number)
    context = {
        "corrections": corrections, "shown": asked.shown_again(request, len(corrections), problem),
        "one": found, "kind": wording.meeting(found["kind"]), "state": wording.held(found["state"]), "units": units,
        "manages": may("report.review"), "problem": problem, "typed": request.POST, "action_days": api.work_rule().action_days,
    }  # fmt: skip
    return render(request, "plan/meeting.html", context)
