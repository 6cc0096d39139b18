"""退（免）税申报: a firm drafts, signs, answers; the tax office works off its queue by the class clock, with four eyes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.web import fields, words
from pilotzone.rooms.tax.web.export_lines import DECIDE, FILE, either
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

SIGN = "/enterprise/refunds/sign/"


@require_safe
def refunds(request: HttpRequest, csv: bool = False) -> HttpResponse:
    """The filings the caller sees; an officer's begins with the queue, the next due first."""
    either()
    typed = fields.typed(request, "state", "kind", "month", "number")
    if may(DECIDE) and "state" not in request.GET:
        typed["state"] = "queue"
    today = clock.today()
    if csv:
        every = sheets.every(lambda page, size: api.refund_filings(typed, page, size, on=today))
        return sheets.csv_answer("refunds", _columns(), [_row(row) for row in every], action="tax.refunds.export")
    found = api.refund_filings(typed, lists.page_number(request.GET.get("page")), lists.PAGE_SIZE, on=today)
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(row) for row in found["rows"]],
        filters=[
            lists.Filter(
                "state", _("状态"), "select", [("queue", _("在办")), *words.choices(words.STATES)], typed["state"]
            ),
            lists.Filter("kind", _("申报种类"), "select", words.choices(words.KINDS), typed["kind"]),
            lists.Filter("month", _("所属期"), "month", value=typed["month"]),
            lists.Filter("number", _("申报编号"), "search", value=typed["number"]),
        ],
        actions=[
            *([lists.Action("sign", _("签名并申报"))] if may(FILE) else []),
            *lists.printing("refund", _("打印/PDF")),
        ],
        action_url=SIGN,
        page=found["page"],
        total=found["total"],
        query=request.GET,
        key="number",
        export_url=reverse("tax_refunds_csv"),
        empty=_("没有退（免）税申报。"),
        empty_help=_("在出口货物列表中勾选“退税”的行起草申报。"),
    )
    handling = api.refund_handling(on=today) if may(DECIDE) else None
    if handling and handling["paperless"] is not None:
        handling["paperless"] = f"{handling['paperless']:.0%}"
    context = {"listing": listing, "found": found, "here": "refunds", "may_file": may(FILE), "handling": handling}
    return render(request, "tax/export/refunds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """起草: the chosen lines (posted by the list), kind, month, and what a producer's month needs."""
    require(FILE)
    names = ("kind", "month", "output", "input", "opening", "currency", "rate", "fx_proof", "lines")
    typed = fields.typed(request, *names)
    typed_lines = request.POST.get("lines", "").replace("\0", "").split()
    keys = fields.keys_of([*request.POST.getlist("chosen"), *typed_lines])
    problem: Refused | None = None
    if request.method == "POST" and "kind" in request.POST:
        try:
            if strange := fields.strange_keys(typed_lines):
                raise refused("rule.export.line_unread", text="、".join(one[:40] for one in strange[:5]))
            made = api.draft_refund(
                kind=typed["kind"], month=typed["month"], lines=keys, at=clock.now(), producer=_producer(typed),
                fx_proof=typed["fx_proof"],
            )  # fmt: skip
            messages.success(request, _("已起草，请签名后申报。"))
            return redirect("tax_refund", made["number"])
        except Refused as refusal:
            problem = refusal
    firm = current().organisation
    profile = api.export_profile(firm, on=clock.today()) if firm else None
    if "kind" not in request.POST:
        first = api.export_line(*keys[0]) if keys else None
        typed["month"] = first["month"] if first else f"{clock.today():%Y-%m}"
        producer = profile is not None and profile["kind"] == "producer"
        by_agency = first is not None and first["treatment"] == "agency"
        typed["kind"] = (
            "agency"
            if by_agency
            else "prerefund"
            if first and not first["sold"]
            else "production"
            if producer
            else "trade"
        )
    context = {
        "fields": _form(typed), "lines": "\n".join([*(f"{number}-{line}" for number, line in keys), *fields.strange_keys(typed_lines)]),
        "problem": problem,
        "here": "refunds",
    }  # fmt: skip
    return render(request, "tax/export/refund_new.html", context, status=422 if problem else 200)


@require_safe
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """One filing: where it stands, its amount unfolded, its lines and entries, and what the caller can do now."""
    either()
    return _shown(request, number)


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """withdraw, answer (the firm), review, decide (two officers); what is refused is said on the filing's page."""
    said = fields.typed(request, "reason", "choice", "text")
    at = clock.now()
    verbs: dict[str, tuple[str, Callable[[], None]]] = {
        "withdraw": (FILE, lambda: api.withdraw_refund(number, at=at)),
        "answer": (FILE, lambda: api.answer_refund(number, request.POST.get("text", ""), at=at)),
        "review": (DECIDE, lambda: api.review_refund(number, said["choice"], said["reason"], at=at)),
        "decide": (DECIDE, lambda: api.decide_refund(number, said["choice"], said["reason"], at=at)),
    }
    if verb not in verbs:
        raise Http404
    action, do = verbs[verb]
    require(action)
    try:
        do()
    except Refused as refusal:
        return _shown(request, number, refusal)
    messages.success(request, _("已办理。"))
    return redirect("tax_refund", number)


def _shown(request: HttpRequest, number: str, problem: Refused | None = None) -> HttpResponse:
    found = api.refund_filing(number.replace("\0", ""), on=clock.today())
    if found is None:
        raise Http404
    me = current().person
    stages = [
        (_("起草"), found["drafted_at"]), (_("签名"), found["signed_at"]), (_("受理"), found["accepted_at"]),
        (_("初审"), found["reviewed_at"]), (_("复核"), found["decided_at"]), (_("到账"), found["paid_at"]),
    ]  # fmt: skip
    decides, files = may(DECIDE), may(FILE) and found["firm"] == current().organisation
    context = {
        "one": _row(found), "stages": stages, "problem": problem, "here": "refunds",
        "tree": words.tree(found["assessment"], "应退税额", "Refund", found["amount"]),
        "entries": [row | {"event_word": words.word(words.EVENTS, row["event"])} for row in found["entries"]],
        "lines": [row | {"href": reverse("tax_export_line", args=[row["list_no"], row["line_no"]])} for row in found["lines"]],
        "proposal_word": words.word(words.PROPOSALS, found["proposal"]) if found["proposal"] else "",
        "may_sign": files and found["state"] in ("draft", "returned"),
        "may_answer": files and found["state"] == "question",
        "may_review": decides and found["state"] == "accepted",
        "may_decide": decides and found["state"] == "reviewed" and me != found["reviewed_by"],
        "own_review": decides and found["state"] == "reviewed" and me == found["reviewed_by"],
        "reviews": words.choices(words.PROPOSALS, "approve", "refuse"), "decisions": words.choices(words.PROPOSALS),
        "sign": f"{SIGN}?d={found['id']}",
        "liability": api.agency_liability() if found["principal"] else None,
    }  # fmt: skip
    return render(request, "tax/export/refund.html", context, status=422 if problem else 200)


def _producer(typed: dict[str, str]) -> api.Month:
    rates = {typed["currency"]: fields.number(typed["rate"], "rate")} if typed["currency"] and typed["rate"] else {}
    return api.Month(
        fields.amount(typed["output"], _("内销销项税额")), fields.amount(typed["input"], _("进项税额")),
        fields.amount(typed["opening"], _("上期留抵税额")), rates,
    )  # fmt: skip


def _form(typed: dict[str, str]) -> list[fields.Field]:
    f = fields.Field
    return [
        f("kind", _("申报种类"), "select", typed["kind"], words.choices(words.KINDS)),
        f("month", _("所属期"), "month", typed["month"]),
        f("output", _("内销销项税额"), value=typed["output"], required=False, help=_("仅免抵退税填写")),
        f("input", _("进项税额"), value=typed["input"], required=False, help=_("仅免抵退税填写")),
        f("opening", _("上期留抵税额"), value=typed["opening"], required=False, help=_("仅免抵退税填写")),
        f("currency", _("外币币制代码"), value=typed["currency"], required=False, most=3, help=_("离岸价为外币时填写")),
        f("rate", _("人民币汇率中间价"), value=typed["rate"], required=False, help=_("每单位外币，当月首个工作日或当日，一年内不变")),
        f("fx_proof", _("收汇凭证编号"), value=typed["fx_proof"], required=False, help=_("四类企业、逾期申报等须填")),
    ]  # fmt: skip


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("申报编号"), lists.CODE, href="href"),
        lists.Column("firm_name", _("企业")),
        lists.Column("kind_word", _("申报种类")),
        lists.Column("month", _("所属期")),
        lists.Column("class_word", _("类别")),
        lists.Column("amount", _("退税额"), lists.MONEY, unit=_("元")),
        lists.Column("state_word", _("状态")),
        lists.Column("light", _("时限灯"), lists.LIGHT),
        lists.Column("due_on", _("办理期限"), lists.DAY),
        lists.Column("receipt_no", _("受理回执"), lists.CODE),
    ]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "href": reverse("tax_refund", args=[row["number"]]), "kind_word": words.word(words.KINDS, row["kind"]),
        "state_word": words.word(words.STATES, row["state"]), "class_word": words.word(words.CLASSES, row["class_number"]),
    }  # fmt: skip
