"""促进中心: what the plan says of it, how it stands, every record of it; entering one, verifying it, its document."""

from __future__ import annotations

from datetime import date
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
from pilotzone.rooms.plan.web import asked, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SEE = "aggregate.see"
MOST_BYTES = 5 * 1024 * 1024
ROWS, MOST_ROWS = 3, 45  # empty rows offered for members, rows read
FIELDS = ("name", "post", "since", "until")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The centre and its records; `?state=` narrows these."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The records as CSV."""
    require(SEE)
    return sheets.csv_answer("centre", _columns(full=True), _rows(request), action="plan.export")


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a document with its paper."""
    paper = request.FILES.get("paper")

    def act() -> None:
        said = api.Founding(
            name=asked.text(request, "name"), document=asked.text(request, "document"), number=asked.text(request, "number"),
            day=asked.day(asked.text(request, "day")), unit=asked.text(request, "unit"), duties=asked.text(request, "duties"),
            members=tuple(_member(row) for row in _typed(request)),
        )  # fmt: skip
        api.enter_centre(
            plan=api.plan_in_force(), work=api.work_rule(), kind=asked.text(request, "kind"), said=said, at=clock.now(),
            paper_name=(paper.name or "") if paper else "", paper=paper.read(MOST_BYTES + 1) if paper else b"",
        )  # fmt: skip

    return asked.done(request, act, lambda problem: _page(request, problem), "plan_centre")


@require_POST
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm a record, or send it back."""
    confirmed = request.POST.get("verdict") == "confirmed"
    return asked.done(
        request,
        lambda: api.verify_centre(number=number, confirmed=confirmed, at=clock.now(), remark=asked.text(request, "remark")),
        lambda problem: _page(request, problem), "plan_centre",
    )  # fmt: skip


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """A record's document, always as a download; the opening leaves an audit line, for it names persons."""
    require(SEE)
    found = api.centre_paper(number)
    if found is None:
        raise Http404
    audit.record("plan.centre.paper", object_kind="plan.centre", object_id=number)
    return asked.download(found[1], found[0])


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    require(SEE)
    plan, today, reviews = api.plan_in_force(), clock.today(), may("report.review")
    standing, rows = api.centre_state(plan, today), _rows(request)
    measure = plan.measure(plan.centre.of) if plan.centre else None
    tasks = [task.no for task in plan.tasks if plan.centre and task.of == plan.centre.of]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        filters=[
            lists.Filter("state", _("核实"), "select", choices=[("", _("全部")), *_states().items()], value=request.GET.get("state", "")[:9]),
        ],
        export_url=reverse("plan_centre_export"), empty=_("还没有登记过促进中心的文件。"),
    )  # fmt: skip
    # a correction begins with what stands, a refused form with what was typed
    founded = standing is not None and standing.state == api.FOUNDED
    again = problem is not None and "kind" in request.POST  # the form of entering, not that of verifying
    typed = request.POST.dict() if problem is not None else {}
    members = _typed(request) if again else [one.as_data() for one in standing.members] if standing else []
    waiting = api.centre_records(plan.key, verdict="") if reviews else []
    context = {
        "plan": plan, "asked": plan.centre, "asked_name": wording.said(plan.centre) if plan.centre else "", "tasks": tasks,
        "said_en": plan.centre.said_en if plan.centre and wording.english() else "", "standing": standing, "founded": founded,
        "members": [(one, one.over(today)) for one in standing.members] if standing else [], "listing": listing, "problem": problem, "again": again,
        "typed": {"name": standing.name if standing else "", "duties": standing.duties if standing else "", "unit": standing.unit_path if standing else ""} | typed,
        "member_rows": [*members, *({} for _row in range(ROWS))][:MOST_ROWS], "today": today, "waiting": waiting,
        "units": [(path, names[wording.english()]) for path, names in api.in_charge(plan, api.work_rule(), today).items()],
        "may_enter": reviews and plan.centre is not None and not waiting, "kind": api.CHANGED if founded else api.FOUNDED,
        "lead": "、".join(measure.lead) if measure else "", "participants": "、".join(measure.participants) if measure else "",
    }  # fmt: skip
    return render(request, "plan/centre.html", context)


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """The rows of members as typed, empty ones left out."""
    rows = [{key: asked.text(request, f"member-{n}-{key}") for key in FIELDS} for n in range(1, MOST_ROWS + 1)]
    return [row for row in rows if any(row.values())]


def _member(row: dict[str, str]) -> api.Member:
    until: date | None = asked.day(row["until"]) if row["until"] else None
    return api.Member(row["name"], row["post"], asked.day(row["since"]), until)


def _states() -> dict[str, str]:
    return {"waiting": _("待核实"), "confirmed": _("已核实"), "returned": _("已退回")}


def _columns(*, full: bool = False) -> list[lists.Column]:
    columns = [
        lists.Column("day", _("日期"), lists.DAY), lists.Column("what", _("事项")), lists.Column("name", _("名称")), lists.Column("document", _("设立或变更文件")),
        lists.Column("number", _("文号")), lists.Column("unit", _("主管单位")), lists.Column("who", _("成员与任期")), lists.Column("paper", _("附件"), href="paper_href"),
        lists.Column("hash", "SHA-256"), lists.Column("entered_by", _("登记人")), lists.Column("state", _("核实")),
    ]  # fmt: skip
    return [*columns, lists.Column("duties", _("职责"))] if full else columns


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    verdict = {"waiting": "", "confirmed": "confirmed", "returned": "returned"}.get(request.GET.get("state", ""))
    kinds = {api.FOUNDED: _("设立"), api.CHANGED: _("变更")}
    return [
        row
        | {
            "what": kinds[row["kind"]], "paper": row["paper_name"], "paper_href": reverse("plan_centre_paper", args=[row["id"]]), "hash": row["paper_sha256"],
            "who": "；".join(f"{one.name} {one.post} {one.since}—{one.until or ''}" for one in row["members"]),
            "state": _states()[row["verdict"] or "waiting"] + (f" {row['verified_by']}" if row["verified_by"] else "") + (f"：{row['remark']}" if row["remark"] else ""),
        }
        for row in api.centre_records(api.plan_in_force().key, verdict=verdict)
    ]  # fmt: skip
