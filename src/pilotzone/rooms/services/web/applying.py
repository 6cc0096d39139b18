"""我的办件: a firm begins, saves, hands in and follows its cases; mandates for agents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.services import api
from pilotzone.rooms.services.errors import refused
from pilotzone.rooms.services.web import words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

LARGEST = 10 * 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, key: str) -> HttpResponse:
    """The empty form of an item; a POST keeps it as a draft or hands it in, and goes on to the case."""
    try:
        told, form = api.item(key), api.fields(key)
    except Refused as unknown:
        return render(request, "services/nothing.html", {"problem": unknown}, status=404)
    if not api.may_apply(key):
        require("service.apply" if told["status"] != "draft" else "service.try")
    problem: Refused | None = None
    values: dict[str, Any] = {}
    if request.method == "POST":
        values = words.values_typed(request, form)
        try:
            number = api.begin(
                key=key, values=values, principal=words.number_typed(words.typed(request, "principal", 19))
            )
            return _go_on(request, number, told)
        except Refused as refused:
            problem = refused
    context = {
        "one": told, "rows": words.form_rows(form, values, {}, problem.fields if problem else {}), "problem": problem,
        "principals": api.principals(key) if told["agents"] else [], "materials": told["materials"],
    }  # fmt: skip
    return render(request, "services/apply.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """The form of a draft or a returned case, with the officer's remarks; a POST saves it or hands it in."""
    told = api.case(number)
    if not {"save", "submit", "resubmit"} & set(told["verbs"]):
        raise Denied(code="service.edit", zh="现不能修改这一申请。", en="This application cannot be changed now.")
    if request.method == "POST":
        return _edited(request, number, told)
    return _form(request, number, told, dict(_values(told)), None)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The cases of the caller's firm."""
    if not may("service.apply"):
        require("service.try")
    state, query = words.asked(request, "state"), words.asked(request, "q")
    state = state if state in api.STATES else ""
    found = api.mine(state=state, query=query, page=lists.page_number(request.GET.get("page")))
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]],
        filters=[
            lists.Filter("q", _("办件编号或企业"), "search", value=query),
            lists.Filter("state", _("状态"), "select", [(key, words.pair(word)) for key, word in api.STATES.items()], state),
        ],
        page=found["page"], total=found["total"], query=request.GET, export_url=reverse("services_mine_export"),
        caption=_("我的办件"), empty=_("还没有办件。"), empty_help=_("在办事指南选择事项后申请。"),
    )  # fmt: skip
    return render(request, "services/mine.html", {"listing": listing, "may_mandate": may("mandate.own")})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    state, query = words.asked(request, "state"), words.asked(request, "q")
    every = sheets.at_once(lambda page, size: api.mine(state=state, query=query, page=page, size=size))
    rows = [_row(one) | {"state_tag": words.text(one, "state")} for one in every]
    return sheets.csv_answer("cases", _columns(), rows, action="service.export")


@require_http_methods(["GET", "HEAD", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """代办授权: those the firm gave and has; a POST gives one."""
    require("mandate.own")
    problem: Refused | None = None
    if request.method == "POST":
        first, last = words.day_typed(request, "valid_from"), words.day_typed(request, "valid_to")
        try:
            if first is None or last is None:
                raise refused("service.mandate.days")
            api.authorise(
                agent=words.typed(request, "agent", 18), chosen=request.POST.getlist("items"), valid_from=first, valid_to=last,
            )  # fmt: skip
            messages.success(request, _("代办授权已生效，可随时撤销。"))
            return redirect("services_mandates")
        except Refused as refusal:
            problem = refusal
    found = api.mandates_of(lists.page_number(request.GET.get("page")))
    listing = lists.Listing(
        columns=[], rows=found["rows"], total=found["total"], page=found["page"], query=request.GET,
        export_url=reverse("services_mandates_export"), caption=_("代办授权"),
    )  # fmt: skip
    context = {
        "rows": found["rows"], "listing": listing, "problem": problem, "today": clock.today(),
        "items": [one for one in api.list_items() if one["agents"]],
        "typed": {name: words.typed(request, name, 20) for name in ("agent", "valid_from", "valid_to")},
        "chosen": request.POST.getlist("items"),
    }  # fmt: skip
    return render(request, "services/mandates.html", context, status=422 if problem else 200)


@require_safe
def mandates_export(request: HttpRequest) -> HttpResponse:
    """Those the firm gave and has, as CSV."""
    require("mandate.own")
    columns = [
        lists.Column("principal", _("委托企业")), lists.Column("agent", _("受托企业")), lists.Column("items_word", _("事项")),
        lists.Column("valid_from", _("起始日"), lists.DAY), lists.Column("valid_to", _("截止日"), lists.DAY),
        lists.Column("word", _("状态")), lists.Column("revoked_at", _("撤销时间"), lists.TIME),
    ]  # fmt: skip
    rows = [
        one | {
            "items_word": "、".join(words.text(each, "") for each in one["items"]),
            "word": _("有效") if one["in_force"] else _("已撤销") if one["revoked_at"] else _("未生效或已到期"),
        }
        for one in sheets.at_once(api.mandates_of)
    ]  # fmt: skip
    return sheets.csv_answer("mandates", columns, rows, action="service.mandates.export")


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Take a mandate back."""
    api.revoke(number)
    messages.success(request, _("代办授权已撤销。"))
    return redirect("services_mandates")


def _go_on(request: HttpRequest, number: int, told: dict[str, Any]) -> HttpResponse:
    """After a case was begun: add the papers, hand it in where that was asked; what is refused is said on the case's form."""
    found = api.case(number)
    return _edited(request, number, found, fresh=True)


def _edited(request: HttpRequest, number: int, told: dict[str, Any], *, fresh: bool = False) -> HttpResponse:
    values = words.values_typed(request, told["form"])
    version = None if fresh else words.version_of(request)
    try:
        if not fresh:
            api.save(number, version=version, values=values)
        for one in told["materials"]:
            file = request.FILES.get(f"m-{one['key']}")
            if isinstance(file, UploadedFile):
                api.attach(number, version=None, key=one["key"], name=file.name or "", body=file.read(LARGEST + 1))
        if "submit" in request.POST:
            verb = api.resubmit if told["state"] == "returned" else api.submit
            verb(number, version=None, values=values)
            messages.success(request, _("已提交。办理进度见本页。"))
            return redirect("services_case", number)
    except Refused as problem:
        return _form(request, number, api.case(number), values, problem)
    messages.success(request, _("已暂存。"))
    return redirect("services_edit", number)


def _form(
    request: HttpRequest, number: int, told: dict[str, Any], values: dict[str, Any], problem: Refused | None
) -> HttpResponse:
    wrong, faults = problem.fields if problem else {}, []
    if problem is not None and problem.code == "service.case.findings":  # in the reader's language alone
        faults = [{"text": words.text(one), "code": one["code"]} for one in told["findings"]]
        wrong = {one["field"]: words.text(one) for one in told["findings"]}
    context = {
        "faults": faults,
        "one": told, "rows": words.form_rows(told["form"], values, told["remarks"], wrong), "problem": problem, "number": number,
        "papers": [row | {"wrong": wrong.get(row["key"], "")} for row in told["materials"]],
        "general": [text for key, text in told["remarks"].items() if key.startswith("@")],
    }  # fmt: skip
    return render(request, "services/edit.html", context, status=422 if problem else 200)


def _values(told: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(one["key"], one["value"]) for one in told["fields"]]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("办件编号"), lists.CODE, href="href"),
        lists.Column("word", _("事项")),
        lists.Column("firm", _("申请单位")),
        lists.Column("state_tag", _("状态")),
        lists.Column("where", _("现办单位")),
        lists.Column("due_on", _("办理期限"), lists.DAY),
        lists.Column("light", _("时限灯"), lists.LIGHT),
        lists.Column("light_word", _("剩余")),
        lists.Column("submitted_at", _("提交时间"), lists.TIME),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    first = one["now"][0] if one["now"] else None
    units = [{"zh": each["unit_zh"], "en": each["unit_en"]} for each in one["now"]]
    where, due_on, light, left = words.units_word(units) or "—", None, "", "—"
    if one["state"] == "returned":
        where, light, left = _("申请单位补正"), "yellow", _("等待补正，期限停止计算")
    elif first is not None:  # of a joint step the first desk: all have the same days
        due_on, light, left = first["due_on"], first["light"], words.text(first, "light")
    return one | {
        "href": reverse("services_case", args=[one["id"]]), "word": words.text(one, "item"),
        "state_tag": words.state_tag(one["state"]), "where": where, "due_on": due_on, "light": light, "light_word": left,
    }  # fmt: skip
