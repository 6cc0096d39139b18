"""查检合一覆盖: sites with their facilities and the share of goods opened once (task 5), confirmed by officers; public with the study."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.desks import typed
from pilotzone.portal.desks.inspections import CHECK, desk, said, spoken


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The sites; a POST confirms that one has a facility since a day."""
    require("trade.see")
    problem: Refused | None = None
    if request.method == "POST":
        try:
            desk.confirm_facility(
                site=request.POST.get("site", ""), facility=request.POST.get("facility", ""), note=request.POST.get("note", ""),
                since=typed.day_since(request.POST.get("since", "")),
            )  # fmt: skip
            return redirect("inspection_coverage")
        except Refused as refused:
            problem = refused
    context = {
        "told": table(), "problem": problem, "typed": request.POST if problem else {"since": clock.today().isoformat()}, "checks": may(CHECK),
        "sites": [(one.code, said({"zh": one.zh, "en": one.en})) for one in desk.sites()],
        "facilities": [(code, said(row)) for code, row in desk.texts("facilities").items()],
    }  # fmt: skip
    return render(request, "desks/inspection_coverage.html", context, status=422 if problem else 200)


def table() -> dict[str, Any]:
    """The coverage as it stands today, in the reader's words."""
    told = desk.coverage(clock.today())
    names = {code: said(row) for code, row in desk.texts("facilities").items()}
    rows = [
        one
        | {
            "name": said(one),
            "lacks": "、".join(names[key] for key in one["lacking"]) or _("齐备"),
            "dwell": spoken(one["dwell_s"]),
        }
        for one in told["rows"]
    ]
    return told | {"rows": rows}
