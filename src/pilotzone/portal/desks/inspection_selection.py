"""布控: what the rules propose, for officers of control; the rules with their weights, for writers and approvers, each apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks import typed
from pilotzone.portal.desks.inspections import CONTROL, desk, said
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

WRITE, APPROVE, CHECK = "rule.write", "rule.approve", "inspection.check"
RATE_DAYS, LARGEST = 365, 2**63 - 1
STATES = ("proposed", "passed_on", "declined", "lapsed")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Proposals, the rules in force with their weights, hit-rates and editions handed in; a POST decides or hands in."""
    if not any(may(action) for action in (CONTROL, WRITE, APPROVE, CHECK)):
        require(CONTROL)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            _act(request)
            return redirect(f"{reverse('inspection_selection')}{_again(request)}")
        except Refused as refused:
            problem = refused
    today = clock.today()
    asked = _asked(request)
    page = lists.page_number(request.GET.get("page"))
    found = desk.proposals(asked, page, lists.PAGE_SIZE) if may(CONTROL) or may(CHECK) else {"rows": [], "total": 0}
    editions = desk.written(lists.page_number(request.GET.get("editions")), lists.PAGE_SIZE)
    context = {
        "listing": _listing(request, found, asked, page), "problem": problem, "typed": request.POST if problem else {}, "today": today,
        "edition": desk.edition_on(today), "rates": [one | {"word": said(one)} for one in desk.hit_rates(today - timedelta(days=RATE_DAYS), today)],
        "written": [one | {"mine": one["author"] == current().person} for one in editions["rows"]],
        "editions": lists.Listing(
            columns=[], rows=editions["rows"], total=editions["total"], page=editions["page"], page_key="editions",
            query=request.GET, caption=_("本区规则版本"),
        ),
        "controls": may(CONTROL), "writes": may(WRITE), "approves": may(APPROVE), "sees": may(CONTROL) or may(CHECK),
    }  # fmt: skip
    return render(request, "desks/inspection_selection.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The proposals of the same filters as CSV."""
    if not may(CONTROL):
        require(CHECK)
    asked = _asked(request)
    rows = sheets.every(lambda page, size: desk.proposals(asked, page, size))
    return sheets.csv_answer("proposals", _columns(), [_row(one) for one in rows], action="inspection.proposals.export")


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """One proposal unfolded into its rules, each with what it saw; a POST passes it on or declines it."""
    if not may(CONTROL):
        require(CHECK)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            desk.decide_proposal(
                number=number, accept=request.POST.get("accept") == "1", reason=request.POST.get("reason", "")
            )
            return redirect("inspection_selection")
        except Refused as refused:
            problem = refused
    found = next(iter(desk.proposals({"id": number}, 1, 1)["rows"] if 0 < number <= LARGEST else ()), None)
    if found is None:
        raise Denied(
            code="kernel.access.unknown",
            zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
        )
    hits = [hit | {"facts": _facts(hit["seen"])} for hit in found["hits"]]
    context = {
        "one": found | {"hits": hits},
        "word": _state_word(found["state"]),
        "problem": problem,
        "controls": may(CONTROL),
    }
    return render(request, "desks/inspection_proposal.html", context, status=422 if problem else 200)


def _again(request: HttpRequest) -> str:
    """The query of the page a form stood on; who hands in an edition sees it on the first."""
    query = request.GET.copy()
    if request.POST.get("verb") == "write":
        query.pop("editions", None)
    return f"?{query.urlencode()}" if query else ""


def _act(request: HttpRequest) -> None:
    verb = request.POST.get("verb", "")
    if verb == "write":
        since = typed.day_since(request.POST.get("since", ""))
        desk.propose_rules(
            body=request.POST.get("body", "").replace("\0", ""), since=since, note=request.POST.get("note", "")
        )
    elif verb == "control":
        desk.order_control(
            trade=typed.number(request.POST.get("trade")) or 0, reason=request.POST.get("reason", "").replace("\0", "")
        )
    else:
        desk.decide_rules(
            number=typed.number(request.POST.get("edition")) or 0, approve=request.POST.get("approve") == "1",
            reason=request.POST.get("reason", "").replace("\0", ""),
        )  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {"state": state if state in STATES else "", "number": typed.clean(request.GET.get("number"))}


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("订单编号"), lists.CODE, href="href"), lists.Column("word", _("状态")),
        lists.Column("score", _("权重合计"), lists.NUMBER), lists.Column("why", _("命中的规则")), lists.Column("made_at", _("建议时间"), lists.TIME),
    ]  # fmt: skip


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "href": reverse("inspection_proposal", args=[one["id"]]), "word": _state_word(one["state"]),
        "why": "；".join(said(hit) for hit in one["hits"]) or _("随机对照样本"), "name": one["order_no"] or str(one["trade"]),
    }  # fmt: skip


def _listing(request: HttpRequest, found: dict[str, Any], asked: dict[str, str], page: int) -> lists.Listing:
    return lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]],
        filters=[
            lists.Filter("number", _("订单编号"), "search", value=asked["number"]),
            lists.Filter("state", _("状态"), "select", [(key, _state_word(key)) for key in STATES], asked["state"]),
        ],
        total=found["total"], page=page, query=request.GET, export_url=reverse("inspection_selection_export"), beside=("editions",), empty=_("没有布控建议。"),
        empty_help=_("规则或随机对照样本选中的票在发送海关时列入；海关的布控以回执为准。"),
    )  # fmt: skip


def _state_word(state: str) -> str:
    return {
        "proposed": _("待决定"),
        "passed_on": _("已转海关布控"),
        "declined": _("不采纳"),
        "lapsed": _("海关已先行处理"),
    }.get(state, state)


def _facts(seen: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a rule saw, name and value in the reader's words."""
    names = {
        "value": _("单票金额（元）"), "flow": _("进出口"), "mode": _("监管方式"), "customs": _("申报地海关"),
        "firm_days": _("电商企业登记天数"), "firm_findings": _("电商企业一年内发现问题次数"),
        "agent_findings": _("报关企业一年内发现问题次数"),
    }  # fmt: skip
    flows = {"I": _("进口"), "E": _("出口")}
    return [(names.get(key, key), flows.get(value, value) if key == "flow" else value) for key, value in seen.items()]
