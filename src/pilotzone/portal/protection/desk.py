"""The desk of who runs the platform: what is over by the rules (dry run), and requests that wait for a decision."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.portal.protection import retention, rights, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SHOWN = 20


@require_safe
def retention_page(request: HttpRequest) -> HttpResponse:
    """Every rule and how much of its matter is over today; what was removed before. Nothing is removed by looking."""
    rows = _due()
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET, export_url=reverse("protection_retention_export"),
        empty=_("暂无内容"),
    )  # fmt: skip
    return render(request, "protection/retention.html", {"listing": listing, "removed": _removed()})


@require_safe
def retention_export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return sheets.csv_answer("retention", _columns(), _due(), action="retention.export")


@require_safe
def requests_page(request: HttpRequest) -> HttpResponse:
    """Requests that wait, the most urgent first, each with its decision."""
    rows = wording.request_rows(rights.waiting())
    return render(
        request, "protection/requests.html", {"rows": rows, "most": rights.MOST_WORDS, "today": clock.today()}
    )


@require_safe
def requests_export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    rows = wording.request_rows(rights.waiting())
    return sheets.csv_answer("data-requests", wording.request_columns(), rows, action="rights.export")


@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Grant or refuse one."""
    try:
        rights.decide(number, granted=request.POST.get("verb") == "grant", answer=request.POST.get("answer", ""))
    except Refused as problem:
        said.error(request, f"{problem.en if wording.english() else problem.zh} {problem.code}")
    else:
        said.success(request, _("已办理，并留下审计记录。"))
    return redirect("protection_requests")


def _columns() -> list[lists.Column]:
    return [*wording.term_columns(), lists.Column("over", _("今日到期"), lists.NUMBER)]


def _due() -> list[dict[str, Any]]:
    today = clock.today()
    return [wording.term_row(one.term, today) | {"over": one.number} for one in retention.due()]


def _removed() -> lists.Listing:
    names = {one.term.key: wording.named(one.term) for one in retention.due()}
    found = [
        {
            "at": line["at_zone"],
            "what": names[key],
            "rows": json.loads(line["after"] or "{}").get("rows"),
            "basis": line["reason"],
        }
        for key in names
        for line in audit.trail("retention", key, limit=SHOWN)
        if line["action"] == "retention.remove"
    ]
    found.sort(key=lambda line: line["at"], reverse=True)
    return wording.plain(
        [("at", _("时间")), ("what", _("数据")), ("rows", _("行数")), ("basis", _("规则依据"))],
        found[:SHOWN],
        {"at": lists.TIME, "rows": lists.NUMBER},
    )
