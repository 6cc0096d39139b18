"""批量填报: a county or park hands in a file of drafts and reads what became of each row."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.web.offices import workbook
from pilotzone.ui import listing as lists

ACTION = "filing.bulk"
LARGEST = 8 * 1024 * 1024


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
    context = {"files": api.uploads(), "problem": problem, "may_see": may(api.SEE)}
    return render(request, "registry/bulk.html", context, status=422 if problem else 200)


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
