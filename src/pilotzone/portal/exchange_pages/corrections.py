"""校核 and provenance: who used a firm's data, and requests that a value be corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.catalogue.shapes import Resource
from pilotzone.exchange.hub import corrections, uses
from pilotzone.exchange.hub.agreements import CHECK, DECIDE
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.kernel.masking import mask_field
from pilotzone.portal.exchange_pages import requests, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

PLACE = "request"


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Who received this field of mine, when, under which article; and a request that it be corrected."""
    require(corrections.MINE)
    problem = _raised(request)
    if request.method == "POST" and problem is None:
        return redirect("exchange_mine")
    bodies, who = wording.bodies(), _who(request)
    found = uses.of_firm(
        limit=lists.PAGE_SIZE + 1, before=wording.numbered(request.GET.get("before", "")), consumer=who
    )
    asking = sorted({one.owner for one in reading.resources().values()} | ({who} - {""}))
    choices = [(path, bodies.get(path, path)) for path in asking]
    context = {
        "uses": requests.use_listing(
            found, bodies, request.GET, export=reverse("exchange_mine_export"),
            filters=[lists.Filter("who", _("使用部门"), "select", choices, who)],
        ),
        **_asked(request, ""), "choices": _choices(), "problem": problem,
    }  # fmt: skip
    return render(request, "exchange_pages/mine.html", context, status=422 if problem else 200)


@require_safe
def mine_export(request: HttpRequest) -> HttpResponseBase:
    """Who used the firm's data as CSV, all of it."""
    require(corrections.MINE)
    who = _who(request)
    return sheets.csv_whole(
        "my-data", requests.use_columns(), action="hub.mine.export",
        read=lambda before: requests.use_rows(uses.of_firm(limit=sheets.STEP, before=before, consumer=who), wording.bodies()),
    )  # fmt: skip


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The requests for correction as CSV, in one state or in all, every one: for a firm its own."""
    if current().kind != ENTERPRISE:
        requests.guarded()
    columns = [
        lists.Column("name", _("资源")), lists.Column("field_name", _("字段")), lists.Column("key_shown", _("所指的记录"), lists.CODE), lists.Column("owner_name", _("提供部门")),
        lists.Column("words", _("申请内容")), lists.Column("state_word", _("状态")), lists.Column("due_on", _("办理期限"), lists.DAY),
        lists.Column("told", _("答复与裁定")),
    ]  # fmt: skip
    state = _state(request)

    def read(before: int | None) -> list[dict[str, Any]]:
        return [
            one | {"told": " ".join(filter(None, (one["answer"], one["dispute"], one["ruling"])))}
            for one in _rows(state, limit=sheets.STEP, before=before)
        ]

    return sheets.csv_whole("corrections", columns, read, action="hub.corrections.export")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The requests for correction a department or the platform sees."""
    requests.guarded()
    problem = _raised(request)
    if request.method == "POST" and problem is None:
        return redirect("exchange_corrections")
    return _page(request, problem)


@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """The owner answers, who raised it disputes, the platform settles."""
    verb, words = request.POST.get("verb", ""), wording.typed(request, "words")
    try:
        if verb in ("corrected", "kept"):
            corrections.answer(number, corrected=verb == "corrected", words=words)
        elif verb == "dispute":
            corrections.dispute(number, words=words)
        elif verb == "settle":
            corrections.settle(number, words=words)
        else:
            raise Http404
    except Refused as problem:
        said.error(request, f"{problem.en if wording.english() else problem.zh} {problem.code}")
    else:
        said.success(request, _("已办理，并留下审计记录。"))
    return redirect("exchange_mine" if current().kind == ENTERPRISE else "exchange_corrections")


def _page(request: HttpRequest, problem: Refused | None) -> HttpResponse:
    state = _state(request)
    states = [(key, _(word)) for key, word in wording.CORRECTIONS.items()]
    context = {
        **_asked(request, state), "choices": _choices(), "problem": problem, "raises": may("share.use"), "state": state, "states": states,
    }  # fmt: skip
    return render(request, "exchange_pages/corrections.html", context, status=422 if problem else 200)


def _raised(request: HttpRequest) -> Refused | None:
    if request.method != "POST":
        return None
    resource, _dot, field = wording.typed(request, "field", 120).rpartition("/")
    try:
        corrections.raise_(
            resource=resource,
            field=field,
            key_value=wording.typed(request, "key_value", 80),
            words=wording.typed(request, "words"),
        )
    except Refused as problem:
        return problem
    said.success(request, _("校核申请已提交。"))
    return None


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    english = wording.english()
    return [
        (wording.named(one), [(f"{one.code}/{part.name}", part.en if english else part.zh) for part in one.fields])
        for one in reading.resources().values()
        if one.sharing != "refused"
    ]


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in wording.CORRECTIONS else ""


def _who(request: HttpRequest) -> str:
    return request.GET.get("who", "").replace("\0", "")[:200]


def _asked(request: HttpRequest, state: str) -> dict[str, Any]:
    """A page of the requests: its rows, and the addresses of the newest and of the next older one (empty: there is none). Its place is a
    parameter of its own, for a firm's page has the use log beside it."""
    before = wording.numbered(request.GET.get(PLACE, ""))
    found = _rows(state, limit=lists.PAGE_SIZE + 1, before=before)
    rows, query = found[: lists.PAGE_SIZE], request.GET.copy()
    query.pop(PLACE, None)
    newest = f"?{query.urlencode()}"
    query[PLACE] = str(rows[-1]["id"]) if rows else ""
    return {
        "rows": rows, "newest": newest if before is not None else "",
        "older": f"?{query.urlencode()}" if len(found) > len(rows) else "",
    }  # fmt: skip


def _rows(state: str = "", *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    bodies, known, actor = wording.bodies(), reading.resources(), current()
    own = ".".join(actor.unit_path.split(".")[:2])
    told = []
    for each in corrections.corrections(state=state, limit=limit, before=before):
        entry = known.get(each["resource"])
        part = entry.field(each["field"]) if entry else None
        raised = (
            each["raised_organisation"] == actor.organisation
            if actor.kind == ENTERPRISE
            else each["raised_unit"] == own
        )
        told.append(
            each
            | {
                "name": wording.named(entry) if entry else each["resource"], "field_name": (part.en if wording.english() else part.zh) if part else each["field"],
                "key_shown": _key(each, entry, whole=raised or own == each["owner"]), "owner_name": bodies.get(each["owner"], each["owner"]), "state_word": wording.state(each["state"]),
                "answers": each["state"] == "open" and may(DECIDE) and own == each["owner"], "disputes": each["state"] == "kept" and raised,
                "settles": each["state"] == "disputed" and may(CHECK),
            }
        )  # fmt: skip
    return told


def _key(found: dict[str, Any], entry: Resource | None, *, whole: bool) -> str:
    """Which record is meant: whole for its owner and for who asks, by the class of its key for everybody else."""
    value, part = str(found["key_value"]), entry.field(entry.key) if entry else None
    if whole:
        return value
    return mask_field(value, kind=part.type if part else "id", klass=part.klass if part else "sensitive")
