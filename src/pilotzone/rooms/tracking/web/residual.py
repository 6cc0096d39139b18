"""One residual: its sentence, both sides with links to their records, what was done about it, and what may be done."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.web import reconcile_words as words
from pilotzone.ui.menus import stands

VERBS = ("own", "explain", "close", "reopen")
LONGEST = 300
MOST_BYTES = 8 * 1024 * 1024  # as operations.reconcile.proving says
RESIDUAL_MOST = 2**62
EXPORT_MARK = slice(8, 9)  # of a list's number: customs, year, then E or I


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The residual; a POST does one verb with it."""
    number = min(number, RESIDUAL_MOST)
    problem = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").replace("\0", "")[: LONGEST + 1] for name in ("reason", "evidence")}
        verb = request.POST.get("action", "")
        file = request.FILES.get("file")
        try:
            if file is not None and file.size is not None:
                content = file.read(MOST_BYTES + 1) if file.size else b""
                api.keep_residual_file(residual=number, name=file.name or "", content=content, at=clock.now())
            if verb in VERBS:
                api.settle_residual(residual=number, verb=verb, at=clock.now(), **typed)
            return redirect("residual", number)
        except Refused as refused:
            problem = refused
    try:
        found = api.residual(number)
    except Refused:
        raise Http404 from None
    return render(request, "tracking/residual.html", _context(request, found, problem), status=422 if problem else 200)


@require_safe
def file(request: HttpRequest, number: int, file: int) -> HttpResponseBase:
    """A file of evidence as it came; never drawn by the browser as a page of ours."""
    try:
        media_type, name, content = api.open_residual_file(
            residual=min(number, RESIDUAL_MOST), number=min(file, RESIDUAL_MOST)
        )
    except Refused:
        raise Http404 from None
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=media_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _context(request: HttpRequest, one: dict[str, Any], problem: Refused | None) -> dict[str, Any]:
    steps, owners = words.steps(), words.owners()
    closing, answering = may("recon.close"), may("recon.answer")
    return {
        "one": one,
        "problem": problem,
        "kind": words.kinds()[one["kind"]],
        "light": words.light(one),
        "state_word": words.states()[one["state"]],
        "facts": _facts(one, owners),
        "legs": [
            (words.pair(api.RECONCILE_PAIRS[pair][0]), words.pair(api.RECONCILE_PAIRS[pair][1]), currency, amount)
            for pair, currency, amount in one["legs"]
        ],
        "links": _links(one),
        "steps": [
            step | {"word": steps[step["what"]], "evidence": owners.get(step["evidence"], step["evidence"])}
            for step in one["steps"]
        ],
        "may_prove": answering and one["state"] in ("opened", "owned", "explained"),
        "may_own": answering and one["state"] == "opened",
        "may_explain": answering and one["state"] in ("opened", "owned"),
        "may_close": closing and one["state"] in ("opened", "owned", "explained"),
        "may_reopen": closing and one["state"] in ("explained", "closed"),
        "typed": {name: request.POST.get(name, "")[:LONGEST] for name in ("reason", "evidence")},
    }


def _facts(one: dict[str, Any], owners: dict[str, str]) -> list[tuple[str, object]]:
    return [
        (_("清单编号"), one["number"] or "—"),
        (_("项号或单号"), one["subject"] or "—"),
        (_("企业"), one["firm_name"] or "—"),
        (_("一方"), one["left"]),
        (_("另一方"), one["right"]),
        (_("责任单位"), owners[one["owner"]]),
        (_("发生日"), one["day"]),
        (_("期限"), one["due_on"]),
        (_("逾期天数"), one["age"]),
        (_("首次发现"), one["found_at"]),
    ]


def _links(one: dict[str, Any]) -> list[tuple[str, str]]:
    """The records on both sides, as far as pages of this installation show them."""
    told = []
    if one["trade"]:
        told.append((_("全程跟踪"), reverse("track_trade", args=[one["trade"]])))
    if one["number"] and one["number"][EXPORT_MARK] != "E":
        told.append((_("税单"), f"/tax/bills/?number={one['number']}"))
    if one["number"] and one["kind"] in ("unregistered", "register_unreleased", "amount_differs"):
        told.append((_("出口货物"), f"/tax/export/?list_no={one['number']}"))
    if one["receipt"]:
        told.append((_("收汇"), f"/fx/receipts/{one['receipt']}/"))
    return [(word, address) for word, address in told if stands(address)]
