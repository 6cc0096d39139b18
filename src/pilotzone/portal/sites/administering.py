"""分平台管理员: who administers a district's platform, since when and by whom; the zone's office appoints and removes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access import administrators, sites
from pilotzone.kernel.access.administrators import Administrator
from pilotzone.kernel.access.models import Site
from pilotzone.kernel.access.scope import current
from pilotzone.portal.sites.pages import english, found
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

STATES = {
    administrators.RUNNING: noop("在任"), administrators.COMING: noop("未到任"), administrators.FORMER: noop("已卸任"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The terms of office; a POST appoints."""
    site = found(slug)
    if request.method != "POST":
        return _page(request, site)
    name = request.POST.get("administrator", "").replace("\0", "")
    try:
        administrators.appoint(site, username=name, on=clock.today())
    except Refused as problem:
        return _page(request, site, problem=problem, typed={"administrator": name})
    messages.success(request, _("已任命。"))
    return redirect("site_administrators", slug)


@require_POST
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """End one term, with the reason."""
    site = found(slug)
    typed = {name: request.POST.get(name, "").replace("\0", "") for name in ("membership", "reason")}
    number = typed["membership"]
    known = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0
    try:
        administrators.remove(site, membership=known, on=clock.today(), reason=typed["reason"])
    except Refused as problem:
        return _page(request, site, problem=problem, typed=typed)
    messages.success(request, _("已卸任，立即生效。"))
    return redirect("site_administrators", slug)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with the same filter as CSV."""
    rows = _rows(administrators.administrators(found(slug), clock.today()), _state(request))
    return sheets.csv_answer("administrators", _columns(), rows, action="site.administrators.export")


def _page(
    request: HttpRequest, site: Site, *, problem: Refused | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    every, state = administrators.administrators(site, clock.today()), _state(request)
    rows = _rows(every, state)
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(len(rows), 1), query=request.GET, caption=_("分平台管理员"),
        filters=[lists.Filter("state", _("状态"), "select", [(key, _(word)) for key, word in STATES.items()], state)],
        export_url=reverse("site_administrators_export", args=[site.slug]), empty=_("还没有管理员。"),
        empty_help=_("由综试办任命；账号在“人员与岗位”开设。"),
    )  # fmt: skip
    context = {
        "site": site, "name": site.name_en if english() else site.name_zh, "listing": listing, "problem": problem, "typed": typed or {},
        "appoints": sites.manages(None) and not site.until,
        "removable": [
            (str(one.membership), _called(one)) for one in every
            if one.state != administrators.FORMER and one.person != current().person
        ] if sites.manages(None) else [],
    }  # fmt: skip
    return render(request, "sites/administrators.html", context, status=422 if problem else 200)


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in STATES else ""


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("姓名")), lists.Column("username", _("用户名"), lists.CODE), lists.Column("since", _("起始日"), lists.DAY),
        lists.Column("until", _("终止日"), lists.DAY), lists.Column("by", _("任命人")), lists.Column("state", _("状态")),
    ]  # fmt: skip


def _rows(found_: list[Administrator], state: str) -> list[dict[str, Any]]:
    return [
        {
            "name": _called(one), "username": one.username, "since": one.since, "until": one.until, "by": one.by or _("平台"),
            "state": _(STATES[one.state]),
        }
        for one in found_
        if state in ("", one.state)
    ]  # fmt: skip


def _called(one: Administrator) -> str:
    name = one.name or one.username
    return name + (_("（代 %(who)s）") % {"who": one.deputy_for} if one.deputy_for else "")
