"""One trade with everything about it: overview, documents, faults, tax, receipts, timeline; and urging a party."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.days import day_of, parse_stamp, span_end
from pilotzone.base.errors import Gap, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks import amounts, changes, papers, returned, summaries
from pilotzone.portal.desks.trades import entered
from pilotzone.reference import rates, reasons
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tracking import api as tracking
from pilotzone.ui.states import PARTIES
from pilotzone.ui.wording import said

LARGEST = 2**63 - 1
NUMBERS = (
    ("order_no", noop("订单编号")), ("pay_no", noop("支付交易编号")), ("logistics_no", noop("运单编号")),
    ("cop_no", noop("企业内部编号")), ("pre_no", noop("预录入编号")), ("invt_no", noop("清单编号")),
    ("bill_no", noop("总运单号")),
)  # fmt: skip


@require_safe
def show(request: HttpRequest, desk: str, trade: int) -> HttpResponse:
    """The page of a trade the caller sees; anything else does not exist for him."""
    entered(desk)
    found = _found(trade)
    on = found["accepted_on"] or clock.today()
    documents = [clearance.document(part["document"]) for part in found["parts"] if part["document"]]
    context = {
        "desk": desk,
        "one": found,
        "numbers": [(_(zh), found[name]) for name, zh in NUMBERS if found[name]],
        "holder": tracking.holder_name(found["holder"], _language()) if found["holder"] else "",
        "since": found["changed_at"],
        "parts": [_part(part) for part in found["parts"]],
        "missing": [_missing(part, found) for part in found["missing_parts"]],
        "urges": [one | {"party_word": _(PARTIES.get(one["party"], one["party"]))} for one in found["urges"]],
        "urgeable": _urgeable(found),
        "may_open": desk == "officer" and current().unit_path == "zone.customs",
        "documents": [
            papers.shown(document, on=on) | {"own": _own(document, desk)} for document in documents if document
        ],
        "faults": [fault | {"mine": fault.get("code") in found["may_correct"]} for fault in found["reasons"]],
        "refused": clearance.refused_for(trade) if desk == "enterprise" else [],
        "went_anyway": _went_anyway(found),
        "may_mend": bool(found["may_correct"]) and may("declare.mend"),
        "why": amounts.tree(found["assessment"]),
        "edition": clearance.editions([trade]).get(trade),
        "bills": amounts.bills(found["invt_no"]) if may("tax.see") else [],
        "returns": _returns(found),
        "withholder": returned.withholder(documents),
        "summed": summaries.standing_of(trade) if found["flow"] == "E" else None,
        "offers": changes.offered(trade) if desk == "enterprise" else [],
        "receipts": [_receipt(one) for one in found["receipts"]],
        "timeline": _lines(trade),
    }
    return render(request, "desks/trade.html", context)


@require_safe
def notice(request: HttpRequest, desk: str, trade: int) -> HttpResponse:
    """The platform's decision on a trade with its reasons, for print on A4."""
    entered(desk)
    found = _found(trade)
    context = {
        "one": found,
        "numbers": [(_(zh), found[name]) for name, zh in NUMBERS if found[name]],
        "names": [(_(PARTIES.get(role, role)), _names(found).get(firm, "—")) for role, firm in found["firms"].items()],
        "receipts": [_receipt(one) for one in found["receipts"] if one["applied"]],
        "missing": [_missing(part, found) for part in found["missing_parts"]],
    }
    return render(request, "desks/notice.html", context)


@require_POST
def opened(request: HttpRequest, desk: str, document: int) -> HttpResponse:
    """One document with its personal fields open, for a customs officer who says why; the reason stays in the trail."""
    entered(desk)
    found = clearance.open_personal(document=min(document, LARGEST), reason=request.POST.get("reason", ""))
    return render(request, "desks/opened.html", {"document": papers.shown(found, on=clock.today())})


@require_POST
def urge(request: HttpRequest, desk: str, trade: int, party: str) -> HttpResponse:
    """Urge the party a trade waits for; said on the trade's page, a second time the same day too."""
    entered(desk)
    require("trade.urge")
    word = _(PARTIES.get(party, party))
    try:
        clearance.urge(trade=trade, party=party)
        messages.success(request, _("已催办：%(party)s") % {"party": word})
    except Refused as problem:
        messages.error(request, said(problem, "", _language()))
    return redirect(f"{desk}_trade", trade)


def _returns(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The last days to apply for a return and to bring the goods back, once an import is released; with their law."""
    stages = dict(found["stages"])
    if found["flow"] != "I" or "released" not in stages:
        return []
    released = day_of(datetime.fromisoformat(stages["released"]))
    told = []
    for key in ("import.return.apply_days", "import.return.arrive_days"):
        try:
            law = rates.rate(key, on=released)
        except Gap:
            continue
        named = rates.names(key)
        told.append({"zh": named.zh, "en": named.en, "until": span_end(released, int(law.value)), "rate": law})
    return told


def _own(document: dict[str, Any], desk: str) -> bool:
    """Whether the caller's firm sent it and may write a new one like it."""
    return desk == "enterprise" and document["sender"] == current().organisation and may("declare.submit")


def _found(trade: int) -> dict[str, Any]:
    found = clearance.trade(trade) if trade <= LARGEST else None
    if found is None:
        raise Http404
    return found


def _part(part: dict[str, Any]) -> dict[str, Any]:
    return part | {"at": _moment(part["at"])}


def _missing(part: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return part | {
        "name": _names(found).get(part["organisation"], ""),
        "since": _moment(part["since"]),
        "mine": (part["whose"] if part["whose"] != "declarant" else "agent") in found["roles"],
    }


def _names(found: dict[str, Any]) -> dict[int, str]:
    """What the parties are called in the reader's language."""
    names: dict[int, str] = found["names_en" if _language().startswith("en") else "names"]
    return names


def _urgeable(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The parties the caller may urge, with the verb: those a document or correction is asked of, and not himself."""
    if not may("trade.urge") or not (found["missing"] or found["reasons"]):
        return []
    own = {"declarant" if role == "agent" else role for role in found["roles"]}
    firms = [
        party for party in found["holder"].split(",") if party in ("ebp", "ebc", "pay", "logi", "declarant", "area")
    ]
    return [(party, f"{_('催办')} {_(PARTIES[party])}") for party in firms if party not in own]


def _receipt(one: dict[str, Any]) -> dict[str, Any]:
    """A receipt with what its reason code means, where the code is published."""
    code = reasons.code_in(one["info"]) or (one["status"] if one["status"].startswith("-") else "")
    explained = None
    if code:
        try:
            explained = reasons.reason(code)
        except Gap:
            explained = None
    try:
        told_at = parse_stamp(one["time"]) if one["time"] else None
    except Refused:
        told_at = None
    return one | {"reason": explained, "reason_code": code, "told_at": told_at}


def _went_anyway(found: dict[str, Any]) -> bool:
    """Whether the list the platform refused reached customs in a message beside lists that passed (ADR 4)."""
    stages = dict(found["stages"])
    return found["state"] in ("refused", "expired") and stages.get("forwarded", "") >= stages.get("list", "~")


def _lines(trade: int) -> list[dict[str, Any]]:
    timeline = tracking.of_trade(trade)
    if timeline is None:
        return []
    return [
        {
            "at": line.at, "zh": line.zh, "en": line.en, "state": line.state, "code": line.code, "source": line.source,
            "holder_name": tracking.holder_name(line.holder, _language()) if line.holder else "",
        }
        for line in timeline.lines
    ]  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _language() -> str:
    return get_language() or "zh-hans"
