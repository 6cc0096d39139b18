"""部门消息: what waits, what was taken, dead letters; the operator replays or drops those."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Problem
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.hub import mailbox
from pilotzone.kernel.access.doors import may
from pilotzone.portal.exchange_pages import requests, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The messages the caller sees, without what they say."""
    requests.guarded()
    state, before = _state(request), request.GET.get("before", "")
    rows = _rows(mailbox.listed(state=state, before=wording.numbered(before), limit=lists.PAGE_SIZE + 1))
    more, rows = len(rows) > lists.PAGE_SIZE, rows[: lists.PAGE_SIZE]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=None, query=request.GET, before=before, older=rows[-1]["number"] if more else "",
        export_url=reverse("exchange_messages_export"), empty=_("还没有部门消息。"), caption=_("部门消息"),
        filters=[lists.Filter("state", _("状态"), "select", [(key, _(word)) for key, word in wording.MESSAGES.items()], state)],
    )  # fmt: skip
    dead = [one for one in rows if one["state"] == "dead"]
    return render(
        request, "exchange_pages/messages.html", {"listing": listing, "dead": dead if may("platform.run") else []}
    )


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, all of it."""
    requests.guarded()
    state = _state(request)
    return sheets.csv_whole(
        "exchange-messages", _columns(), action="hub.messages.export",
        read=lambda before: _rows(mailbox.listed(state=state, before=before, limit=sheets.STEP)),
    )  # fmt: skip


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in wording.MESSAGES else ""


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("编号"), lists.CODE), lists.Column("from", _("发送部门")), lists.Column("to", _("接收部门")),
        lists.Column("what", _("资源")), lists.Column("state_word", _("状态")), lists.Column("attempts", _("次数"), lists.NUMBER),
        lists.Column("created_at", _("时间"), lists.TIME), lists.Column("problem", _("原因")),
    ]  # fmt: skip


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bodies, known = wording.bodies(), reading.resources()
    return [
        one
        | {
            "number": str(one["id"]), "from": bodies.get(one["source"], one["source"]), "to": bodies.get(one["target"], one["target"]),
            "what": wording.named(known[one["resource"]]) if one["resource"] in known else one["resource"],
            "state_word": wording.state(one["state"]), "problem": one["last_error"] or None,
        }
        for one in found
    ]  # fmt: skip


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Replay a dead message, or drop it with a reason."""
    try:
        if verb == "replay":
            mailbox.replay(number)
        elif verb == "drop":
            mailbox.drop(number, reason=wording.typed(request, "reason", 200))
        else:
            raise Http404
    except Problem as problem:
        said.error(request, f"{problem.en if wording.english() else problem.zh} {problem.code}")
    else:
        said.success(request, _("已办理，并留下审计记录。"))
    return redirect("exchange_messages")
