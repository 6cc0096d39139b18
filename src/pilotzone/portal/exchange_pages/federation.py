"""联邦: other zones' servers, how far both sides are, and signed bundles up and down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as said
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Problem
from pilotzone.exchange.hub import bundles, federation
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.exchange_pages import wording
from pilotzone.portal.exchange_pages.collecting import keys_of
from pilotzone.ui import listing as lists


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The peers and the bundles that went and came."""
    if not may("audit.read"):
        require(federation.RUN)
    peers, runs = federation.peers(), may(federation.RUN)
    rows = [
        one
        | {
            "told": f"{one['acked']} / {one['said']}", "names": (", " if wording.english() else "、").join(one["resources"]),
            "state": _("已停用") if one["ended_at"] else _("有效"),
        }
        for one in peers
    ]  # fmt: skip
    listing = lists.Listing(
        columns=[
            lists.Column("code", _("对端代码"), lists.CODE), lists.Column("name", _("对端名称")), lists.Column("names", _("下发资源")),
            lists.Column("told", _("对端已收 / 本方已发")), lists.Column("reached", _("本方已收"), lists.NUMBER),
            lists.Column("kept", _("保存的键"), lists.NUMBER), lists.Column("out_at", _("最近发出"), lists.TIME),
            lists.Column("in_at", _("最近收到"), lists.TIME), lists.Column("state", _("状态")),
        ],
        rows=rows, total=len(rows), page_size=1000, caption=_("联邦对端"), empty=_("还没有联邦对端。"),
        empty_help=_("由平台运营用 pilotzone hub peer 登记。"),
    )  # fmt: skip
    context = {
        "listing": listing, "journal": _journal(), "live": [one for one in peers if not one["ended_at"]] if runs else [], "runs": runs
    }  # fmt: skip
    return render(request, "exchange_pages/federation.html", context)


@require_POST
def out(request: HttpRequest, code: str) -> HttpResponse:
    """Collect what changed and answer the bundle as a file."""
    try:
        federation.collect(code, keys_of(code))
        data = federation.write_bundle(code)
    except Problem as problem:
        return _refused(request, problem)
    answer = HttpResponse(data, content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="bundle-{code}.jsonl"'
    return answer


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take an uploaded bundle."""
    require(federation.RUN)
    file = request.FILES.get("bundle")
    try:
        told = federation.read_bundle(file.read(bundles.LARGEST + 1) if file else b"")
    except Problem as problem:
        return _refused(request, problem)
    said.success(request, _("收到 %(peer)s 的数据包：%(news)s 条新记录。") % told)
    return redirect("exchange_federation")


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    said.error(request, f"{problem.en if wording.english() else problem.zh} {problem.code}")
    return redirect("exchange_federation")


def _journal() -> lists.Listing:
    ways = {"out": _("发出"), "in": _("收到")}
    rows: list[dict[str, Any]] = [
        one
        | {
            "way_word": ways[one["way"]],
            "outcome_word": _(wording.BUNDLES[one["outcome"]]),
            "number": str(one["number"]),
        }
        for one in federation.journal()
    ]
    return lists.Listing(
        columns=[
            lists.Column("at", _("时间"), lists.TIME), lists.Column("name", _("对端名称")), lists.Column("way_word", _("方向")),
            lists.Column("number", _("编号"), lists.CODE), lists.Column("records", _("记录数"), lists.NUMBER),
            lists.Column("news", _("新记录数"), lists.NUMBER), lists.Column("outcome_word", _("结果")),
        ],
        rows=rows, total=len(rows), page_size=1000, caption=_("数据包往来"), empty=_("还没有数据包往来。"),
    )  # fmt: skip
