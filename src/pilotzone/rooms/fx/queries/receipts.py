"""Receipts: the bank's queue, the firm's own, one with everything about it. Who sees which is row-level security's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from pilotzone.base.errors import Denied
from pilotzone.base.money import yuan
from pilotzone.kernel import seen
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx.engine.advice import advise
from pilotzone.rooms.fx.models import CreditReport, Decision, Entry, Link, Party, Receipt
from pilotzone.rooms.fx.queries import facts

WAITS = ("applied",)
PAGE, LARGEST = 50, 20_000


def receipts(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE) -> dict[str, Any]:
    """A page of at most LARGEST receipts the caller sees, newest first: {rows, total, page, waiting}.

    Filters: state, outcome (the advice), number (of a receipt, exact, or part of a firm's name), since and until (days of
    receipt). `waiting`: how many wait for the bank, whatever the filters.
    """
    asked = filters or {}
    found = Receipt.objects.all()
    waiting = found.filter(state__in=WAITS).count()
    for name in ("state", "outcome"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if number := str(asked.get("number") or "").strip():
        firms = Organisation.objects.filter(Q(name__icontains=number) | Q(uscc=number) | Q(customs_code=number))
        found = found.filter(Q(number=number) | Q(organisation_id__in=firms.values("pk")))
    if asked.get("since"):
        found = found.filter(received_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(received_on__lte=asked["until"])
    size, total = max(1, min(size, LARGEST)), found.count()
    page = max(1, min(page, -(-total // size) or 1))
    rows = list(found.order_by("-received_on", "-id")[(page - 1) * size : page * size])
    return {"rows": told(rows), "total": total, "page": page, "waiting": waiting}


def gross() -> dict[str, Decimal]:
    """The sums of what the caller sees in dollars, both ways for themselves: received, netted, and sent back by entries."""
    sums = Receipt.objects.exclude(state="refused").aggregate(received=Sum("usd"), netted=Sum("netted_usd"))
    back = Entry.objects.filter(event__in=("RETURN", "REFUND")).aggregate(back=Sum("usd"))
    return {name: value or Decimal(0) for name, value in (sums | back).items()}


def told(rows: list[Receipt]) -> list[dict[str, Any]]:
    """Receipts as plain data with the names of firms and banks."""
    ids = {number for row in rows for number in (row.organisation_id, row.client_id, row.bank_id) if number}
    names = {firm.pk: firm for firm in Organisation.objects.filter(pk__in=ids)}
    return [_row(row, names) for row in rows]


def receipt(number: int) -> dict[str, Any]:
    """One receipt the caller sees: documents, advice as of now, decisions, entries, reports, consent.

    A bank sees the documents while the firm's consent stands; without it only sums and the advice. Raises Denied.
    """
    version = seen.mark("fx.receipt", number)  # before it is read: what moves between is told
    found, caller = access_receipt(number), current()
    with scope(PLATFORM):
        consent = facts.consent_of(found)
        advice = advise(facts.payee_of(found), facts.money_of(found), facts.evidence_of(found)).as_dict()
        party = Party.objects.filter(pk=found.organisation_id).first()
        hidden = caller.organisation == found.bank_id and consent is None
        documents = [] if hidden else [_document(link) for link in _links(found)]
    (row,) = told([found])
    return row | {
        "version": version,
        "advice": advice,
        "documents": documents,
        "hidden": hidden,
        "consent": consent,
        "party": {
            "kind": party.kind, "klass": party.klass, "recognised_on": party.recognised_on, "told_at": party.told_at,
            "listed_on": party.listed_on, "keeps_pending": party.keeps_pending,
        } if party else None,
        "decisions": list(
            Decision.objects.filter(receipt=found)
            .order_by("-id")
            .values("maker", "outcome", "amount", "note", "advice", "algorithm", "edition", "at")
        ),
        "entries": list(
            Entry.objects.filter(receipt=found).order_by("id").values("event", "amount", "usd", "reference", "at")
        ),
        "reports": list(
            CreditReport.objects.filter(receipt=found, usd__gt=0)
            .order_by("due_on")
            .values("kind", "usd", "due_on", "reported_at", "safe_no")
        ),
    }  # fmt: skip


def access_receipt(number: int) -> Receipt:
    """A receipt the caller sees. Denied for what is not there or not his, alike."""
    found = Receipt.objects.filter(pk=number).first()
    if found is None:
        raise _unknown()
    return found


def access_own(number: int) -> Receipt:
    """A receipt of the caller's own firm, as payee or client."""
    found, own = access_receipt(number), current().organisation
    if current().kind != ENTERPRISE or own not in (found.organisation_id, found.client_id):
        raise _unknown()
    return found


def access_at_bank(number: int) -> Receipt:
    """A receipt at the caller's own bank."""
    found = access_receipt(number)
    if current().kind != ENTERPRISE or current().organisation != found.bank_id:
        raise _unknown()
    return found


def _unknown() -> Denied:
    return Denied(
        code="rule.fx.receipt_unknown",
        zh="没有这笔收汇，或您无权查看",
        en="There is no such receipt, or it is not yours to see",
    )


def _links(row: Receipt) -> QuerySet[Link]:
    return Link.objects.filter(receipt=row, undone_at=None).select_related("document").order_by("id")


def _document(link: Link) -> dict[str, Any]:
    """A linked document: what was seen when it was linked, what it is now, and where else it served."""
    trade = clearance.trade(int(link.facts["trade"])) if link.facts.get("trade") else None
    others = Link.objects.filter(document=link.document, undone_at=None).exclude(receipt=link.receipt_id)
    return {
        "id": link.pk, "number": link.document.number, "usd": link.usd, "value_usd": link.document.usd,
        "used_usd": link.document.used_usd, "currency": link.document.currency, "amount": link.document.amount,
        "facts": link.facts, "state": trade["state"] if trade else link.facts.get("state", ""),
        "state_zh": trade["state_zh"] if trade else "", "state_en": trade["state_en"] if trade else "",
        "others": list(others.values_list("receipt__number", flat=True)[:10]), "linked_at": link.linked_at,
    }  # fmt: skip


def _row(row: Receipt, names: Mapping[int, Organisation]) -> dict[str, Any]:
    def named(number: int | None) -> dict[str, str]:
        firm = names.get(number or 0)
        return {"zh": firm.name, "en": firm.name_en or firm.name} if firm else {"zh": "", "en": ""}

    left = row.amount - row.settled - row.credited - row.returned
    amounts = ("amount", "usd", "settled", "credited", "returned", "refunded", "linked_usd", "netted_usd")
    return {
        "id": row.pk, "number": row.number, "bank": row.bank_id, "bank_name": named(row.bank_id),
        "organisation": row.organisation_id, "firm": named(row.organisation_id), "client": row.client_id,
        "client_name": named(row.client_id), "payer": row.payer, "country": row.country, "currency": row.currency,
        "received_on": row.received_on, "via_institution": row.via_institution, "state": row.state,
        "purpose": row.purpose, "expected_on": row.expected_on, "agency": row.agency, "outcome": row.outcome,
        "legs": row.legs, "applied_at": row.applied_at, "decided_at": row.decided_at, "left": yuan(left),
        **{name: yuan(getattr(row, name)) for name in amounts},
    }  # fmt: skip
