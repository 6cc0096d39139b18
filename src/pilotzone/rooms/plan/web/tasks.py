"""The 45 tasks as the annex prints them, each with its light, and the page of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.web import wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every task; `?chapter=`, `?light=`, `?unit=` (a lead or participant) narrow it."""
    require(SEE)
    seen = api.overview(api.plan_in_force(), clock.today())
    asked = {name: request.GET.get(name, "").replace("\0", "")[:80] for name in ("chapter", "light", "unit")}
    units = sorted({unit for task in seen.plan.tasks for unit in (*task.lead, *task.participants)})
    listing = lists.Listing(
        columns=_columns(),
        rows=_rows(seen, asked),
        filters=[
            lists.Filter(
                "chapter", _("章节"), "select", value=asked["chapter"],
                choices=[("", _("全部")), *((one.key, wording.said(one)) for one in seen.plan.chapters)],
            ),
            lists.Filter(
                "light", _("亮灯"), "select", value=asked["light"],
                choices=[("", _("全部")), *((key, zh if not wording.english() else en) for key, (zh, en) in api.WORDS.items())],
            ),
            lists.Filter("unit", _("牵头或参加单位"), "select", value=asked["unit"],
                         choices=[("", _("全部")), *((one, wording.names([one])) for one in units)]),
        ],
        total=len(_rows(seen, asked)),
        page_size=len(seen.tasks),
        query=request.GET,
        export_url=reverse("plan_export"),
        key="no",
        empty=_("没有符合条件的任务。"),
    )  # fmt: skip
    counted = [(key, sum(one.light.light == key for one in seen.tasks)) for key in api.WORDS]
    return render(request, "plan/tasks.html", {"listing": listing, "counted": counted, "seen": seen})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same list as CSV."""
    require(SEE)
    seen = api.overview(api.plan_in_force(), clock.today())
    asked = {name: request.GET.get(name, "")[:80] for name in ("chapter", "light", "unit")}
    rows = _rows(seen, asked)
    lines = [[one.title for one in _columns()], *([sheets.cell(row[one.key]) for one in _columns()] for row in rows)]
    audit.record("plan.export", object_kind="list", object_id="plan.tasks", after={"rows": len(rows)})
    answer = StreamingHttpResponse(sheets.csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-plan.csv"'
    return answer


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One task: its light and why, what proves it, what was declared, deadlines asked for, objections."""
    return render(request, "plan/task.html", page_of(number))


def page_of(number: int, problem: object = None, typed: dict[str, str] | None = None) -> dict[str, Any]:
    """Everything the page of a task shows."""
    actor = require(SEE)
    plan = api.plan_in_force()
    task = next((one for one in plan.tasks if one.no == number), None)
    if task is None:
        raise Http404
    served, titles = api.targets_of(plan, task), {one.key: wording.said(one) for one in plan.targets}
    seen = api.overview(plan, clock.today(), tasks=[task], targets=served)
    state, measure = seen.tasks[0], plan.measure(task.of)
    facts = [
        (_("牵头单位"), wording.names(task.lead)),
        (_("参加单位"), wording.names(task.participants)),
        (_("完成时限"), wording.due(task.due)),
        (_("现行时限"), state.due.isoformat() if state.due else _("长期工作")),
        (_("力度"), wording.strength(task.strength)),
        (_("所属措施"), f"{measure.no} {wording.said(measure)}" if measure else ""),
        (_("措施牵头单位"), wording.names(measure.lead) if measure and measure.lead != task.lead else ""),
        (_("证据来源"), wording.kind(state.evidence.kind)),
    ]
    return {
        "state": state, "title": wording.said(task), "why": wording.said(state.light), "proof": wording.said(state.evidence),
        "opens": not state.evidence.needs or may(state.evidence.needs),
        "facts": [(name, value) for name, value in facts if value], "rule": seen.rule, "plan": plan,
        "targets": [_target(one) for one in seen.targets],
        "reports": [
            row | {"mark": f"report-{row['id']}", "unit": wording.names([row["unit"]]), "title": titles.get(row["target"], "")}
            for row in api.reports(plan.key, task=number)
        ],
        "deadlines": [row | {"mark": f"deadline-{row['id']}"} for row in api.deadlines(plan.key, number)],
        "objections": [row | {"mark": f"objection-{row['id']}", "unit": wording.names([row["unit"]])} for row in api.objections(plan.key, number)], "month": clock.today().strftime("%Y-%m"),
        "target_keys": _countable(served, clock.today().year),
        "may_fill": may("report.fill") and api.responsible(actor, task), "may_review": may("report.review"),
        "who_may": wording.who_may(task), "why_not": _why_not(responsible=api.responsible(actor, task)),
        "problem": problem, "typed": typed or {}, "centre": plan.centre is not None and plan.centre.of == task.of,
    }  # fmt: skip


def _why_not(*, responsible: bool) -> str:
    """Why the reader neither reports, objects nor asks for another deadline; empty where he may."""
    if may("report.review"):
        return _("您可以核实填报、答复异议；按职责分离，核实的人不填报，也不提出异议。")
    if not responsible:
        return _("贵单位既不牵头也不参加这项任务，不能填报或提出异议。")
    return "" if may("report.fill") else _("贵单位的填报和异议由本单位联络员办理，您没有这一职责。")


def _countable(served: Sequence[api.Target], year: int) -> list[tuple[str, str]]:
    """The targets a figure may be declared of, each once, with what its figure counts this year."""
    told: dict[str, str] = {}
    for one in served:
        if one.key not in told or one.year <= year:
            told[one.key] = f"{wording.said(one)} · {wording.counts(one.kind)} ({wording.unit(one.unit)})"
    return list(told.items())


def _target(one: api.TargetState) -> dict[str, Any]:
    return {
        "year": one.target.year, "key": one.target.key, "kind": wording.kind(one.evidence.kind), "title": wording.said(one.target), "asked": one.target, "unit": wording.unit(one.target.unit),
        "value": one.evidence.value, "light": one.light.light, "why": wording.said(one.light),
    }  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("no", _("序号"), lists.NUMBER, href="href"),
        lists.Column("title", _("任务事项"), href="href"),
        lists.Column("lead", _("牵头单位")),
        lists.Column("participants", _("参加单位")),
        lists.Column("due", _("完成时限")),
        lists.Column("light", _("亮灯"), lists.LIGHT),
        lists.Column("kind", _("证据来源")),
        lists.Column("evidence", _("证据数"), lists.NUMBER),
    ]


def _rows(seen: api.Overview, asked: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "no": one.task.no, "title": wording.said(one.task), "lead": wording.names(one.task.lead),
            "participants": wording.names(one.task.participants), "due": wording.due(one.task.due), "light": one.light.light,
            "kind": wording.kind(one.evidence.kind), "evidence": one.evidence.count,
            "href": reverse("plan_task", args=[one.task.no]),
        }
        for one in seen.tasks
        if (not asked["chapter"] or one.task.chapter == asked["chapter"])
        and (not asked["light"] or one.light.light == asked["light"])
        and (not asked["unit"] or asked["unit"] in (*one.task.lead, *one.task.participants))
    ]  # fmt: skip
