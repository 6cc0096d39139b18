"""联络员 and 集中办公: who speaks for each body, who sits in the zone office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
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
    """Every body with its liaison, those without one first, and the secondments."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The liaisons as CSV, contact numbers masked."""
    require(SEE)
    rows = [row | {"contact": "****" + str(row["contact"])[-4:] if row["contact"] else ""} for row in _found(request)]
    return sheets.csv_answer("liaisons", _columns(), rows, action="plan.export")


@require_safe
def secondments_export(request: HttpRequest) -> HttpResponse:
    """The secondments as CSV."""
    require(SEE)
    columns = [
        lists.Column("unit", _("派出单位")), lists.Column("name", _("姓名")), lists.Column("since", _("自"), lists.DAY), lists.Column("until", _("期满"), lists.DAY),
        lists.Column("ended", _("提前结束日"), lists.DAY),
    ]  # fmt: skip
    rows = api.secondments(api.plan_in_force(), api.work_rule(), clock.today())
    return sheets.csv_answer("secondments", columns, rows, action="plan.export")


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Name a liaison."""

    def act() -> None:
        api.name_liaison(
            plan=api.plan_in_force(), work=api.work_rule(), unit=asked.text(request, "unit"), at=clock.now(),
            name=asked.text(request, "name"), post=asked.text(request, "post"),
            contact=asked.text(request, "contact"), since=asked.day(asked.text(request, "since")),
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_liaisons")


@require_POST
def second(request: HttpRequest) -> HttpResponse:
    """Enter a secondment."""

    def act() -> None:
        api.second(
            plan=api.plan_in_force(), work=api.work_rule(), unit=asked.text(request, "unit"), at=clock.now(),
            name=asked.text(request, "name"), since=asked.day(asked.text(request, "since")),
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


def _columns() -> list[lists.Column]:
    return [
        lists.Column("said", _("单位")), lists.Column("name", _("联络员")), lists.Column("post", _("职务")), lists.Column("contact", _("办公电话")),
        lists.Column("since", _("自"), lists.DAY), lists.Column("coming", _("下一任")), lists.Column("before", _("历任")),
    ]  # fmt: skip


def _found(request: HttpRequest) -> list[dict[str, object]]:
    """The rows the filters find (`?q=` in unit or name, `?state=named|lacking`)."""
    words, state = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("state", "")
    aside = _("只互通")
    rows = [
        row
        | {"said": (row["en"] if wording.english() else row["zh"]), "plain": f"{row['zh']} {row['en']} {row['name']}"}
        for row in _liaisons()
    ]
    return [
        row | {"said": f"{row['said']}（{aside}）" if row["coordinated"] else row["said"]}
        for row in rows
        if words.lower() in str(row["plain"]).lower()
        and (state not in ("named", "lacking") or (state == "named") == bool(row["name"]))
    ]


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
    found = _found(request)
    listing = lists.Listing(
        columns=_columns(), rows=found, total=len(found), page_size=200, query=request.GET, export_url=reverse("plan_liaisons_export"), key="unit",
        filters=[
            lists.Filter("q", _("单位或姓名"), "search", value=request.GET.get("q", "")),
            lists.Filter("state", _("状态"), "select", value=request.GET.get("state", ""), choices=[("", _("全部")), ("named", _("已指定")), ("lacking", _("未指定"))]),
        ],
        empty=_("没有符合条件的单位。"),
    )  # fmt: skip
    seconding = request.POST.get("form") == "second"
    context = {
        "listing": listing, "problem": problem, "naming": problem is not None and request.POST.get("form") == "name", "seconding": seconding and problem is not None,
        "units": [(row["unit"], row["en"] if wording.english() else row["zh"]) for row in sorted(rows, key=lambda one: str(one["unit"]))],
        "secondments": sent, "lacking": lacking, "manages": manages, "own": own, "typed": {} if seconding else request.POST, "sent": request.POST if seconding else {}, "today": today, "years": work.secondment_years,
        "own_name": wording.said(own) if own else "", "missing": sum(not row["name"] for row in rows),
    }  # fmt: skip
    return render(request, "plan/liaisons.html", context)
