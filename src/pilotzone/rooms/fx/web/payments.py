"""付汇: the list of payments (a bank's queue, a firm's own, SAFE's), the form to ask for one, and one payment."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Denied, Problem, Refused
from pilotzone.kernel import clock, seen
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.errors import refused
from pilotzone.rooms.fx.web import typed, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import MOST, csv_answer, refuse_beyond
from pilotzone.ui.wording import said

NAMES = ("number", "state", "purpose", "since", "until")
ROWS = 3
OPEN = ("applied", "asked")
FIELDS = (
    "number", "purpose", "payee", "country", "currency", "amount", "pay_on", "expected_on", "client", "receipt", "bank",
    "registration", "tax_filing", "route",
)  # fmt: skip


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Payments the caller sees: what waits for the bank first said, then the list with its filters."""
    require("fx.see")
    asked = _asked(request)
    found = api.payments(_filters(asked), lists.page_number(request.GET.get("page")), lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=columns(),
        rows=rows(found["rows"]),
        filters=[
            lists.Filter("number", _("付汇申请号、收款人或企业"), "search", value=asked["number"]),
            lists.Filter("state", _("办理状态"), "select", list(words.payment_states().items()), asked["state"]),
            lists.Filter("purpose", _("款项性质"), "select", list(words.purposes().items()), asked["purpose"]),
            lists.Filter("since", _("付款日起"), "date", value=asked["since"]),
            lists.Filter("until", _("付款日止"), "date", value=asked["until"]),
        ],
        page=found["page"],
        total=found["total"],
        query=request.GET,
        export_url=reverse("fx_payments_export"),
        actions=lists.printing("fx-payment", _("打印/PDF")),
        empty=_("还没有付汇。"),
        empty_help=_("企业附凭证提出付汇申请，平台给出建议，银行决定。"),
    )
    context = {"listing": listing, "waiting": found["waiting"], "bank": may("fx.decide"), "own": may("fx.apply")}
    return render(request, "fx/payments.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list with the same filters as CSV."""
    require("fx.see")
    found = api.payments(_filters(_asked(request)), 1, MOST)
    refuse_beyond(found["total"], MOST)
    return csv_answer("fx-payments", columns(), rows(found["rows"]), action="fx.pay.export")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """申请付汇: the form; what is refused is said above it and nothing typed is lost."""
    require("fx.apply")
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return redirect("fx_payment", _send(request))
        except (Refused, Denied) as refusal:
            problem = refusal
    source = request.POST if request.method == "POST" else request.GET
    given = {name: typed.text(source, name, 120) for name in FIELDS}
    papers = [{"place": place, **_paper(source, place)} for place in range(1, ROWS + 1)]
    context = {
        "problem": problem, "typed": given | {"number": given["number"] or f"FH{secrets.token_hex(4).upper()}"},
        "papers": papers, "banks": api.of_firm(on=clock.today())["banks"], "purposes": list(words.purposes().items()),
        "kinds": list(words.vouchers().items()), "receipts": _receipts(), "today": clock.today(),
    }  # fmt: skip
    return render(request, "fx/payment_ask.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One payment; a POST carries the bank's decision or the firm's report."""
    require("fx.see")
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _decide(request, number)
            return redirect("fx_payment", number)
        except Refused as refusal:
            problem = refusal
    try:
        found = api.payment(number)
    except Denied:
        raise Http404 from None
    return render(request, "fx/payment.html", _context(request, found, problem), status=422 if problem else 200)


def columns() -> list[lists.Column]:
    """The columns of a list of payments."""
    return [
        lists.Column("number", _("付汇申请号"), lists.CODE, href="href"),
        lists.Column("pay_on", _("付款日"), lists.DAY),
        lists.Column("firm_word", _("付款企业")),
        lists.Column("purpose_word", _("款项性质")),
        lists.Column("payee", _("境外收款人")),
        lists.Column("currency", _("币种"), lists.CODE),
        lists.Column("amount", _("金额"), lists.MONEY),
        lists.Column("usd", _("折美元"), lists.MONEY),
        lists.Column("outcome_word", _("平台建议")),
        lists.Column("state_word", _("办理状态")),
    ]


def rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Payments as lines of a list."""
    language = get_language() or "zh-hans"
    states, outcomes, purposes = words.payment_states(), words.outcomes(), words.purposes()
    return [
        row | {
            "href": reverse("fx_payment", args=[row["id"]]),
            "firm_word": said(row["firm"], "", language),
            "purpose_word": purposes[row["purpose"]],
            "state_word": states[row["state"]],
            "outcome_word": outcomes.get(row["outcome"], ""),
        }
        for row in found
    ]  # fmt: skip


def _paper(source: Any, place: int) -> dict[str, str]:
    names = ("kind", "paper", "issuer", "dated_on", "worth", "used")
    return {name: typed.text(source, f"{name}_{place}", 120) for name in names}


def _send(request: HttpRequest) -> int:
    post = request.POST
    amount, pay_on = typed.amount(request, "amount"), typed.day(typed.text(post, "pay_on", 20))
    if amount is None:
        raise refused("rule.fx.amount", text="", most="999999999999.99")
    if pay_on is None:
        raise refused("rule.fx.day", text="")
    vouchers = []
    for place in range(1, ROWS + 1):
        told = _paper(post, place)
        if told["paper"]:
            vouchers.append({
                "kind": told["kind"], "number": told["paper"], "issuer": told["issuer"] or typed.text(post, "payee", 120),
                "dated_on": told["dated_on"], "amount": told["worth"].replace(",", ""), "used": told["used"].replace(",", ""),
            })  # fmt: skip
    answer = api.ask_payment(
        bank=_number(typed.text(post, "bank", 18)), number=typed.text(post, "number", 60),
        purpose=typed.text(post, "purpose", 20), payee=typed.text(post, "payee"), amount=amount, pay_on=pay_on,
        currency=typed.text(post, "currency", 3), at=clock.now(), vouchers=vouchers, country=typed.text(post, "country", 3),
        client=typed.text(post, "client", 18), receipt=_number(typed.text(post, "receipt", 18)) or None,
        same_route=typed.text(post, "route", 5) != "other", expected_on=typed.day(typed.text(post, "expected_on", 20)),
        registration=typed.text(post, "registration", 40), tax_filing=typed.text(post, "tax_filing", 40),
    )  # fmt: skip
    return int(answer["id"])


def _decide(request: HttpRequest, number: int) -> None:
    action = typed.text(request.POST, "action", 20)
    if action == "report":
        api.report_payment(payment=number, at=clock.now())
        return
    api.decide_payment(
        payment=number, decision=action, reference=typed.text(request.POST, "reference", 60) or secrets.token_hex(8),
        at=clock.now(), note=typed.text(request.POST, "note", 300), version=seen.mark_typed(request.POST.get("version", "")),
    )  # fmt: skip


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else 0


def _receipts() -> list[tuple[int, str]]:
    """The firm's newest receipts, to name the one that is sent back."""
    return [
        (row["id"], f"{row['number']} · {row['payer']} · {row['currency']} {row['amount']}")
        for row in api.receipts({}, 1, 50)["rows"]
    ]


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: typed.text(request.GET, name, 60) for name in NAMES}
    for name, known in (("state", words.payment_states()), ("purpose", words.purposes())):
        asked[name] = asked[name] if asked[name] in known else ""
    return asked


def _filters(asked: dict[str, str]) -> dict[str, Any]:
    days = {name: typed.day_or_none(asked[name]) for name in ("since", "until")}
    return {name: asked[name] for name in ("number", "state", "purpose")} | days


def _context(request: HttpRequest, found: dict[str, Any], problem: Problem | None) -> dict[str, Any]:
    language, actor, advice = get_language() or "zh-hans", current(), found["advice"]
    lacks, kinds = words.missing(), words.vouchers()
    own = actor.organisation == found["organisation"] and may("fx.apply")
    at_bank = actor.organisation == found["bank"] and may("fx.decide")
    outcomes, decisions = words.outcomes(), words.payment_decisions()
    return {
        "one": found, "problem": problem, "facts": facts_of(found, language), "outcome": outcomes[advice["outcome"]],
        "light": words.OUTCOME_LIGHTS[advice["outcome"]],
        "missing": [lacks.get(name, name) for name in advice["missing"]],
        "reasons": [told | {"whose": "" if told.get("whose") == "bank" else told.get("whose", "")} for told in advice["reasons"]],
        "node": {
            "zh": _("采用的参数"), "en": _("采用的参数"), "amount": None, "result": advice["algorithm"],
            "parameters": advice["parameters"],
        },
        "unsure": [told for told in advice["parameters"] if told["tag"] in ("C", "P")],
        "vouchers": [told | {"word": kinds[told["kind"]]} for told in found["vouchers"]],
        "decisions": [
            told | {"word": (decisions if told["maker"] == "bank" else outcomes).get(told["outcome"], "")}
            for told in found["decisions"]
        ],
        "own": own, "may_decide": at_bank and found["state"] in OPEN, "agrees": advice["outcome"] == "settle",
        "may_report": own and found["report_due_on"] and not found["reported_at"] and found["state"] != "refused",
        "may_complete": own and found["state"] == "asked", "report_word": words.payment_credits().get(found["report_kind"], ""),
        "reference": secrets.token_hex(8), "note": typed.text(request.POST, "note", 300),
    }  # fmt: skip


def facts_of(found: dict[str, Any], language: str) -> list[tuple[str, object]]:
    """Names and values of a payment's head."""
    return [
        (_("付款企业"), said(found["firm"], "", language)),
        (_("为客户代垫"), said(found["client_name"], "", language) or "—"),
        (_("银行"), said(found["bank_name"], "", language)),
        (_("外汇分类"), found["klass"] or _("不在名录")),
        (_("款项性质"), words.purposes()[found["purpose"]]),
        (_("境外收款人"), f"{found['payee']} {found['country']}".strip()),
        (_("付款日"), found["pay_on"]),
        (_("金额"), f"{found['currency']} {found['amount']}"),
        (_("折美元"), found["usd"]),
        (_("外汇局登记编号"), found["registration"] or "—"),
        (_("税务备案编号"), found["tax_filing"] or "—"),
        (_("办理状态"), words.payment_states()[found["state"]]),
    ]
