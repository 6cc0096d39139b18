"""服务水平: what a resource promises beside what the hub measured in 30 days, and the queries behind it, as far as the reader sees them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Denied
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.catalogue.measures import kept
from pilotzone.exchange.catalogue.shapes import Resource
from pilotzone.exchange.hub import uses
from pilotzone.portal.exchange_pages import lately, requests, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

FAILED = "failed"


@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The queries of a resource in the last 30 days, answered and failed."""
    requests.guarded()
    found, outcome, before = _resource(code), _outcome(request), request.GET.get("before", "")
    told = uses.queries(code, outcome=outcome, limit=lists.PAGE_SIZE + 1, before=wording.numbered(before))
    rows = _rows(told[: lists.PAGE_SIZE])
    words = [(uses.ANSWERED, _("已应答")), (FAILED, _("提供方未应答"))]
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=None, query=request.GET, before=before, caption=_("近30日查询"),
        older=str(rows[-1]["id"]) if len(told) > len(rows) else "", export_url=reverse("exchange_service_export", args=[code]),
        filters=[lists.Filter("outcome", _("结果"), "select", words, outcome)], empty=_("近30日没有本单位可见的查询。"),
    )  # fmt: skip
    context = {"listing": listing, "name": wording.named(found), "code": code, "measures": measures(found, anew=True)}
    return render(request, "exchange_pages/service.html", context)


@require_safe
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same as CSV, all of it."""
    requests.guarded()
    found, outcome = _resource(code), _outcome(request)
    return sheets.csv_whole(
        "service", _columns(), action="hub.service.export",
        read=lambda before: _rows(uses.queries(found.code, outcome=outcome, limit=sheets.STEP, before=before)),
    )  # fmt: skip


def measures(found: Resource, *, anew: bool = False) -> list[dict[str, Any]]:
    """Each promise with what was measured: words, promised, measured (None: nothing yet), light and how many queries it rests on.

    At most a minute old; `anew`: counted now.
    """
    told = lately.served(found.code, anew=anew)
    share, answer = kept(found, told)
    lamps = {"green": _("达到承诺"), "red": _("未达承诺"), "": _("尚无记录")}
    available = None if told.availability is None else f"{told.availability}%"
    within = None if told.p95_ms is None else f"{told.p95_ms} ms"
    return [
        {"words": _("可用率"), "promised": f"≥ {found.level.availability}%", "measured": available, "light": share, "says": lamps[share],
         "n": told.answered + told.failed, "failed": told.failed},
        {"words": _("95%的查询在此时间内应答"), "promised": f"≤ {found.level.answer_ms} ms", "measured": within, "light": answer,
         "says": lamps[answer], "n": told.timed, "failed": None},
    ]  # fmt: skip


def _resource(code: str) -> Resource:
    try:
        return reading.resource(code)
    except Denied:
        raise Http404 from None


def _outcome(request: HttpRequest) -> str:
    asked = request.GET.get("outcome", "")
    return asked if asked in (uses.ANSWERED, FAILED) else ""


def _columns() -> list[lists.Column]:
    return [
        lists.Column("at", _("时间"), lists.TIME), lists.Column("who", _("使用部门")), lists.Column("told", _("结果")),
        lists.Column("took_ms", _("用时（毫秒）"), lists.NUMBER), lists.Column("rows", _("行数"), lists.NUMBER),
        lists.Column("code", _("原因"), lists.CODE),
    ]  # fmt: skip


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    bodies = wording.bodies()
    return [
        one
        | {
            "who": bodies.get(one["consumer"], one["consumer"]),
            "told": _("已应答") if one["outcome"] == uses.ANSWERED else _("提供方未应答"),
            "code": "" if one["outcome"] == uses.ANSWERED else one["outcome"],
        }
        for one in found
    ]
