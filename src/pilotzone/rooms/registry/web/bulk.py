"""批量填报: a county or park hands in a file of drafts and reads what became of each row."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.web.offices import workbook
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

ACTION = "filing.bulk"
LARGEST = 8 * 1024 * 1024
FAULTY = {"wrong": True, "right": False}


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The place to hand a file in, and the files of before; a POST goes on to its report."""
    require(ACTION)
    problem: Refused | None = None
    if request.method == "POST" and (file := request.FILES.get("files")):
        try:
            return redirect("registry_upload", api.upload(name=file.name or "", raw=file.read(LARGEST + 1)))
        except Refused as refused:
            problem = refused
    context = {"listing": _files(request), "problem": problem, "may_see": may(api.SEE)}
    return render(request, "registry/bulk.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The files of the same filters as CSV. Refused `desk.export.too_many`."""
    require(ACTION)
    query, state = _asked(request)
    rows = sheets.every(lambda page, size: api.uploads(query, faulty=FAULTY.get(state), page=page, size=size))
    lines = [_row(one) for one in rows]
    return sheets.csv_answer("filing-files", _columns(), lines, action="filing.files.export")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The report of a file, its faulty rows first asked for."""
    told = api.uploaded(number)
    wanted = request.GET.get("outcome", "")
    outcomes = {"drafted": _("已成草稿"), "same": _("没有变化"), "wrong": _("有误未填报")}
    rows = [row for row in told["rows"] if not wanted or row["outcome"] == wanted]
    page = lists.page_number(request.GET.get("page"))
    shown = rows[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE]
    for row in shown:
        row["word"] = outcomes[row["outcome"]]
    listing = lists.Listing(
        columns=[], rows=[], filters=[lists.Filter("outcome", _("结果"), "select", list(outcomes.items()), wanted)],
        page=page, total=len(rows), query=request.GET,
    )  # fmt: skip
    return render(request, "registry/upload.html", {"one": told, "rows": shown, "listing": listing})


@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The same file with the result of each row: mended, it can be handed in again."""
    return workbook(api.report(number), f"pilotzone-filings-{number}.xlsx")


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty file."""
    return workbook(api.template(), "pilotzone-filings-template.xlsx")


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The file name searched for, and whether its rows were faulty."""
    state = request.GET.get("rows", "")
    return request.GET.get("q", "").replace("\0", "").strip()[:80], state if state in FAULTY else ""


def _files(request: HttpRequest) -> lists.Listing:
    query, state = _asked(request)
    found = api.uploads(
        query, faulty=FAULTY.get(state), page=lists.page_number(request.GET.get("page")), size=lists.PAGE_SIZE
    )
    kinds = [("wrong", _("有误未填报")), ("right", _("没有错误"))]
    return lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]],
        filters=[
            lists.Filter("q", _("文件名"), "search", value=query),
            lists.Filter("rows", _("结果"), "select", kinds, state),
        ],
        total=found["total"], page=found["page"], query=request.GET, export_url=reverse("registry_files_export"),
        empty=_("还没有填报过文件。"),
    )  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("at", _("时间"), lists.TIME),
        lists.Column("name", _("文件"), href="href"),
        lists.Column("office", _("填报单位")),
        lists.Column("by", _("填报人")),
        lists.Column("total", _("行数"), lists.NUMBER),
        lists.Column("drafted", _("已成草稿"), lists.NUMBER),
        lists.Column("same", _("没有变化"), lists.NUMBER),
        lists.Column("wrong", _("有误未填报"), lists.NUMBER),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    unit = one["unit"]
    return one | {
        "href": reverse("registry_upload", args=[one["id"]]), "office": unit.named(get_language()) if unit else "",
    }  # fmt: skip
