"""质量: what scores there are in sum, then every resource with its score and the parts it is made of, the worst first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.catalogue.measures import UNUSED, WEIGHTS, freshness, quality
from pilotzone.kernel import clock
from pilotzone.portal.exchange_pages import lately, requests, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

ROWS = 12  # a phone shows a row as a card


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every resource; `?owner=` those of one department."""
    requests.guarded()
    owner, bodies = request.GET.get("owner", ""), wording.bodies()
    owners = [(path, bodies.get(path, path)) for path in reading.owners(reading.resources().values())]
    rows, page = _rows(owner), lists.page_number(request.GET.get("page"))
    listing = lists.Listing(
        columns=_shown(), rows=[_folded(row) for row in rows[(page - 1) * ROWS : page * ROWS]], total=len(rows), page=page, page_size=ROWS,
        query=request.GET, caption=_("质量"), export_url=reverse("exchange_quality_export"), empty=_("没有符合条件的资源。"),
        filters=[lists.Filter("owner", _("提供部门"), "select", owners, owner)],
    )  # fmt: skip
    scores = [row["score"] for row in rows if row["score"] is not None]
    told = {
        "listing": listing, "weights": [(words, WEIGHTS[key]) for key, words in _parts()], "total": len(rows), "scored": len(scores),
        "mean": round(sum(scores) / len(scores)) if scores else None,
    }  # fmt: skip
    return render(request, "exchange_pages/quality.html", told)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    requests.guarded()
    return sheets.csv_answer("quality", _columns(), _rows(request.GET.get("owner", "")), action="hub.quality.export")


def _parts() -> list[tuple[str, str]]:
    return [
        ("described", _("描述完整")), ("fresh", _("按期更新")), ("complete", _("取值完整")), ("answered", _("正常应答")),
    ]  # fmt: skip


def _columns() -> list[lists.Column]:
    parts = [lists.Column(key, f"{words} /{WEIGHTS[key]}", lists.NUMBER) for key, words in _parts()]
    return [
        lists.Column("name", _("资源"), href="href"), lists.Column("owner", _("提供部门")), lists.Column("score", _("质量得分"), lists.NUMBER),
        *parts, lists.Column("asked", _("查询次数"), lists.NUMBER), lists.Column("fresh_word", _("最近交换")),
    ]  # fmt: skip


def _shown() -> list[lists.Column]:
    """On the page the parts stand in one cell: nine columns make a phone's page of one department nine screens long."""
    left_out = {key for key, _words in _parts()}
    columns = [column for column in _columns() if column.key not in left_out]
    return [*columns[:3], lists.Column("parts", _("得分构成")), *columns[3:]]


def _folded(row: dict[str, Any]) -> dict[str, Any]:
    parts = [f"{words} {'–' if row[key] is None else row[key]}" for key, words in _parts()]
    return row | {"parts": " · ".join(parts)}


def _rows(owner: str) -> list[dict[str, Any]]:
    bodies, used, now, rows = wording.bodies(), lately.measured(anew=True), clock.now(), []
    for one in reading.resources().values():
        if owner and one.owner != owner:
            continue
        use = used.get(one.code, UNUSED)
        score, parts = quality(one, use, now)
        rows.append(
            {
                "name": wording.named(one), "href": reverse("catalogue_resource", args=[one.code]), "owner": bodies.get(one.owner, one.owner),
                "score": score, **parts, "asked": use.asked, "fresh_word": _(wording.FRESH[freshness(one, use, now)[0]]),
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: (row["score"] is None, row["score"] or 0, row["name"]))
