"""考核评分: what every body would score today, the scorecards announced, appeals."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
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


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The scores of a year (`?year=2020`): as announced, or, for the zone office, as they would be today."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    require(SEE)
    return sheets.csv_answer("scores", _columns(), _rows(_year(request))[0], action="plan.export")


@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Announce the scores of a year."""
    require("report.review")
    year = asked.year(asked.text(request, "year"), 0)

    def act() -> None:
        plan = api.plan_in_force()
        seen = api.overview(plan, _last(year))
        api.announce(plan=plan, work=api.work_rule(), seen=seen, year=year, at=clock.now())

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_assessment")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One scorecard: every point unfolded."""
    return _one(request, number, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Appeal, or decide the appeal."""

    def do() -> None:
        if verb == "appeal":
            api.appeal(scorecard=number, words=asked.text(request, "words"), at=clock.now())
        elif verb == "decide":
            api.decide_appeal(
                scorecard=number, upheld=request.POST.get("verdict") == "upheld", words=asked.text(request, "words"),
                adjusted=asked.points(asked.text(request, "adjusted")), at=clock.now(),
            )  # fmt: skip
        else:
            raise Http404

    return asked.done(request, do, lambda problem: _one(request, number, problem), "plan_scorecard", number)


def _year(request: HttpRequest) -> int:
    plan = api.plan_in_force()
    default = max(plan.start.year, min(clock.today().year - 1, plan.end.year))
    wanted = asked.year(request.GET.get("year", "")[:4], default)
    return wanted if plan.start.year <= wanted <= plan.end.year else default


def _last(year: int) -> date:
    """The day whose lights count for a year: its last, or today while it runs."""
    return min(clock.today(), date(max(year, 1), 12, 31))


def _columns() -> list[lists.Column]:
    return [
        lists.Column("rank", _("名次"), lists.NUMBER), lists.Column("unit", _("单位"), href="href"),
        lists.Column("score", _("得分"), lists.NUMBER), lists.Column("tasks", _("任务亮灯"), lists.NUMBER),
        lists.Column("targets", _("目标完成"), lists.NUMBER), lists.Column("reports", _("月报按时"), lists.NUMBER),
        lists.Column("actions", _("议定事项按时办结"), lists.NUMBER), lists.Column("state", _("状态")),
    ]  # fmt: skip


def _rows(year: int) -> tuple[list[dict[str, Any]], bool]:
    """The rows, and whether they were announced."""
    plan = api.plan_in_force()
    states = {"announced": _("已公布"), "appealed": _("申诉中"), "final": _("已定")}
    kept = api.scorecards(plan, year)
    if kept:
        rows = [
            {"unit": wording.names([one["unit"]]), "score": one["counts"], "state": states[one["state"]], "href": reverse("plan_scorecard", args=[one["id"]])}
            | {part["key"]: part["points"] for part in one["parts"]}
            for one in kept
        ]  # fmt: skip
    elif may("report.review"):
        told = api.computed(plan, api.work_rule(), api.overview(plan, _last(year)), year, clock.today())
        rows = [
            {"unit": wording.said(one["body"]), "score": one["score"].score, "state": _("试算"), "href": ""}
            | {part.key: part.points for part in one["score"].parts}
            for one in told
        ]
    else:
        rows = []
    return [row | {"rank": 1 + sum(one["score"] > row["score"] for one in rows)} for row in rows], bool(kept)


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    plan, work, year = api.plan_in_force(), api.work_rule(), _year(request)
    rows, announced = _rows(year)
    years = [str(one) for one in range(plan.start.year, plan.end.year + 1)]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=200, query=request.GET, export_url=reverse("plan_assessment_export"),
        filters=[lists.Filter("year", _("年度"), "select", value=str(year), choices=[(one, one) for one in years])],
        empty=_("该年度评分尚未公布。"),
    )  # fmt: skip
    context = {
        "listing": listing, "year": year, "announced": announced, "work": work, "problem": problem,
        "weights": [(wording.score_part(key), weight) for key, weight in work.weights.items()],
        "may_announce": may("report.review") and not announced and clock.today().year > year,
    }  # fmt: skip
    return render(request, "plan/assessment.html", context)


def _one(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    actor = require(SEE)
    plan = api.plan_in_force()
    found = next(
        (one for year in range(plan.start.year, plan.end.year + 1) for one in api.scorecards(plan, year) if one["id"] == number), None
    )  # fmt: skip
    if found is None:
        raise Http404
    titles = {target.key: wording.said(target) for target in plan.targets}
    parts = [
        part
        | {
            "said": wording.score_part(part["key"]),
            "rows": [row | {"title": titles.get(row["target"], row["target"])} if "target" in row else row for row in part["rows"]],
        }
        for part in found["parts"]
    ]  # fmt: skip
    context = {
        "one": found | {"unit": wording.names([found["unit"]])}, "parts": parts, "problem": problem, "typed": request.POST,
        "may_appeal": may("report.fill") and actor.unit_path == found["path"] and found["state"] == "announced",
        "may_decide": may("report.review") and found["state"] == "appealed",
    }  # fmt: skip
    return render(request, "plan/scorecard.html", context)
