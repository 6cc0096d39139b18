"""办事指南: the items for everybody, each with papers, steps, days and law; and the verification of notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.services import api
from pilotzone.rooms.services.web import words
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The items in use; on trial those of the reader's own unit."""
    rows, filters = _asked(request)
    listing = lists.Listing(
        columns=columns(), rows=rows, filters=filters, total=len(rows), page_size=max(lists.PAGE_SIZE, len(rows)),
        query=request.GET, export_url=reverse("services_guide_export"), caption=_("办事指南"), empty=_("还没有办事事项。"),
        empty_help=_("事项是 data/services 中的文件，校验后即可启用。"),
    )  # fmt: skip
    faults = [(path.name, found) for path, found in api.faults().items()] if may("service.try") else []
    context = {"listing": listing, "faults": faults, "may_apply": may("service.apply"), "may_see": may("service.see")}
    return render(request, "services/guide.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The guide as CSV, with the same filters."""
    return sheets.csv_answer("services", columns(), _asked(request)[0], action="service.export")


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One item."""
    try:
        told = api.item(key)
    except Refused as problem:
        return render(request, "services/nothing.html", {"problem": problem}, status=404)
    context = {
        "one": told | _words(told), "may_apply": api.may_apply(key),
        "steps": [row | {"units_word": words.units_word(row["units"])} for row in told["steps"]],
        "accept_word": words.units_word(told["accept_units"]),
    }  # fmt: skip
    return render(request, "services/item.html", context)


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """`?number=&code=`: whether a notice is one of ours, and what it says."""
    number, code = words.asked(request, "number", 60), words.asked(request, "code", 16)
    found: dict[str, Any] | None = None
    problem: Refused | None = None
    if number or code:
        try:
            found = api.verified(number, code)
        except Refused as refused:
            problem = refused
    context = {"number": number, "code": code, "found": found, "problem": problem}
    return render(request, "services/verify.html", context, status=404 if problem else 200)


def columns() -> list[lists.Column]:
    """The columns of the guide."""
    return [
        lists.Column("word", _("事项"), href="href"),
        lists.Column("about", _("说明")),
        lists.Column("who_word", _("面向")),
        lists.Column("desks", _("办理单位")),
        lists.Column("days", _("承诺时限"), lists.NUMBER, unit=_("工作日")),
        lists.Column("basis_word", _("依据")),
        lists.Column("tag", _("可信度")),
        lists.Column("status_word", _("状态")),
    ]


def _asked(request: HttpRequest) -> tuple[list[dict[str, Any]], list[lists.Filter]]:
    query, who = words.asked(request, "q"), words.asked(request, "who")
    who = who if who in firms.trades() else ""
    rows = [one | _words(one) for one in api.list_items(query=query, who=who)]
    choices = [(code, words.roles_word([code])) for code in firms.trades()]
    return rows, [
        lists.Filter("q", _("事项名称"), "search", value=query),
        lists.Filter("who", _("企业类型"), "select", choices, who),
    ]


def _words(one: dict[str, Any]) -> dict[str, Any]:
    units = {each["code"]: each for row in [{"units": one["accept_units"]}, *one["steps"]] for each in row["units"]}
    return {
        "word": words.text(one), "about": words.text(one, "about"), "href": reverse("services_item", args=[one["key"]]),
        "who_word": (words.roles_word(one["who"]) if one["who"] else _("各类企业")) + (f" · {_('个人也可申请')}" if one["persons"] else ""), "desks": words.units_word(list(units.values())),
        "basis_word": "；".join(f"{row['document']} {row['article']}".strip() + f" [{row['tag']}]" for row in one["basis"]),
        "status_word": words.text(one, "status"),
    }  # fmt: skip
