"""工作通报 to the bodies the city only coordinates: every one issued, issuing the next, one to read."""

from __future__ import annotations

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
    """Every notice, the newest first; `?year=` narrows them."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require(SEE)
    return sheets.csv_answer("notices", _columns(), _rows(request), action="plan.export")


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the notice of a month."""
    require("report.review")

    def act() -> None:
        plan = api.plan_in_force()
        api.issue_notice(
            plan=plan, work=api.work_rule(), seen=api.overview(plan, clock.today()), month=asked.month(asked.text(request, "month")),
            words=asked.text(request, "words"), at=clock.now(),
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_notices")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One notice: of one's own body to begin with, of another (`?unit=`) or of all."""
    actor = require(SEE)
    found = api.notice(api.plan_in_force(), number)
    if found is None:
        raise Http404
    bodies = found["facts"]["bodies"]
    wanted = request.GET.get("unit", actor.unit_path if actor.unit_path in bodies else "")
    language = "en" if wording.english() else "zh"
    shown = [
        {
            "name": body[language], "actions": body["actions"],
            "tasks": [row | {"title": row[language], "why": row[f"why_{language}"]} for row in body["tasks"]],
        }
        for path, body in bodies.items()
        if wanted in ("", path)
    ]  # fmt: skip
    if not shown:
        raise Http404
    context = {
        "one": found, "shown": shown, "wanted": wanted, "bodies": [(path, body[language]) for path, body in bodies.items()],
        "counted": [(key, found["facts"]["counted"].get(key, 0)) for key in api.WORDS],
        "meetings": [row | {"kind": wording.meeting(row["kind"])} for row in found["facts"]["meetings"]],
    }  # fmt: skip
    return render(request, "plan/notice.html", context)


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("期次"), lists.NUMBER, href="href"), lists.Column("month_word", _("月份"), href="href"), lists.Column("bodies", _("单位数"), lists.NUMBER),
        lists.Column("words", _("说明")), lists.Column("issued_by", _("印发人")), lists.Column("issued_at", _("印发时间"), lists.TIME),
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    year = asked.year(request.GET.get("year", ""), 0) or None
    return [
        row | {"href": reverse("plan_notice", args=[row["id"]]), "month_word": f"{row['month']:%Y-%m}"}
        for row in api.notices(api.plan_in_force(), year=year)
    ]


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    plan, today, rows = api.plan_in_force(), clock.today(), _rows(request)
    years = [str(year) for year in range(plan.start.year, plan.end.year + 1)]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=500, query=request.GET, export_url=reverse("plan_notices_export"),
        filters=[lists.Filter("year", _("年度"), "select", value=request.GET.get("year", ""), choices=[("", _("全部")), *((one, one) for one in years)])],
        empty=_("还没有印发过工作通报。"),
    )  # fmt: skip
    issued = {row["month"] for row in api.notices(plan)}
    context = {
        "listing": listing, "problem": problem, "typed": request.POST, "manages": may("report.review"),
        "months": [f"{month:%Y-%m}" for month in api.months(plan, today, 12) if month not in issued],
        "bodies": [wording.said(body) for body in api.subjects(plan, api.work_rule(), today) if body.coordinated],
    }  # fmt: skip
    return render(request, "plan/notices.html", context)
