"""待办: the one inbox of every department; a case with what may be done; several at once; the printed notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Denied, Problem, Refused
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.services import api
from pilotzone.rooms.services.web import words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

LIGHTS = ("red", "yellow", "green")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits at the reader's desk, the first due first."""
    require("service.see")
    wanted, filters = _asked(request)
    found = api.inbox(wanted, page=lists.page_number(request.GET.get("page")), size=lists.PAGE_SIZE)
    acts = may("service.decide") and not wanted.paused and not wanted.unit
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]], filters=filters, page=found["page"],
        actions=_actions() if acts else [], action_url=reverse("services_together"), total=found["total"], query=request.GET,
        export_url=reverse("services_inbox_export"), caption=_("待办"), empty=_("没有待办的办件。"),
        empty_help=_("企业提交的申请到达本单位时，这里出现一件。"), key="pick",
    )  # fmt: skip
    return render(request, "services/inbox.html", {"listing": listing, "counts": api.inbox_counts(), "lights": LIGHTS})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The inbox as CSV with the same filters."""
    wanted, _filters = _asked(request)
    every = sheets.at_once(lambda page, size: api.inbox(wanted, page=page, size=size))
    rows = [_row(one) | {"state_tag": words.text(one, "state")} for one in every]
    return sheets.csv_answer("inbox", _columns(), rows, action="service.export")


@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """Accept or pass the chosen ones; the page says row by row what became of each."""
    require("service.decide")
    verb = request.POST.get("action", "")
    if verb not in ("accept", "pass"):
        raise Denied(code="service.verb", zh="没有这一操作。", en="There is no such verb.")
    chosen: list[tuple[int, int | None]] = []
    for pick in request.POST.getlist("chosen"):
        number, _mark, version = pick.partition("-")
        if (case := words.number_typed(number)) is not None:
            chosen.append((case, words.number_typed(version)))
    if not chosen:
        messages.warning(request, _("请先选择办件。"))
        return redirect("services_inbox")
    rows = api.together(chosen, verb)
    done = sum(row["done"] for row in rows)
    context = {
        "rows": rows,
        "verb": words.pair((api.VERBS[verb].zh, api.VERBS[verb].en)),
        "done": done,
        "left": len(rows) - done,
    }
    return render(request, "services/together.html", context)


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One case, for its applicant and for the desks it came to."""
    return _page(request, number, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """One verb; what is refused is said on the page. Denied `service.verb` for another."""
    done = VERBS.get(verb)
    if done is None:
        raise Denied(code="service.verb", zh="没有这一操作。", en="There is no such verb.")
    try:
        done(request, number)
    except (Refused, Denied) as problem:
        if isinstance(problem, Denied) and not problem.code.startswith("service."):
            raise
        return _page(request, number, problem)
    messages.success(request, _("已办理。"))
    return redirect("services_case", number)


@require_safe
def material(request: HttpRequest, number: int, paper: int) -> HttpResponse:
    """A paper, always as a download."""
    name, body = api.material(number, paper)
    answer = HttpResponse(body, content_type="application/octet-stream")
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else "bin"
    answer["Content-Disposition"] = (
        f'attachment; filename="case-{number}-{paper}.{ending if ending.isalnum() else "bin"}"'
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """The notice of the decision, to be printed."""
    told = api.notice(number)
    address = request.build_absolute_uri(told["verify"])
    return render(request, "services/notice.html", {"one": told, "address": address, "number": number})


def _page(request: HttpRequest, number: int, problem: Problem | None) -> HttpResponse:
    told = api.case(number)
    for step in told["history"]:
        step["went_word"] = words.pair(api.STATES[step["went"]])
    for row in told["steps"]:
        row["units_word"] = words.units_word(row["units"])
    context = {
        "one": told, "problem": problem, "state_tag": words.state_tag(told["state"]), "verbs": told["verbs"],
        "holders": api.holders(number) if "hand_over" in told["verbs"] else [], "me": current().person,
        "typed": {name: words.typed(request, name, 500) for name in ("reason",)} if problem else {},
        "editable": bool({"save", "submit", "resubmit"} & set(told["verbs"])), "may_ask": may("help.ask"),
        "general": [text for key, text in told["remarks"].items() if key.startswith("@")],
    }  # fmt: skip
    status = 200 if problem is None else 403 if isinstance(problem, Denied) else 422
    return render(request, "services/case.html", context, status=status)


def _asked(request: HttpRequest) -> tuple[api.Wanted, list[lists.Filter]]:
    said = {name: words.asked(request, name) for name in ("q", "item", "light", "unit", "who")}
    zone = current().kind == "zone"
    light = said["light"] if said["light"] in LIGHTS else ""
    units = [(path, en if words.english() else zh) for path, zh, en in api.units()] if zone else []
    unit = said["unit"] if said["unit"] in {path for path, _ in units} else ""
    wanted = api.Wanted(
        query=said["q"],
        item=said["item"],
        light=light,
        unit=unit,
        mine=said["who"] == "mine",
        paused=said["who"] == "paused",
    )
    colours = {"red": _("红灯 滞后"), "yellow": _("黄灯 临期"), "green": _("绿灯 正常")}
    filters = [
        lists.Filter("q", _("办件编号或企业"), "search", value=said["q"]),
        lists.Filter(
            "item", _("事项"), "select", [(one["key"], words.text(one)) for one in api.list_items()], said["item"]
        ),
        lists.Filter("light", _("时限灯"), "select", list(colours.items()), light),
        lists.Filter("who", _("范围"), "select", [("mine", _("我承办的")), ("paused", _("等待企业补正"))], said["who"]),
    ]
    if zone:
        filters.append(lists.Filter("unit", _("现办单位"), "select", units, unit))
    return wanted, filters


def _actions() -> list[lists.Action]:
    return [
        lists.Action("accept", _("受理所选"), _("确认受理所选的办件？")),
        lists.Action("pass", _("通过所选"), _("确认所选的办件在本环节通过？")),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("办件编号"), lists.CODE, href="href"),
        lists.Column("word", _("事项")),
        lists.Column("firm", _("申请单位")),
        lists.Column("step_word", _("环节")),
        lists.Column("state_tag", _("状态")),
        lists.Column("light", _("时限灯"), lists.LIGHT),
        lists.Column("light_word", _("剩余")),
        lists.Column("due_on", _("办理期限"), lists.DAY),
        lists.Column("holder", _("承办人")),
        lists.Column("urges", _("催办"), lists.NUMBER),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    more = _("（暂定）") if one["provisional"] else ""
    return one | {
        "href": reverse("services_case", args=[one["id"]]), "word": words.text(one, "item"), "firm": one["firm"] or _("试办"),
        "step_word": words.text(one, "step"), "state_tag": words.state_tag(one["state"]),
        "light_word": words.text(one, "light") + more, "holder": one["holder"] or "—",
    }  # fmt: skip


def _said(request: HttpRequest) -> dict[str, Any]:
    return {"version": words.version_of(request), "reason": words.typed(request, "reason", 500)}


def _opinion(request: HttpRequest) -> dict[str, Any]:
    return {"version": words.version_of(request), "opinion": words.typed(request, "reason", 500)}


def _return(request: HttpRequest, number: int) -> None:
    api.return_(
        number,
        version=words.version_of(request),
        remarks=words.remarks_typed(request),
        words=words.typed(request, "reason", 500),
    )


def _hand_over(request: HttpRequest, number: int) -> None:
    api.hand_over(number, to=words.number_typed(words.typed(request, "to", 19)) or 0, **_said(request))


VERBS: dict[str, Callable[[HttpRequest, int], Any]] = {
    "accept": lambda request, number: api.accept(number, **_opinion(request)),
    "decline": lambda request, number: api.decline(number, **_said(request)),
    "return": _return,
    "hand_over": _hand_over,
    "pass": lambda request, number: api.pass_(number, **_opinion(request)),
    "refuse": lambda request, number: api.refuse(number, **_said(request)),
    "withdraw": lambda request, number: api.withdraw(number, **_said(request)),
    "urge": lambda request, number: api.urge(number, version=words.version_of(request)),
    "close": lambda request, number: api.close(number, version=words.version_of(request)),
}
