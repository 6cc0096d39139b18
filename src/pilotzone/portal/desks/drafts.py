"""暂存: what is not declared yet, each with the match as it would be judged now. Chosen drafts are signed with the firm's
card on the next page (desks.signing)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import mail, papers, writing
from pilotzone.portal.desks.typed import clean
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.wording import said


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Drafts that were not declared yet: the platform holds no key, the firm signs and declares them itself."""
    require("declare.submit")
    page, asked = lists.page_number(request.GET.get("page")), _asked(request)
    found = clearance.drafts(page, lists.PAGE_SIZE, **asked)
    kinds = [(one["message"], _kind(one)) for one in clearance.draft_messages()]
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(row) for row in found["rows"]],
        filters=[
            lists.Filter("message", _("单证"), "select", kinds, asked["message"]),
            lists.Filter("key", _("单证号"), "search", value=asked["key"]),
        ],
        actions=[lists.Action("sign", _("签名并申报"))],
        action_url=reverse("enterprise_sign"),
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("enterprise_drafts_export"),
        empty=_("没有暂存的单证。"),
        empty_help=_("在页面填写或用 Excel 模板提交的单证先成为暂存，由贵单位自行签名后申报。"),
    )
    return render(request, "desks/mail.html", {"here": "drafts", "listing": listing})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The drafts with the same filters as CSV. Refused `desk.export.too_many`."""
    require("declare.submit")
    asked = _asked(request)
    rows = sheets.every(lambda page, size: clearance.drafts(page, size, **asked))
    lines = [_row(row) | {"state": _("暂存")} for row in rows]
    return sheets.csv_answer("drafts", _columns(), lines, action="drafts.export")


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """A draft before it is sent: its content, the match with what is already here, what is missing and from whom, the tax."""
    require("declare.submit")
    told = clearance.preview_draft(number)
    if told is None:
        raise Http404
    document = told["document"]
    head = {**document["head"], **document["personal"]}
    weights = [fault.get("weight", "refuses") for fault in told["faults"]]
    context = {
        "one": told, "document": papers.shown(document, on=clock.today()), "number": number, "key": document["key"],
        "tax": writing.tax_of(document["message"], head, document["lines"]),
        "complete": bool(told["papers"]) and not any(paper["whose"] for paper in told["papers"]),
        "stops": sum(weight != "warns" for weight in weights),
        "payer": any(fault["code"] == "rule.match.payer" for fault in told["faults"]),
        "signed": _went(mail.result(told["receipt"])) if told["receipt"] else "",
    }  # fmt: skip
    return render(request, "desks/draft.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: clean(request.GET.get(name, "")) for name in ("message", "key")}


def _columns() -> list[lists.Column]:
    return [
        lists.Column("key", _("单证号"), lists.CODE, href="draft"),
        lists.Column("kind", _("单证")),
        lists.Column("state", _("状态"), lists.STATE),
        lists.Column("signed", _("签名申报"), href="href"),
        lists.Column("lines", _("商品项数"), lists.NUMBER),
        lists.Column("accepted_at", _("收到"), lists.TIME),
    ]


def _kind(row: dict[str, Any]) -> str:
    return f"{said(row, '', get_language() or 'zh-hans')} {row['message']}"


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A draft, and where it was signed what became of that."""
    told = mail.result(row["receipt"]) if row["receipt"] else None
    return {
        "id": row["id"], "kind": _kind(row), "key": row["key"],
        "lines": len(row["lines"]), "accepted_at": row["accepted_at"], "state": "draft",
        "draft": reverse("enterprise_draft", args=[row["id"]]),
        "signed": _went(told), "href": f"{reverse('enterprise_results')}?r={row['receipt']}" if told else "",
    }  # fmt: skip


def _went(told: dict[str, Any] | None) -> str:
    """A signed draft that is still listed: on its way, or not accepted."""
    if told is None:
        return "—"
    return _("申报未受理，看原因") if told["done"] else _("已签名，正在处理")
