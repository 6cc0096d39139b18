"""联络员 and 集中办公: who speaks for each body, who sits in the zone office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
    """Every body with its liaison, those without one first, and the secondments."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The liaisons as CSV, contact numbers masked."""
    require(SEE)
    columns = [
        lists.Column("said", _("单位")), lists.Column("name", _("联络员")), lists.Column("post", _("职务")),
        lists.Column("since", _("自"), lists.DAY), lists.Column("masked", _("办公电话")),
    ]  # fmt: skip
    rows = [
        row | {"said": row["en"] if wording.english() else row["zh"], "masked": "****" + str(row["contact"])[-4:] if row["contact"] else ""}
        for row in _liaisons()
    ]  # fmt: skip
    return sheets.csv_answer("liaisons", columns, rows, action="plan.export")


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Name a liaison."""

    def act() -> None:
        api.name_liaison(
            plan=api.plan_in_force(), work=api.work_rule(), unit=asked.text(request, "unit", 200), at=clock.now(),
            name=asked.text(request, "name", 40), post=asked.text(request, "post", 80),
            contact=asked.text(request, "contact", 40), since=asked.day(asked.text(request, "since", 10)),
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_liaisons")


@require_POST
def second(request: HttpRequest) -> HttpResponse:
    """Enter a secondment."""

    def act() -> None:
        api.second(
            plan=api.plan_in_force(), work=api.work_rule(), unit=asked.text(request, "unit", 200), at=clock.now(),
            name=asked.text(request, "name", 40), since=asked.day(asked.text(request, "since", 10)),
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_liaisons")


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a secondment before its time."""
    return asked.done(
        request, lambda: api.end_secondment(number=number, on=clock.today()), lambda problem: _page(request, problem), "plan_liaisons"
    )  # fmt: skip


def _liaisons() -> list[dict[str, object]]:
    told = api.liaisons(api.plan_in_force(), api.work_rule(), clock.today())
    return sorted(told, key=lambda one: (bool(one["name"]), one["unit"]))


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    actor = require(SEE)
    plan, work, today = api.plan_in_force(), api.work_rule(), clock.today()
    rows = _liaisons()
    manages = may("report.review")
    own = api.subject_of(plan, work, today, actor.unit_path) if may("report.fill") else None
    sent = api.secondments(plan, work, today)
    sitting = {one["path"] for one in sent if one["light"]}
    lacking = [
        wording.said(body)
        for body in api.subjects(plan, work, today)
        if body.named_in(work.secondment_units) and body.path not in sitting
    ]
    context = {
        "rows": [row | {"said": row["en"] if wording.english() else row["zh"]} for row in rows], "problem": problem,
        "units": [(row["unit"], row["en"] if wording.english() else row["zh"]) for row in sorted(rows, key=lambda one: str(one["unit"]))],
        "secondments": sent, "lacking": lacking, "manages": manages, "own": own, "typed": request.POST, "today": today,
        "own_name": wording.said(own) if own else "", "missing": sum(not row["name"] for row in rows),
    }  # fmt: skip
    return render(request, "plan/liaisons.html", context)
