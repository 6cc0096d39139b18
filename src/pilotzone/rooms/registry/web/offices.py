"""The offices' desk of filings: list with filters and export, one filing, what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.web import words
from pilotzone.ui import listing as lists

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The filings the caller sees."""
    require(api.SEE)
    wanted, filters = _asked(request)
    found = api.filings(wanted, page=lists.page_number(request.GET.get("page")), size=lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]], filters=filters, page=found["page"],
        total=found["total"], query=request.GET, export_url=reverse("registry_export"), actions=lists.printing("filing", _("打印回执")), caption=_("备案列表"),
        empty=_("还没有备案。"), empty_help=_("县区和园区可以批量填报草稿，企业登录后确认。"),
    )  # fmt: skip
    context = {"listing": listing, "counts": api.counts(), "may_bulk": may("filing.bulk")}
    return render(request, "registry/filings.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list with the same filters, in the form in which drafts are handed in."""
    wanted, _filters = _asked(request)
    return workbook(api.export(wanted), "pilotzone-filings.xlsx")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One filing."""
    return _page(request, number, None)


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """One filing to be printed."""
    told = api.filing(number)
    promises = list(api.form(told["roles"]).commitments)
    return render(request, "registry/paper.html", {"one": words.shown(told), "promises": promises})


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One verb of an office. Denied `registry.verb` for another."""
    done = VERBS.get(verb)
    if done is None:
        raise Denied(code="registry.verb", zh="没有这一操作。", en="There is no such verb.")
    require("filing.review" if verb in ("prereview", "send_back") else "filing.decide")
    try:
        done(request, number)
    except Refused as problem:
        return _page(request, number, problem)
    messages.success(request, _("已办理。"))
    return redirect("registry_filing", number)


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook to be kept as a file."""
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    told = words.shown(api.filing(number))
    context = {
        "one": told, "problem": problem, "today": clock.today(), "findings": told["findings"],
        "typed": {name: words.typed(request, name, 300) for name in ("reason", "legal_basis")} if problem else {},
        "returns": [verb for verb in ("send_back", "return", "return_change") if verb in told["verbs"]],
    }  # fmt: skip
    return render(request, "registry/filing.html", context, status=422 if problem else 200)


def _asked(request: HttpRequest) -> tuple[api.Wanted, list[lists.Filter]]:
    said = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:80]
        for name in ("q", "state", "role", "unit", "soon", "in_force_on")
    }
    in_force_on = None
    state = said["state"] if said["state"] in api.STATES else ""
    plays = said["role"] if said["role"] in firms.trades() else ""
    with suppress(ValueError):  # no day, or one nobody can read: the list is not narrowed by it
        in_force_on = date.fromisoformat(said["in_force_on"])
    wanted = api.Wanted(
        query=said["q"], state=state, role=plays, unit=said["unit"],
        expiring=api.ending_by() if said["soon"] == "licence" else None,
        overdue=clock.today() if said["soon"] == "overdue" else None, in_force_on=in_force_on,
    )  # fmt: skip
    soon = [("licence", _("证照将到期")), ("overdue", _("办理已超期"))]
    return wanted, [
        lists.Filter("q", _("企业名称或编码"), "search", value=said["q"]),
        lists.Filter("state", _("状态"), "select", [(key, words.state_word(key)) for key in api.STATES], state),
        lists.Filter("role", _("企业类型"), "select", [row[:2] for row in words.role_choices([])], plays),
        lists.Filter("unit", _("县区或园区"), "select", words.units_named(), said["unit"]),
        lists.Filter("soon", _("提醒"), "select", soon, said["soon"]),
        lists.Filter("in_force_on", _("当日有效"), "date", value=in_force_on.isoformat() if in_force_on else ""),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("单位名称"), href="href"),
        lists.Column("uscc", _("统一社会信用代码"), lists.CODE),
        lists.Column("roles", _("企业类型")),
        lists.Column("unit", _("县区或园区")),
        lists.Column("state", _("状态")),
        lists.Column("valid_from", _("生效日"), lists.DAY),
        lists.Column("due_on", _("办理期限"), lists.DAY),
        lists.Column("light", _("时限灯"), lists.LIGHT),
        lists.Column("next_expiry", _("最近到期证照"), lists.DAY),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    today, due = clock.today(), one["due_on"]
    light = "green" if due is None or due > today else ("yellow" if due == today else "red")
    return one | {
        "href": reverse("registry_filing", args=[one["id"]]), "name": one["name"] or one["uscc"],
        "roles": words.role_words(one["roles"]), "unit": one["unit_en"] if words.english() else one["unit_zh"],
        "state": words.state_tag(one["state"]), "light": light,
    }  # fmt: skip


def _said(request: HttpRequest) -> dict[str, Any]:
    return {"version": words.version_of(request), "reason": words.typed(request, "reason", 300)}


def _accept(request: HttpRequest, number: int) -> None:
    api.accept(number, valid_from=words.day_typed(request, "valid_from"), **_said(request))


def _suspend(request: HttpRequest, number: int) -> None:
    since = words.day_typed(request, "since") or clock.today()
    api.suspend(number, since=since, legal_basis=words.typed(request, "legal_basis", 300), **_said(request))


def _cancel(request: HttpRequest, number: int) -> None:
    api.cancel(number, on=words.day_typed(request, "on"), **_said(request))


VERBS: dict[str, Callable[[HttpRequest, int], Any]] = {
    "prereview": lambda request, number: api.prereview(number, **_said(request)),
    "send_back": lambda request, number: api.send_back(number, remarks=words.remarks_typed(request), **_said(request)),
    "return": lambda request, number: api.return_(number, remarks=words.remarks_typed(request), **_said(request)),
    "accept": _accept,
    "accept_change": lambda request, number: api.accept_change(number, **_said(request)),
    "return_change": lambda request, number: api.return_change(
        number, remarks=words.remarks_typed(request), **_said(request)
    ),
    "suspend": _suspend,
    "resume": lambda request, number: api.resume(number, **_said(request)),
    "cancel": _cancel,
}
