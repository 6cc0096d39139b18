"""数据共享申请: apply, check, decide, revoke; each on the page of the one whose step it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.hub import agreements, uses
from pilotzone.exchange.hub.agreements import CHECK, DECIDE, USE
from pilotzone.exchange.hub.errors import refused
from pilotzone.kernel.access.actor import AGENCY, ZONE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.exchange_pages import wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


def guarded() -> None:
    """The caller takes part in the exchange: a department, the platform, an auditor. Denied to everybody else."""
    if not takes_part():
        require(CHECK if current().kind == ZONE else USE)


def takes_part() -> bool:
    """Whether the caller is one of those, so that a page shows no link that would be denied."""
    kind = current().kind
    return kind == AGENCY or (may(CHECK) or may("letters.see") if kind == ZONE else may(USE))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The exchange's own address leads to what is to be done."""
    return redirect("exchange_requests")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The agreements the caller sees."""
    guarded()
    state = request.GET.get("state", "")
    rows = _rows(state if state in wording.STATES else "")
    page = lists.page_number(request.GET.get("page"))
    listing = lists.Listing(
        columns=_columns(), rows=rows[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE], page=page, total=len(rows), query=request.GET,
        filters=[lists.Filter("state", _("状态"), "select", [(key, _(word)) for key, word in wording.STATES.items()], state)],
        export_url=reverse("exchange_requests_export"), empty=_("还没有数据共享申请。"), empty_help=_("在目录中打开一项资源即可申请。"),
    )  # fmt: skip
    return render(request, "exchange_pages/requests.html", {"listing": listing})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    guarded()
    state = request.GET.get("state", "")
    return sheets.csv_answer(
        "requests", _columns(), _rows(state if state in wording.STATES else ""), action="hub.requests.export"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """The form of an application for one resource; a refused one keeps what was typed."""
    require(USE)
    try:
        found = reading.resource(code)
    except Denied:
        raise Http404 from None
    problem = None
    if request.method == "POST":
        try:
            number = agreements.apply(_wanted(request, code))
            said.success(request, _("申请已提交，等待平台审核。"))
            return redirect("exchange_request", number)
        except Refused as fault:
            problem = fault
    english = wording.english()
    context = {
        "code": code, "name": wording.named(found), "problem": problem, "typed": request.POST, "chosen": request.POST.getlist("fields"),
        "basis": found.basis,
        "fields": [(one.name, one.en if english else one.zh, wording.klass(one.klass)) for one in found.fields if one.klass != "important"],
    }  # fmt: skip
    return render(request, "exchange_pages/apply.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One agreement with its use log and the step the caller may take."""
    guarded()
    try:
        found = agreements.access_agreement(number)
    except Denied:
        raise Http404 from None
    problem = None
    if request.method == "POST":
        try:
            _act(request, number)
            return redirect("exchange_request", number)
        except Refused as fault:
            problem = fault
    return render(
        request, "exchange_pages/request.html", _context(found, problem, request.GET), status=422 if problem else 200
    )


def _act(request: HttpRequest, number: int) -> None:
    verb, reason = request.POST.get("verb", ""), wording.typed(request, "reason")
    if verb in ("pass", "return"):
        agreements.check(number, passes=verb == "pass", reason=reason)
    elif verb in ("grant", "decline"):
        agreements.decide(number, grants=verb == "grant", whole=request.POST.getlist("whole"), reason=reason)
    elif verb == "revoke":
        agreements.revoke(number, reason=reason)
    else:
        raise Http404
    said.success(request, _("已办理，并留下审计记录。"))


def _context(found: dict[str, Any], problem: Refused | None, query: QueryDict) -> dict[str, Any]:
    bodies, entry = wording.bodies(), reading.resources().get(found["resource"])
    own = ".".join(current().unit_path.split(".")[:2])
    masked = (
        [one for one in entry.fields if one.klass in ("personal", "sensitive") and one.name in found["fields"]]
        if entry
        else []
    )
    english = wording.english()
    names = {one.name: one.en if english else one.zh for one in entry.fields} if entry else {}
    join = ", " if english else "、"
    rows = join.join(f"{names.get(key, key)} = {' / '.join(values)}" for key, values in found["rows_filter"].items())
    announced = found["coming"]
    return {
        "expects": wording.expects(announced) if announced else "", "changes": (announced["en"] if english else announced["zh"]) if announced else "",
        "consequences": announced["changes"] if announced else [],
        "found": found, "problem": problem, "state": wording.state(found["shown"]), "name": wording.named(entry) if entry else found["resource"],
        "facts": [
            (_("资源代码"), found["resource"]), (_("申请部门"), bodies.get(found["applicant"], found["applicant"])),
            (_("提供部门"), bodies.get(found["owner"], found["owner"])), (_("用途"), found["purpose"]), (_("使用依据"), found["article"]),
            (_("申请字段"), join.join(names.get(name, name) for name in found["fields"])),
            (_("可见原值的字段"), join.join(names.get(name, name) for name in found["whole"])), (_("行过滤条件"), rows),
            (_("每日用量（行）"), found["volume"]), (_("授权截止日"), found["until"].isoformat()), (_("办理期限"), found["due_on"].isoformat()), (_("意见"), found["reason"]),
        ],
        "checks": found["state"] == "applied" and may(CHECK), "decides": found["state"] == "checked" and may(DECIDE) and own == found["owner"],
        "revokes": found["state"] == "granted" and may(DECIDE) and own in (found["owner"], found["applicant"]),
        "masked": [(one.name, names[one.name]) for one in masked], "uses": use_listing(
            uses.uses(agreement=found["id"], limit=lists.PAGE_SIZE + 1, before=wording.numbered(query.get("before", ""))), bodies,
            query, export=reverse("exchange_request_uses", args=[found["id"]]), outcomes=True,
        ),
        "ask": _asked_by(found, entry.key if entry else "") if found["shown"] == "granted" and own == found["applicant"] else None,
    }  # fmt: skip


def _asked_by(found: dict[str, Any], key: str) -> dict[str, str]:
    """How a granted agreement is used: the address that is asked and the body of a question."""
    body = {"agreement": found["id"], "where": {key: "…"}, "fields": list(found["fields"])}
    return {
        "address": f"/api/v1/exchange/query/{found['resource']}",
        "body": json.dumps(body, ensure_ascii=False, indent=2),
    }


@require_safe
def used(request: HttpRequest, number: int) -> HttpResponseBase:
    """The use log of one agreement as CSV, all of it."""
    guarded()
    try:
        agreements.access_agreement(number)
    except Denied:
        raise Http404 from None
    return sheets.csv_whole(
        "uses", use_columns(outcomes=True), action="hub.uses.export",
        read=lambda before: use_rows(uses.uses(agreement=number, limit=sheets.STEP, before=before), wording.bodies()),
    )  # fmt: skip


def use_listing(
    found: list[dict[str, Any]],
    bodies: dict[str, str],
    query: QueryDict,
    *,
    export: str,
    filters: Sequence[lists.Filter] = (),
    outcomes: bool = False,
) -> lists.Listing:
    """A page of the use log; `found` has one row more than a page where there is an older one. `outcomes`: refusals stand in it."""
    rows = use_rows(found[: lists.PAGE_SIZE], bodies)
    return lists.Listing(
        columns=use_columns(outcomes=outcomes), rows=rows, total=None, query=query, before=query.get("before", ""), filters=filters, export_url=export,
        older=str(rows[-1]["id"]) if len(found) > lists.PAGE_SIZE else "", empty=_("还没有使用记录。"), caption=_("使用记录"),
    )  # fmt: skip


def use_rows(found: list[dict[str, Any]], bodies: dict[str, str]) -> list[dict[str, Any]]:
    """The use log in the reader's words."""
    known, english = reading.resources(), wording.english()
    rows = []
    for each in found:
        entry = known.get(each["resource"])
        names = {one.name: one.en if english else one.zh for one in entry.fields} if entry else {}
        rows.append(
            each
            | {
                "who": bodies.get(each["consumer"], each["consumer"]), "what": wording.named(entry) if entry else each["resource"],
                "told": _told(each["outcome"]), "code": "" if each["outcome"] == uses.ANSWERED else each["outcome"],
                "which": (", " if english else "、").join(names.get(name, name) for name in each["fields"]),
            }
        )  # fmt: skip
    return rows


def _told(outcome: str) -> str:
    if outcome == uses.ANSWERED:
        return _("已应答")
    return _("提供方未应答") if outcome in uses.FAILED else _("未予提供")


def use_columns(*, outcomes: bool = False) -> list[lists.Column]:
    """Its columns; with how a question ended and why where refused ones are listed too."""
    ended = [lists.Column("told", _("结果")), lists.Column("code", _("原因"), lists.CODE)] if outcomes else []
    return [
        lists.Column("at", _("时间"), lists.TIME), lists.Column("who", _("使用部门")), lists.Column("what", _("资源")),
        lists.Column("which", _("字段")), lists.Column("article", _("使用依据")), lists.Column("rows", _("行数"), lists.NUMBER), *ended,
    ]  # fmt: skip


def _wanted(request: HttpRequest, code: str) -> agreements.Wanted:
    volume = wording.typed(request, "volume", 9)
    field, values = wording.typed(request, "row_field", 60), wording.typed(request, "row_values", 2000)
    try:
        until = date.fromisoformat(wording.typed(request, "until", 10))
    except ValueError:
        raise refused("hub.until", most=366, by_field={"until": "yyyy-mm-dd"}) from None
    return agreements.Wanted(
        resource=code, purpose=wording.typed(request, "purpose"), article=wording.typed(request, "article", 200),
        fields=tuple(request.POST.getlist("fields")[:100]), until=until,
        volume=int(volume) if volume.isascii() and volume.isdecimal() and len(volume) < 10 else 0,
        rows={field: tuple(values.split())} if field else {},
    )  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("shown_number", _("编号"), lists.CODE, href="href"), lists.Column("name", _("资源")), lists.Column("applicant_name", _("申请部门")),
        lists.Column("owner_name", _("提供部门")), lists.Column("purpose", _("用途")), lists.Column("state_word", _("状态")),
        lists.Column("due", _("办理期限"), lists.DAY), lists.Column("until", _("授权截止日"), lists.DAY),
    ]  # fmt: skip


def _rows(state: str) -> list[dict[str, Any]]:
    bodies, known = wording.bodies(), reading.resources()
    told = []
    for each in agreements.agreements(state=state):
        entry = known.get(each["resource"])
        late = f" · {_('已逾期')}" if each["late"] else ""
        told.append(
            each
            | {
                "shown_number": str(each["id"]), "href": reverse("exchange_request", args=[each["id"]]),
                "name": wording.named(entry) if entry else each["resource"],
                "applicant_name": bodies.get(each["applicant"], each["applicant"]), "owner_name": bodies.get(each["owner"], each["owner"]),
                "state_word": wording.state(each["shown"]) + late + (f" · {wording.expects(each['coming'])}" if each["coming"] else ""), "due": each["due_on"] if each["state"] in ("applied", "checked") else None,
            }
        )  # fmt: skip
    return told
