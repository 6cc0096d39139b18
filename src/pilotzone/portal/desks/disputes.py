"""消费者争议: purchases buyers say are not theirs, for customs and the zone office; one page each, with the verb 办结争议."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SETTLE = "dispute.settle"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The queue, the open ones unless others are asked for."""
    require(SETTLE)
    state, page = _state(request), lists.page_number(request.GET.get("page"))
    found = tax.disputes(state, page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(),
        rows=_rows(found["rows"]),
        filters=[
            lists.Filter(
                "state", _("状态"), "select", value=request.GET.get("state", "") and state,
                choices=[("open", _("待办结")), ("settled", _("已办结")), ("all", _("全部争议"))],
            )
        ],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("office_disputes_export"),
        empty=_("没有待办结的争议。"),
        empty_help=_("消费者在个人中心点“不是我买的”后，该笔出现在这里。"),
    )  # fmt: skip
    return render(request, "desks/disputes.html", {"listing": listing})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filter as CSV."""
    require(SETTLE)
    columns = _columns()
    state = _state(request)
    rows = sheets.every(lambda page, size: (found := tax.disputes(state, page, size)) | {"rows": _rows(found["rows"])})
    lines = [[one.title for one in columns], *([sheets.cell(row[one.key]) for one in columns] for row in rows)]
    audit.record("disputes.export", object_kind="list", object_id="disputes", after={"rows": len(rows)})
    answer = StreamingHttpResponse(sheets.csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-disputes.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, list_key: str) -> HttpResponse:
    """One dispute; a POST settles it with outcome and reason, which the buyer reads."""
    require(SETTLE)
    found = tax.dispute_of(list_key.replace("\0", "")[:200])
    if found is None:
        raise Http404
    problem, typed = None, {"outcome": request.POST.get("outcome", ""), "reason": request.POST.get("reason", "")}
    if request.method == "POST":
        try:
            tax.settle_dispute(list_key=found["list_key"], at=clock.now(), **typed)
            return redirect("office_dispute", list_key)
        except Refused as refused:
            problem = refused
    (shown,) = _rows([found])
    context = {
        "one": shown, "problem": problem, "typed": typed, "facts": [(c.title, shown[c.key] or "—") for c in _columns()[1:]],
        "outcomes": [(key, _said(words)) for key, words in tax.DISPUTE_OUTCOMES.items()],
    }  # fmt: skip
    return render(request, "desks/dispute.html", context, status=422 if problem else 200)


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", "open")
    return asked if asked in ("open", "settled", "all") else "open"


def _columns() -> list[lists.Column]:
    return [
        lists.Column("order_no", _("订单编号"), lists.CODE, href="href"),
        lists.Column("invt_no", _("清单编号"), lists.CODE),
        lists.Column("amount", _("争议金额"), lists.MONEY, unit=_("元")),
        lists.Column("opened_at", _("提出时间"), lists.TIME),
        lists.Column("settled_at", _("办结时间"), lists.TIME),
        lists.Column("result", _("结论")),
    ]


def _rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [row["trade"] for row in found]
    known = {row["id"]: row for row in clearance.trades({"ids": ids}, 1, max(1, len(ids)))["rows"]} if ids else {}
    told = []
    for row in found:
        trade = known.get(row["trade"], {})
        words = tax.DISPUTE_OUTCOMES.get(row["outcome"])
        told.append(row | {
            "id": row["list_key"], "href": reverse("office_dispute", args=[row["list_key"]]),
            "order_no": trade.get("order_no") or row["case"], "invt_no": trade.get("invt_no") or None,
            "result": _said(words) if words else _("撤单，争议随之结束") if row["outcome"] else None,
        })  # fmt: skip
    return told


def _said(words: tuple[str, str]) -> str:
    return words[1] if (get_language() or "").startswith("en") else words[0]
