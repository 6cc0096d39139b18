"""变更记录: what was done to a district's platform, when, by whom and why; with filter, pages and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from pilotzone.kernel.access import administrators
from pilotzone.portal.desks.typed import number
from pilotzone.portal.sites.pages import english, found
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

DONE = {
    "site.open": noop("开通分平台"), "site.change": noop("修改分平台"), "site.close": noop("停用分平台"), "site.join": noop("服务主体对接"),
    "site.leave": noop("服务主体退出"), "site.appoint": noop("任命管理员"), "site.remove": noop("管理员卸任"),
}  # fmt: skip


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest changes, older ones page by page."""
    site, action, before = found(slug), _action(request), number(request.GET.get("before"))
    lines = administrators.history(site, actions=_asked(action), before=before, limit=lists.PAGE_SIZE + 1)
    shown = lines[: lists.PAGE_SIZE]
    listing = lists.Listing(
        columns=_columns(), rows=_rows(shown), query=request.GET, caption=_("变更记录"), empty=_("还没有变更记录。"),
        filters=[lists.Filter("action", _("操作"), "select", [(key, _(word)) for key, word in DONE.items()], action)],
        before=str(before or ""), older=str(shown[-1]["id"]) if len(lines) > len(shown) else "",
        export_url=reverse("site_history_export", args=[site.slug]),
    )  # fmt: skip
    context = {"site": site, "name": site.name_en if english() else site.name_zh, "listing": listing}
    return render(request, "sites/history.html", context)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them with the same filter as CSV."""
    lines = administrators.history(found(slug), actions=_asked(_action(request)), limit=sheets.MOST + 1)
    sheets.refuse_beyond(len(lines), sheets.MOST)
    return sheets.csv_answer("platform-history", _columns(), _rows(lines), action="site.history.export")


def _action(request: HttpRequest) -> str:
    asked = request.GET.get("action", "")
    return asked if asked in DONE else ""


def _asked(action: str) -> Sequence[str]:
    return [action] if action else list(DONE)


def _columns() -> list[lists.Column]:
    return [
        lists.Column("at", _("时间"), lists.TIME), lists.Column("who", _("办理人")), lists.Column("what", _("操作")),
        lists.Column("reason", _("理由")),
    ]  # fmt: skip


def _rows(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"at": one["at_zone"], "who": one["who"] or _("平台"), "what": _(DONE[one["action"]]), "reason": one["reason"]}
        for one in lines
    ]
