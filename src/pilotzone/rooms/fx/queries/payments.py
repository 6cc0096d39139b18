"""付汇: the bank's queue of payments, the firm's own, one with everything about it; and what an advice on one rests on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, Sum

from pilotzone.base.errors import Denied
from pilotzone.base.money import yuan
from pilotzone.kernel import seen
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.fx.engine.amounts import ZERO
from pilotzone.rooms.fx.engine.payments import Outgoing, Paper, Returned, advise_payment
from pilotzone.rooms.fx.engine.records import ENTERPRISE as FIRM
from pilotzone.rooms.fx.engine.records import Advice, Payee
from pilotzone.rooms.fx.errors import reason
from pilotzone.rooms.fx.models import Backing, Party, Payment, PaymentDecision
from pilotzone.rooms.fx.queries import facts
from pilotzone.rooms.registry import api as registry

WAITS = ("applied",)
PAGE, LARGEST = 50, 20_000
NEWS = {
    "asked": ("银行要求补充材料", "the bank asks for more documents"), "paid": ("银行已付汇", "the bank has paid"),
    "refused": ("银行不予办理", "the bank refused"),
}  # fmt: skip
NEWS_DAYS = 7
LIFE = {
    "applied": ("企业申请付汇，待银行审核", "the firm asks for the payment; the bank examines it"),
    "asked": ("银行要求补充材料", "the bank asks for more documents"), "paid": ("银行已付汇", "the bank has paid"),
    "refused": ("银行不予办理", "the bank refused"),
}  # fmt: skip
HOLDS = {"applied": "bank", "asked": "ebc"}
DECIDED = {"pay": "paid", "ask": "asked", "refuse": "refused"}


def payer_of(payment: Payment) -> Payee:
    """Who pays, as SAFE's list and the year tell, without this payment (as the platform)."""
    on, number = payment.pay_on, payment.organisation_id
    party = Party.objects.filter(pk=number).first()
    received, paid = facts.year_of(number, on, without_payment=payment.pk)
    bought = Payment.objects.filter(organisation_id=number, pay_on__year=on.year, state="paid", counts_quota=True)
    return Payee(
        kind=party.kind if party else FIRM, klass=facts.klass_of(party, on), received_usd=received, paid_usd=paid,
        quota_used_usd=bought.exclude(pk=payment.pk or 0).aggregate(sum=Sum("usd"))["sum"] or ZERO,
    )  # fmt: skip


def advice_of(payment: Payment) -> Advice:
    """The advice on a payment as everything stands (as the platform)."""
    returned = None
    if (receipt := payment.receipt) is not None:
        own = payment.organisation_id in (receipt.organisation_id, receipt.client_id)
        returned = Returned(
            payer=receipt.payer, received_on=receipt.received_on, own=own, same_route=payment.same_route
        )
    standing = Backing.objects.filter(payment=payment, undone_at=None).select_related("voucher").order_by("id")
    papers = [
        Paper(kind=one.voucher.kind, issuer=one.voucher.issuer, usd=one.usd, dated_on=one.voucher.dated_on)
        for one in standing
    ]
    out = Outgoing(
        on=payment.pay_on, usd=payment.usd, payee=payment.payee, purpose=payment.purpose, currency=payment.currency,
        expected_on=payment.expected_on, for_client=payment.client_id is not None, registration=payment.registration,
        tax_filing=payment.tax_filing, returned=returned,
        ended=tuple(registry.standing(payment.organisation_id, on=payment.pay_on)["ended"]),
    )  # fmt: skip
    return advise_payment(payer_of(payment), out, papers)


def payments(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE) -> dict[str, Any]:
    """A page of at most LARGEST payments the caller sees, newest first: {rows, total, page, waiting}.

    Filters: state, purpose, number (of a payment, exact, or part of a firm's name or payee), since and until (days to pay).
    """
    asked = filters or {}
    found = Payment.objects.all()
    waiting = found.filter(state__in=WAITS).count()
    for name in ("state", "purpose"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if number := str(asked.get("number") or "").strip():
        firms = Organisation.objects.filter(Q(name__icontains=number) | Q(uscc=number) | Q(customs_code=number))
        found = found.filter(Q(number=number) | Q(payee__icontains=number) | Q(organisation_id__in=firms.values("pk")))
    if asked.get("since"):
        found = found.filter(pay_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(pay_on__lte=asked["until"])
    size, total = max(1, min(size, LARGEST)), found.count()
    page = max(1, min(page, -(-total // size) or 1))
    rows = list(found.select_related("receipt").order_by("-pay_on", "-id")[(page - 1) * size : page * size])
    return {"rows": _told(rows), "total": total, "page": page, "waiting": waiting}


def news(at: datetime) -> dict[str, Any]:
    """What the banks decided of the own payments of the caller's firm, the newest first: {rows, total}, at most PAGE rows.

    A request for documents stands until it is answered, payment and refusal for NEWS_DAYS days before `at`. A row:
    {id, number, state, zh, en, currency, amount, payee, at, note}.
    """
    own = current().organisation if current().kind == ENTERPRISE else None
    late = Q(state__in=("paid", "refused"), decided_at__gt=at - timedelta(days=NEWS_DAYS))
    found = Payment.objects.filter(late | Q(state="asked"), organisation_id=own or 0)
    rows = list(found.order_by("-decided_at", "-id")[:PAGE])
    said = PaymentDecision.objects.filter(payment__in=[one.pk for one in rows], maker="bank").order_by("id")
    notes = dict(said.values_list("payment_id", "note"))
    return {"rows": [
        {
            "id": one.pk, "number": one.number, "state": one.state, "zh": NEWS[one.state][0], "en": NEWS[one.state][1],
            "currency": one.currency, "amount": yuan(one.amount), "payee": one.payee, "at": one.decided_at,
            "note": notes.get(one.pk, ""),
        }
        for one in rows
    ], "total": found.count()}  # fmt: skip


def numbered(number: str) -> list[dict[str, Any]]:
    """The payments of exactly this number that the caller sees, the newest first, at most PAGE: {id, number, firm, state…}."""
    return _told(list(Payment.objects.filter(number=number).select_related("receipt").order_by("-id")[:PAGE]))


def lives(number: str) -> list[dict[str, Any]]:
    """The lives of the payments of exactly this number that the caller sees, newest first, at most PAGE.

    Each {id, number, state, zh, en, holder, since, lines}; `holder`: bank, ebc (the firm) or empty when it is done; a line is
    {at, state, zh, en, holder, note}.
    """
    rows = list(Payment.objects.filter(number=number).order_by("-id")[:PAGE])
    said: dict[int, list[PaymentDecision]] = {row.pk: [] for row in rows}
    for one in PaymentDecision.objects.filter(payment__in=list(said), maker__in=("platform", "bank")).order_by("id"):
        said[one.payment_id].append(one)
    return [_life(row, said[row.pk]) for row in rows]


def _life(row: Payment, said: list[PaymentDecision]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    asked: list[PaymentDecision] = []
    for one in said:
        if one.maker == "platform":
            asked.append(one)
            continue
        # the last advice before a decision was made for it; those before it for an application
        lines += [_line(advice, "applied") for advice in asked[:-1]] + [_line(one, DECIDED[one.outcome])]
        asked = []
    lines += [_line(advice, "applied") for advice in asked]
    zh, en = LIFE[row.state]
    return {
        "id": row.pk, "number": row.number, "state": row.state, "zh": zh, "en": en, "holder": HOLDS.get(row.state, ""),
        "since": row.decided_at if row.state != "applied" and row.decided_at else row.applied_at, "lines": lines,
    }  # fmt: skip


def _line(one: PaymentDecision, state: str) -> dict[str, Any]:
    zh, en = LIFE[state]
    return {"at": one.at, "state": state, "zh": zh, "en": en, "holder": HOLDS.get(state, ""), "note": one.note}


def payment(number: int) -> dict[str, Any]:
    """One payment the caller sees: vouchers with their other uses, the advice as of now, decisions. Denied otherwise."""
    version = seen.mark("fx.payment", number)  # before it is read: what moves between is told
    found = access_payment(number)
    with scope(PLATFORM):
        advice = advice_of(found).as_dict() | {"algorithm": "fx_payment/1"}
        vouchers = [
            _voucher(one)
            for one in Backing.objects.filter(payment=found).select_related("voucher").order_by("id")
        ]  # fmt: skip
        party = Party.objects.filter(pk=found.organisation_id).first()
    (row,) = _told([found])
    return row | {
        "version": version, "advice": advice, "vouchers": vouchers, "klass": party.klass if party else "",
        "decisions": list(
            PaymentDecision.objects.filter(payment=found)
            .order_by("-id")
            .values("maker", "outcome", "note", "advice", "algorithm", "edition", "at")
        ),
    }  # fmt: skip


def access_payment(number: int) -> Payment:
    """A payment the caller sees. Denied for what is not there or not his, alike."""
    found = Payment.objects.select_related("receipt").filter(pk=number).first()
    if found is None:
        raise _unknown()
    return found


def access_own_payment(number: int) -> Payment:
    """A payment of the caller's own firm."""
    found = access_payment(number)
    if current().kind != ENTERPRISE or current().organisation != found.organisation_id:
        raise _unknown()
    return found


def access_payment_at_bank(number: int) -> Payment:
    """A payment at the caller's own bank."""
    found = access_payment(number)
    if current().kind != ENTERPRISE or current().organisation != found.bank_id:
        raise _unknown()
    return found


def _unknown() -> Denied:
    told = reason("rule.fx.pay.unknown")
    return Denied(code=told.code, zh=told.zh, en=told.en)


def _voucher(one: Backing) -> dict[str, Any]:
    others = Backing.objects.filter(voucher=one.voucher, undone_at=None).exclude(payment=one.payment_id)
    paper = one.voucher
    return {
        "kind": paper.kind, "number": paper.number, "issuer": paper.issuer, "dated_on": paper.dated_on,
        "currency": paper.currency, "amount": paper.amount, "value_usd": paper.usd, "used_usd": paper.used_usd,
        "usd": one.usd, "undone_at": one.undone_at,
        "others": list(others.values_list("payment__number", flat=True)[:10]),
    }  # fmt: skip


def _told(rows: list[Payment]) -> list[dict[str, Any]]:
    ids = {number for row in rows for number in (row.organisation_id, row.client_id, row.bank_id) if number}
    names = {
        firm.pk: {"zh": firm.name, "en": firm.name_en or firm.name} for firm in Organisation.objects.filter(pk__in=ids)
    }
    nobody = {"zh": "", "en": ""}
    return [
        {
            "id": row.pk, "number": row.number, "bank": row.bank_id, "bank_name": names.get(row.bank_id, nobody),
            "organisation": row.organisation_id, "firm": names.get(row.organisation_id, nobody), "client": row.client_id,
            "client_name": names.get(row.client_id or 0, nobody), "purpose": row.purpose, "payee": row.payee,
            "country": row.country, "currency": row.currency, "amount": yuan(row.amount), "usd": yuan(row.usd),
            "pay_on": row.pay_on, "expected_on": row.expected_on, "registration": row.registration,
            "tax_filing": row.tax_filing, "same_route": row.same_route, "state": row.state, "outcome": row.outcome,
            "receipt": row.receipt_id, "receipt_number": row.receipt.number if row.receipt else "",
            "report_kind": row.report_kind, "report_due_on": row.report_due_on, "reported_at": row.reported_at,
            "safe_no": row.safe_no, "reference": row.reference, "applied_at": row.applied_at, "decided_at": row.decided_at,
        }
        for row in rows
    ]  # fmt: skip
