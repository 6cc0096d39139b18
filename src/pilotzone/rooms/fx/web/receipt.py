"""One receipt: documents, advice with its reasons, decisions; each party finds its own verbs on it."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pilotzone.base.errors import Denied, Problem, Refused
from pilotzone.kernel import clock, seen
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.errors import refused
from pilotzone.rooms.fx.web import typed, words
from pilotzone.ui.wording import said

OPEN = ("received", "applied", "asked")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The page; a POST carries one verb (`action`) of the firm or the bank. What is refused is said above."""
    require("fx.see")
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _do(request, number)
            return redirect("fx_receipt", number)
        except Refused as refusal:
            problem = refusal
    try:
        found = api.receipt(number)
    except Denied:
        raise Http404 from None
    return render(request, "fx/receipt.html", _context(request, found, problem), status=422 if problem else 200)


def _do(request: HttpRequest, number: int) -> None:
    """One verb. Who may not do it is told so by the room itself."""
    now, action = clock.now(), typed.text(request.POST, "action", 20)
    note, version = typed.text(request.POST, "note", 300), seen.mark_typed(request.POST.get("version", ""))
    if action == "link":
        api.link(
            receipt=number, number=typed.text(request.POST, "number", 60), usd=typed.amount(request, "usd"), at=now
        )
    elif action == "unlink":
        link = typed.text(request.POST, "link", 18)
        api.unlink(
            receipt=number, link=int(link) if link.isascii() and link.isdigit() and len(link) < 19 else 0, at=now
        )
    elif action == "apply":
        api.apply(
            receipt=number, at=now, purpose=typed.text(request.POST, "purpose", 10) or "goods",
            expected_on=typed.day(typed.text(request.POST, "expected_on", 20)),
            agency=typed.text(request.POST, "agency", 60), collecting=request.POST.getlist("collecting"), version=version,
        )  # fmt: skip
    elif action == "net":
        costs = [
            (kind, amount) for kind in words.costs() if (amount := typed.amount(request, f"cost_{kind}")) is not None
        ]
        api.net_costs(receipt=number, costs=costs, at=now)
    elif action == "report":
        api.report(receipt=number, kind=typed.text(request.POST, "kind", 10), at=now)
    elif action == "return":
        amount = typed.amount(request, "amount")
        if amount is None:
            raise refused("rule.fx.amount", text="", most="999999999999.99")
        api.send_back(
            receipt=number, amount=amount, reference=_reference(request), at=now, note=note,
            same_route=typed.text(request.POST, "route", 5) != "other",
            registration=typed.text(request.POST, "registration", 40), version=version,
        )  # fmt: skip
    else:
        api.decide(
            receipt=number, decision=action, reference=_reference(request), at=now,
            amount=typed.amount(request, "amount"), note=note, version=version,
        )  # fmt: skip


def _reference(request: HttpRequest) -> str:
    return typed.text(request.POST, "reference", 60) or secrets.token_hex(8)


def _context(request: HttpRequest, found: dict[str, Any], problem: Problem | None) -> dict[str, Any]:
    language, actor = get_language() or "zh-hans", current()
    lacks, costs, legs = words.missing(), words.costs(), words.legs()
    own = actor.organisation in (found["organisation"], found["client"]) and may("fx.apply")
    at_bank = actor.organisation == found["bank"] and may("fx.decide")
    advice = found["advice"]
    node = {
        "zh": _("采用的参数"), "en": _("采用的参数"), "amount": None, "result": advice["algorithm"],
        "parameters": advice["parameters"],
    }  # fmt: skip
    return {
        "one": found,
        "problem": problem,
        "facts": facts_of(found, language),
        "outcome": words.outcomes()[advice["outcome"]],
        "light": words.OUTCOME_LIGHTS[advice["outcome"]],
        "account": words.accounts()[advice["account"]],
        "missing": [lacks.get(name, name) for name in advice["missing"]],
        "reasons": [{**told, "whose": _at_fault(told)} for told in advice["reasons"]],
        "node": node,
        "unsure": [one for one in advice["parameters"] if one["tag"] in ("C", "P")],
        "documents": [one | {"state_word": said(one, "state", language)} for one in found["documents"]],
        "decisions": [
            one | {"word": words.decisions().get(one["outcome"]) or words.outcomes().get(one["outcome"], "")}
            for one in found["decisions"]
        ],
        "entries": [one | {"word": words.entries()[one["event"]]} for one in found["entries"]],
        "reports": [one | {"word": words.credits()[one["kind"]]} for one in found["reports"]],
        "legs": [one | {"word": legs[one["leg"]], "kind_word": costs.get(one["kind"], "")} for one in found["legs"]],
        "own": own,
        "may_change": own and found["state"] in OPEN,
        "may_decide": at_bank and found["state"] in OPEN and found["applied_at"] is not None,
        "may_return": at_bank,
        "costs": list(costs.items()),
        "conditions": [("client", _("客户身份已识别")), *words.conditions().items()],
        "agrees": advice["outcome"] in ("direct", "settle", "credit"),
        "reference": secrets.token_hex(8),
        "typed": {name: typed.text(request.POST, name, 300) for name in ("number", "usd", "amount", "note")},
    }


def _at_fault(told: dict[str, Any]) -> str:
    """Who has something to mend; a reason that only says why the bank may go on blames nobody."""
    whose: str = told.get("whose", "")
    return "" if whose == "bank" else whose


def facts_of(found: dict[str, Any], language: str) -> list[tuple[str, object]]:
    """Names and values of a receipt's head."""
    party = found["party"]
    klass = _("不在名录") if party is None or not party["klass"] else f"{party['klass']}"
    kind = words.kinds().get(party["kind"], "") if party else "—"
    return [
        (_("收汇人"), said(found["firm"], "", language)),
        (_("客户"), said(found["client_name"], "", language)),
        (_("银行"), said(found["bank_name"], "", language)),
        (_("主体类别"), kind),
        (_("外汇分类"), klass),
        (_("付款人"), f"{found['payer']} {found['country']}".strip()),
        (_("收汇日"), found["received_on"]),
        (_("金额"), f"{found['currency']} {found['amount']}"),
        (_("折美元"), found["usd"]),
        (_("已关联（美元）"), found["linked_usd"]),
        (_("未办理"), f"{found['currency']} {found['left']}"),
        (_("款项性质"), _("预收货款") if found["purpose"] == "advance" else _("货款")),
        (_("办理状态"), words.states()[found["state"]]),
    ]
