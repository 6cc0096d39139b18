"""政府部门专项培训: the courses, entering one, verifying it, its paper."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"
MOST_BYTES = 5 * 1024 * 1024


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every course; `?year=` and `?state=` narrow it."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    require(SEE)
    return sheets.csv_answer("trainings", _columns(), _rows(request), action="plan.export")


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a course with its paper."""
    paper = request.FILES.get("paper")

    def act() -> None:
        plan, work = api.plan_in_force(), api.work_rule()
        came = {
            path.removeprefix("came-"): _persons(str(words)) for path, words in request.POST.items() if path.startswith("came-") and str(words).strip()
        }  # fmt: skip
        api.enter_training(
            plan=plan, work=work, course=asked.text(request, "course"), day=asked.day(asked.text(request, "day")),
            hours=_hours(asked.text(request, "hours")), came=came, certificate=asked.text(request, "certificate"), at=clock.now(),
            name=(paper.name or "") if paper else "", body=paper.read(MOST_BYTES + 1) if paper else b"",
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_trainings")


@require_POST
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm a course, or send it back."""
    confirmed = request.POST.get("verdict") == "confirmed"
    return asked.done(
        request,
        lambda: api.verify_training(number=number, confirmed=confirmed, at=clock.now(), remark=asked.text(request, "remark")),
        lambda problem: _page(request, problem), "plan_trainings",
    )  # fmt: skip


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """A course's paper, always as a download; the opening leaves an audit line, for it holds names."""
    require(SEE)
    found = api.training_paper(number)
    if found is None:
        raise Http404
    audit.record("plan.training.paper", object_kind="plan.training", object_id=number)
    return asked.download(found[1], found[0])


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    plan, work, today = api.plan_in_force(), api.work_rule(), clock.today()
    rows = _rows(request)
    years = [str(year) for year in range(plan.start.year, today.year + 1)]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        filters=[
            lists.Filter("year", _("年度"), "select", choices=[("", _("全部")), *((year, year) for year in years)], value=request.GET.get("year", "")[:4]),
            lists.Filter("state", _("核实"), "select", choices=[("", _("全部")), *_states().items()], value=request.GET.get("state", "")[:9]),
        ],
        export_url=reverse("plan_trainings_export"), empty=_("还没有登记过政府部门专项培训。"),
    )  # fmt: skip
    again = problem is not None and "course" in request.POST  # the form of entering, not that of verifying
    context = {
        "again": again, "tasks": api.tasks_proved_by(plan, "government_training"),
        "listing": listing, "problem": problem, "told": api.trained(plan, work, today), "typed": request.POST, "today": today,
        "missing": [wording.said(body) for body in api.trained(plan, work, today).missing],
        "units": [(body.path, wording.said(body), request.POST.get(f"came-{body.path}", "")) for body in api.subjects(plan, work, today)],
        "may_enter": may("report.fill") or may("report.review"),
        "waiting": api.trainings(plan.key, verdict="") if may("report.review") else [],
    }  # fmt: skip
    return render(request, "plan/trainings.html", context)


def _states() -> dict[str, str]:
    return {"waiting": _("待核实"), "confirmed": _("已核实"), "returned": _("已退回")}


def _columns() -> list[lists.Column]:
    return [
        lists.Column("day", _("举办日"), lists.DAY), lists.Column("course", _("课程")), lists.Column("unit", _("举办单位")),
        lists.Column("hours", _("学时"), lists.NUMBER), lists.Column("persons", _("人次"), lists.NUMBER), lists.Column("from", _("参训单位")),
        lists.Column("certificate", _("结业证书")), lists.Column("paper", _("证明材料"), href="paper_href"), lists.Column("state", _("核实")),
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    asked_year, state = request.GET.get("year", ""), request.GET.get("state", "")
    year = int(asked_year) if len(asked_year) == 4 and asked_year.isascii() and asked_year.isdecimal() else None
    verdict = {"waiting": "", "confirmed": "confirmed", "returned": "returned"}.get(state)
    return [
        row
        | {
            "from": "、".join(f"{unit}{persons}" for unit, persons in row["came"]), "paper": row["paper_name"], "paper_href": reverse("plan_training_paper", args=[row["id"]]),
            "state": _states()[row["verdict"] or "waiting"] + (f" {row['verified_by']}" if row["verified_by"] else "") + (f"：{row['remark']}" if row["remark"] else ""),
        }
        for row in api.trainings(api.plan_in_force().key, year=year, verdict=verdict)
    ]  # fmt: skip


def _persons(words: str) -> int:
    words = words.strip()
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 6 else -1


def _hours(words: str) -> Decimal:
    try:
        return Decimal(words)
    except InvalidOperation:
        raise refused("plan.course") from None
