"""税款担保: a firm's own, or, for officers, every firm's; customs lodges, corrects and gives back papers here."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import clock, seen
from pilotzone.kernel.access.actor import Actor
from pilotzone.kernel.access.doors import access_organisation, may, require
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.web.bills import day_of_text
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

LONGEST = 60


@require_http_methods(["GET", "POST"])
def guarantee(request: HttpRequest) -> HttpResponse:
    """A firm sees its own; an officer every firm's, and customs lodges a paper."""
    actor = require("guarantee.see")
    if actor.organisation is not None:
        return _of_firm(request, actor, actor.organisation)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            return redirect("tax_guarantee_of", _lodge(request))
        except Refused as refusal:
            problem = refusal
    query = _query(request)
    found = api.guarantees(lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, query, on=clock.today())
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(row) for row in found["rows"]],
        filters=[lists.Filter("q", _("企业名称或编码"), "search", value=query)],
        page=found["page"],
        total=found["total"],
        query=request.GET,
        key="organisation",
        export_url=reverse("tax_guarantee_csv"),
        empty=_("还没有企业登记税款担保。"),
    )
    context = {
        "listing": listing, "ending": found["ending"], "may_manage": may("guarantee.manage"), "kinds": kinds(),
        "problem": problem, "typed": _typed(request), "today": clock.today(),
    }  # fmt: skip
    return render(request, "tax/guarantees.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """For officers: the firms of the same search as CSV."""
    if require("guarantee.see").organisation is not None:
        raise Http404
    query, today = _query(request), clock.today()
    rows = sheets.every(lambda page, size: api.guarantees(page, size, query, on=today))
    return sheets.csv_answer("guarantees", _columns(), [_row(row) for row in rows], action="tax.guarantees.export")


@require_safe
def statement(request: HttpRequest, number: int) -> HttpResponse:
    """The entries of one firm's guarantee with the same filters as CSV, for officers and for itself."""
    actor = require("guarantee.see")
    if actor.organisation is not None and actor.organisation != number:
        raise Http404
    access_organisation(number)
    asked = _narrowed(request)[1]
    rows = sheets.every(lambda page, size: api.guarantee_statement(number, page, size, **asked))
    lines = [_entry(row) for row in rows]
    return sheets.csv_answer("guarantee", _entry_columns(), lines, action="tax.guarantee.export")


@require_safe
def of_firm(request: HttpRequest, number: int) -> HttpResponse:
    """One firm's guarantee, for officers and for itself."""
    return _of_firm(request, require("guarantee.see"), number)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Set a paper right or give it back; what is refused is said above the papers. Without a form it is the firm's page."""
    actor = require("guarantee.manage")
    if request.method != "POST":
        return redirect(f"{reverse('tax_guarantee_of', args=[number])}?{request.GET.urlencode()}")
    try:
        typed = _whole(_typed(request))
        amount = Decimal(0) if request.POST.get("action") == "withdraw" else _amount(typed["amount"])
        first = day_of_text(typed["valid_from"])
        if first is None:
            raise refused("rule.guarantee.paper")
        api.correct(
            organisation=number, number=typed["number"], kind=typed["kind"], amount=amount, valid_from=first,
            valid_to=day_of_text(typed["valid_to"]), at=clock.now(), reason=typed["reason"], version=seen.mark_typed(request.POST.get("version", "")),
        )  # fmt: skip
    except Refused as refusal:
        return _of_firm(request, actor, number, refusal)
    return redirect("tax_guarantee_of", number)


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("firm", _("担保企业"), href="href"),
        lists.Column("code", _("海关编码"), lists.CODE),
        lists.Column("deposited", _("担保总额"), lists.MONEY, unit=_("元")),
        lists.Column("held", _("已占用"), lists.MONEY, unit=_("元")),
        lists.Column("free", _("可用"), lists.MONEY, unit=_("元")),
        lists.Column("ends", _("最近到期日"), lists.DAY),
        lists.Column("light", _("到期灯"), lists.LIGHT),
    ]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    return row | {
        "firm": row["name_en"] if english else row["name"], "href": reverse("tax_guarantee_of", args=[row["organisation"]]),
    }  # fmt: skip


def kinds() -> list[tuple[str, str]]:
    """The kinds of paper and their words; insurance is not in 公告2018年第194号 (tag C)."""
    return [("cash", _("保证金（现金）")), ("bank_letter", _("银行保函")), ("insurance", _("关税保证保险（C级依据）"))]


def _of_firm(request: HttpRequest, actor: Actor, number: int, problem: Refused | None = None) -> HttpResponse:
    if actor.organisation is not None and actor.organisation != number:
        raise Http404
    firm, shown = access_organisation(number), {}
    if problem is not None and problem.code != seen.MOVED:  # a fault of one's own hides nobody's change
        shown = {request.POST.get("number", ""): request.POST.get("version", "")[:18]}
    english, words = (get_language() or "").startswith("en"), dict(kinds())
    papers = [
        paper
        | {
            "kind_word": words.get(paper["kind"], paper["kind"]),
            "version": shown.get(paper["number"], paper["version"]),
        }
        for paper in api.papers(number, on=clock.today())
    ]
    context = {
        "told": api.guarantee_of(number),
        "firm": (firm.name_en or firm.name) if english else firm.name,
        "number": number,
        "own": actor.organisation == number,
        "papers": papers,
        "warned": [paper for paper in papers if paper["light"] in ("yellow", "red")],
        "may_manage": may("guarantee.manage") and actor.organisation is None,
        "kinds": kinds(),
        "problem": problem,
        "listing": _statement(request, number),
    }
    return render(request, "tax/guarantee.html", context, status=422 if problem else 200)


def _statement(request: HttpRequest, number: int) -> lists.Listing:
    typed, asked = _narrowed(request)
    found = api.guarantee_statement(number, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, **asked)
    return lists.Listing(
        columns=_entry_columns(),
        rows=[_entry(row) | {"id": place} for place, row in enumerate(found["rows"])],
        filters=[
            lists.Filter("event", _("事项"), "select", list(_events().items()), typed["event"]),
            lists.Filter("first", _("时间起"), "date", value=typed["first"]),
            lists.Filter("last", _("时间止"), "date", value=typed["last"]),
        ],
        total=found["total"],
        page=found["page"],
        query=request.GET,
        export_url=reverse("tax_guarantee_statement", args=[number]),
        empty=_("还没有担保记录。"),
    )


def _narrowed(request: HttpRequest) -> tuple[dict[str, str], dict[str, Any]]:
    """The filters of the statement: as typed, and as the room asks for them."""
    typed = {name: request.GET.get(name, "").replace("\0", "").strip()[:10] for name in ("event", "first", "last")}
    if typed["event"] not in _events():
        typed["event"] = ""
    return typed, {
        "event": typed["event"], "first": day_of_text(typed["first"]), "last": day_of_text(typed["last"]),
    }  # fmt: skip


def _events() -> dict[str, str]:
    return {"DEPOSIT": _("登记担保"), "WITHDRAW": _("退还担保"), "HOLD": _("受理占用"), "RELEASE": _("释放")}


def _entry_columns() -> list[lists.Column]:
    return [
        lists.Column("at", _("时间"), lists.TIME),
        lists.Column("event_word", _("事项")),
        lists.Column("list_key", _("清单"), lists.CODE),
        lists.Column("reference", _("凭据"), lists.CODE),
        lists.Column("deposited_change", _("担保额变动"), lists.MONEY, unit=_("元")),
        lists.Column("held_change", _("占用变动"), lists.MONEY, unit=_("元")),
    ]


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"event_word": _events().get(row["event"], row["event"])}


def _lodge(request: HttpRequest) -> int:
    require("guarantee.manage")
    typed = _whole(_typed(request))
    code = typed["firm"]
    firm = Organisation.objects.filter(customs_code=code).first() or Organisation.objects.filter(uscc=code).first()
    if not code or firm is None:
        raise refused("rule.guarantee.firm_unknown", firm=code[:40] or "—")
    first = day_of_text(typed["valid_from"])
    if first is None:
        raise refused("rule.guarantee.paper")
    api.lodge(
        organisation=firm.pk, number=typed["number"], kind=typed["kind"], amount=_amount(typed["amount"]),
        valid_from=first, valid_to=day_of_text(typed["valid_to"]), at=clock.now(), reason=typed["reason"],
    )  # fmt: skip
    return firm.pk


def _typed(request: HttpRequest) -> dict[str, str]:
    names = ("firm", "number", "kind", "amount", "valid_from", "valid_to", "reason")
    return {name: request.POST.get(name, "").replace("\0", "").strip() for name in names}


def _whole(typed: dict[str, str]) -> dict[str, str]:
    """The form, none of its texts too long. Refused `text.long`."""
    return {name: whole(text, 200, field=name) for name, text in typed.items()}


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise refused("rule.guarantee.amount") from None
