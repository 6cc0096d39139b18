"""部门接入令牌: tokens of departments' systems issued, replaced and ended; a token is shown once, on the page that answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.hub import clients
from pilotzone.kernel.access.doors import require
from pilotzone.portal.exchange_pages import wording
from pilotzone.ui import listing as lists


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Every token without itself; the form to issue one."""
    require(clients.RUN)
    if request.method != "POST":
        return _page(request)
    try:
        certificate = request.FILES.get("certificate")
        pem = certificate.read(64 * 1024).decode("ascii", "replace") if certificate else ""
        token = clients.issue(
            unit=wording.typed(request, "unit", 60), label=wording.typed(request, "label", 80), certificate=pem,
            push_url=wording.typed(request, "push_url", 500),
        )  # fmt: skip
    except Refused as problem:
        return _page(request, problem=problem)
    return _page(request, token=token)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Replace a token by a new one, or end it."""
    require(clients.RUN)
    try:
        if verb == "rotate":
            return _page(request, token=clients.rotate(number))
        if clients.revoke(number):
            said.success(request, _("已办理，并留下审计记录。"))
    except Problem as problem:
        said.error(request, f"{problem.en if wording.english() else problem.zh} {problem.code}")
    return redirect("exchange_tokens")


def _page(request: HttpRequest, *, token: str = "", problem: Refused | None = None) -> HttpResponse:
    bodies = wording.bodies()
    rows: list[dict[str, Any]] = [
        one
        | {
            "number": str(one["id"]), "body": bodies.get(one["unit"], one["unit"]), "signed": _("是") if one["signs"] else _("否"),
            "push": one["push_url"] or _("自行收取"), "state": _("已停用") if one["revoked_at"] else _("有效"),
        }
        for one in clients.clients()
    ]  # fmt: skip
    listing = lists.Listing(
        columns=[
            lists.Column("number", _("编号"), lists.CODE), lists.Column("body", _("部门")), lists.Column("label", _("系统名称")),
            lists.Column("signed", _("须签名")), lists.Column("push", _("推送地址")), lists.Column("created_at", _("时间"), lists.TIME),
            lists.Column("state", _("状态")),
        ],
        rows=rows, total=len(rows), page_size=1000, caption=_("部门接入令牌"), empty=_("还没有部门接入令牌。"),
    )  # fmt: skip
    units = sorted((path, name) for path, name in bodies.items() if path.count(".") == 1)
    context = {
        "listing": listing, "token": token, "problem": problem, "units": units, "typed": {} if token else request.POST,
        "live": [one for one in rows if not one["revoked_at"]],
    }  # fmt: skip
    return render(request, "exchange_pages/tokens.html", context, status=422 if problem else 200)
