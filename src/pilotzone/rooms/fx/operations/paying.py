"""付汇: a firm asks its bank to pay abroad, the bank decides, the firm reports the trade credit. Whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.exchange.webhooks import ledger as webhooks
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.reference import edition
from pilotzone.reference.rates import rate
from pilotzone.rooms.fx.engine.advances import due_on
from pilotzone.rooms.fx.engine.amounts import amount_of, currency_of, in_usd, shown
from pilotzone.rooms.fx.engine.ledger import usable
from pilotzone.rooms.fx.engine.payments import ALGORITHM, PURPOSES, REFUND, VOUCHERS, bare, day_to_pay, family, licence
from pilotzone.rooms.fx.engine.records import SETTLE, Advice
from pilotzone.rooms.fx.errors import refused, refused_as
from pilotzone.rooms.fx.models import Backing, Outlay, Party, Payment, PaymentDecision, Receipt, Voucher
from pilotzone.rooms.fx.operations.deciding import LONGEST_NOTE, reference_of, send_back
from pilotzone.rooms.fx.operations.receiving import day_in, find_firm
from pilotzone.rooms.fx.operations.shown import PAYMENT, as_shown
from pilotzone.rooms.fx.queries import facts
from pilotzone.rooms.fx.queries.payments import access_own_payment, access_payment_at_bank, advice_of, payer_of
from pilotzone.rooms.fx.queries.receipts import access_receipt
from pilotzone.rooms.registry import api as registry

APPLIED, ASKED, PAID, REFUSED = "applied", "asked", "paid", "refused"
OPEN = (APPLIED, ASKED)
DECISIONS = ("pay", "ask", "refuse")
SAME = ("bank_id", "purpose", "payee", "currency", "amount", "pay_on")
MOST_VOUCHERS = 20
WORDS = {PAID: ("付出", "paid"), REFUSED: ("不予办理", "refused")}


def ask_payment(
    *, bank: int, number: str, purpose: str, payee: str, currency: str, amount: Decimal, pay_on: date, at: datetime,
    vouchers: Sequence[Mapping[str, Any]] = (), country: str = "", client: str = "", receipt: int | None = None,
    same_route: bool = True, expected_on: date | None = None, registration: str = "", tax_filing: str = "",
) -> dict[str, Any]:  # fmt: skip
    """申请付汇: ask a bank to pay; {id, again, advice}. The same number with the same words changes nothing.

    Vouchers: {kind, number, issuer, dated_on, amount, used?}, in the payment's currency; they serve once, whoever brings
    them. A payment the bank asked about is completed by the same number with more vouchers.
    Raises Denied, Refused `rule.fx.pay.…`, `rule.fx.amount…`, `rule.fx.currency`, `rule.fx.rate_missing`, `rule.fx.used_up`.
    """
    organisation = require("fx.apply").organisation or 0
    if len(vouchers) > MOST_VOUCHERS:
        raise refused("rule.fx.pay.vouchers_many", count=str(len(vouchers)), most=str(MOST_VOUCHERS))
    payment = _written(
        bank, number, purpose, payee, currency, amount, pay_on, at, country=country, receipt=receipt,
        same_route=same_route, expected_on=expected_on, registration=registration, tax_filing=tax_filing,
    )  # fmt: skip
    payment.organisation_id = organisation
    actor = current()
    with scope(PLATFORM):
        _between(payment, client)
        payment.usd = in_usd(payment.amount, payment.currency, facts.rates_of(payment.pay_on), on=payment.pay_on)
        before = Payment.objects.select_for_update().filter(organisation_id=organisation, number=payment.number).first()
        if before is not None:
            if any(getattr(before, name) != getattr(payment, name) for name in SAME):
                raise refused("rule.fx.pay.taken", number=payment.number)
            if before.state != ASKED:
                return {"id": before.pk, "again": True, "advice": None}
            payment = _completed(before, payment, at)
        payment.save()
        for told in sorted(vouchers, key=lambda one: str(sorted(one.items(), key=str))):
            _back(payment, told, at)
        advice = _advised(payment, at=at, person=actor.person)
        payment.save()
        _tell(payment)
    after = {"number": payment.number, "usd": shown(payment.usd), "payee": payment.payee, "outcome": advice.outcome}
    audit.record("fx.pay.ask", object_kind="fx.payment", object_id=payment.pk, after=after)
    return {"id": payment.pk, "again": False, "advice": advice.as_dict() | {"algorithm": ALGORITHM}}


def _completed(before: Payment, more: Payment, at: datetime) -> Payment:
    """The payment the bank asked about, applied for anew with what was lacking."""
    before.registration, before.tax_filing = more.registration, more.tax_filing
    before.expected_on, before.state, before.applied_at = more.expected_on, APPLIED, at
    return before


def _between(payment: Payment, client: str) -> None:
    """Set the client it is paid for; refused where client, bank or the firm's licence do not allow the payment."""
    if client:
        payment.client_id = find_firm(client)
        if payment.client_id in (None, payment.organisation_id):
            raise refused("rule.fx.payee_unknown", firm=client[:20])
    if not Organisation.objects.filter(pk=payment.bank_id, roles__contains=["bank"]).exists():
        raise refused("rule.fx.bank")
    if why := licence(registry.standing(payment.organisation_id, on=payment.pay_on)["ended"]):
        raise refused_as(why)


def _written(
    bank: int, number: str, purpose: str, payee: str, currency: str, amount: Decimal, pay_on: date, at: datetime,
    *, country: str, receipt: int | None, same_route: bool, expected_on: date | None, registration: str, tax_filing: str,
) -> Payment:  # fmt: skip
    """What was written, read strictly; nothing is kept yet."""
    if purpose not in PURPOSES:
        raise refused("rule.fx.pay.purpose", text=purpose[:20])
    if pay_on < day_of(at):
        raise refused("rule.fx.pay.day", day=pay_on.isoformat())
    day_to_pay(pay_on)
    iso = currency_of(currency, on=pay_on)
    back: Receipt | None = None
    if purpose == REFUND and receipt:
        back = access_receipt(receipt)
        if back.bank_id != bank:
            raise refused("rule.fx.bank")
        if back.currency != iso:
            raise refused("rule.fx.pay.refund_currency", currency=back.currency)
    return Payment(
        bank_id=bank, number=_text(number, 40, "付汇申请号", "The number of the application"), purpose=purpose,
        payee=_text(payee, 120, "境外收款人", "The payee"), country=_text(country, 3, "收款国别", "The country of the payee", needed=False), currency=iso,
        amount=amount_of(amount, iso, on=pay_on), pay_on=pay_on, expected_on=expected_on, receipt=back,
        same_route=same_route, applied_at=at,
        registration=_text(registration, 40, "外汇局登记编号", "The number of SAFE's registration", needed=False),
        tax_filing=_text(tax_filing, 40, "税务备案编号", "The number of the tax filing", needed=False),
    )  # fmt: skip


def _text(value: Any, longest: int, zh: str, en: str, *, needed: bool = True) -> str:
    text = str(value or "").replace("\0", "").strip()
    if (needed and not bare(text)) or len(text) > longest:
        raise refused("rule.fx.pay.field", name_zh=zh, name_en=en, most=longest)
    return text


def _back(payment: Payment, told: Mapping[str, Any], at: datetime) -> None:
    """Let a voucher stand behind a locked payment, for as much as both allow or as it says."""
    kind = str(told.get("kind", ""))
    if kind not in VOUCHERS:
        raise refused("rule.fx.pay.voucher_kind", text=kind[:20])
    number = _text(told.get("number"), 60, "凭证编号", "The number of the voucher")
    issuer = _text(told.get("issuer"), 120, "凭证出具人", "The issuer of the voucher")
    dated = day_in(told.get("dated_on"), at)
    amount = amount_of(str(told.get("amount", "")), payment.currency, on=payment.pay_on)
    key = f"{kind}:{bare(issuer)[:100]}:{bare(number)}"
    worth = in_usd(amount, payment.currency, facts.rates_of(payment.pay_on), on=payment.pay_on)
    Voucher.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind, "number": number, "issuer": issuer, "dated_on": dated, "currency": payment.currency,
            "amount": amount, "usd": worth,
        },
    )  # fmt: skip
    paper = Voucher.objects.select_for_update().get(key=key)
    if (paper.amount, paper.currency, paper.dated_on) != (amount, payment.currency, dated):
        raise refused("rule.fx.pay.voucher_differs", number=number)
    if Backing.objects.filter(payment=payment, voucher=paper, undone_at=None).exists():
        return
    beside = Backing.objects.filter(payment=payment, undone_at=None).select_related("voucher")
    held = sum((one.usd for one in beside if family(one.voucher.kind) == family(kind)), Decimal(0))
    room = payment.usd - held
    if room <= 0:
        raise refused("rule.fx.link_over", left=shown(room))
    wanted = in_usd(
        amount_of(str(told["used"]), payment.currency, on=payment.pay_on), payment.currency,
        facts.rates_of(payment.pay_on), on=payment.pay_on,
    ) if told.get("used") else min(room, paper.usd - paper.used_usd) or min(room, paper.usd)  # fmt: skip
    if why := usable(paper.usd, paper.used_usd, wanted, number):
        raise refused_as(why)
    if wanted > room:
        raise refused("rule.fx.link_over", left=shown(room))
    Backing.objects.create(payment=payment, voucher=paper, usd=wanted, linked_at=at)


def _advised(payment: Payment, *, at: datetime, person: int | None) -> Advice:
    """Compute the advice on a locked payment and keep it with its rule and data edition. The caller saves the payment."""
    told = advice_of(payment)
    payment.outcome, payment.counts_quota = told.outcome, told.counts_quota
    if payment.reported_at is None:
        due = told.reports[0] if told.reports else None
        payment.report_kind, payment.report_due_on = (due.kind, due.due_on) if due else ("", None)
    PaymentDecision.objects.create(
        payment=payment, maker="platform", outcome=told.outcome, advice=told.as_dict() | {"algorithm": ALGORITHM},
        algorithm=ALGORITHM, edition=edition.version(), person=person, at=at,
    )  # fmt: skip
    return told


def decide_payment(
    *, payment: int, decision: str, reference: str, at: datetime, note: str = "", version: int | None = None
) -> dict[str, Any]:
    """The bank's decision: pay 付汇, ask 补充材料, refuse 不予办理; once, `reference` makes it idempotent.

    The advice is computed anew under the lock. A refusal, or a decision against the advice, needs its reason. A refund
    moves the ledger of its receipt, an advanced cost becomes an outlay of the client; a refusal frees the vouchers.
    Raises Denied, Refused `rule.fx.pay.closed|holiday|no_calendar|quota`, `rule.fx.reason_wanted`, `kernel.record.moved`
    where it moved since the page showed `version`; then nothing is entered.
    """
    require("fx.decide")
    held = access_payment_at_bank(payment)
    if decision not in DECISIONS:
        raise refused("rule.fx.decision", text=decision[:20])
    note = whole(note, LONGEST_NOTE, "说明", "The note", field="note")
    actor, reference = current(), reference_of(reference)
    with scope(actor):  # one transaction: what the receipt refuses, the payment does not keep
        with scope(PLATFORM):
            locked = Payment.objects.select_for_update().get(pk=held.pk)
            if locked.state == PAID and locked.reference == reference:
                return {"state": locked.state, "again": True, "advice": None}
            _open_or_refused(locked)
            as_shown(PAYMENT, payment, version, actor)
            if decision == "pay":
                _paid_on(locked, day_of(at))
            told = _advised(locked, at=at, person=actor.person)
            if not note and (decision == "refuse" or (decision == "pay" and told.outcome != SETTLE)):
                raise refused("rule.fx.reason_wanted")
            locked.state = {"pay": PAID, "ask": ASKED, "refuse": REFUSED}[decision]
            locked.decided_at, locked.reference = at, reference if decision == "pay" else ""
            if decision == "pay" and told.counts_quota:
                _within_quota(locked)
            if decision == "refuse":
                _free_vouchers(locked, at)
            locked.save()
            if decision == "pay" and locked.client_id is not None:
                _owed_by_client(locked, locked.client_id, at)
            _kept_decision(locked, decision, told, note, at=at, person=actor.person)
            _tell(locked)
        if decision == "pay" and locked.receipt_id is not None:
            # the receipt's own door and ledger: the same limits, the same law, never more than came in
            _give_back(locked, note, at=at)
    after = {"decision": decision, "usd": shown(locked.usd), "advice": told.outcome}
    audit.record("fx.pay.decide", object_kind="fx.payment", object_id=payment, after=after, reason=note)
    return {"state": locked.state, "again": False, "advice": told.as_dict() | {"algorithm": ALGORITHM}}


def _give_back(payment: Payment, note: str, *, at: datetime) -> None:
    send_back(
        receipt=payment.receipt_id or 0, amount=payment.amount, reference=f"pay-{payment.pk}", at=at,
        same_route=payment.same_route, registration=payment.registration, note=note,
    )  # fmt: skip


def _open_or_refused(payment: Payment) -> None:
    if payment.state not in OPEN:
        zh, en = WORDS[payment.state]
        raise refused("rule.fx.pay.closed", state_zh=zh, state_en=en)


def _kept_decision(
    payment: Payment, decision: str, told: Advice, note: str, *, at: datetime, person: int | None
) -> None:  # fmt: skip
    """The bank's decision beside the advice of that moment."""
    PaymentDecision.objects.create(
        payment=payment, maker="bank", outcome=decision, note=note, advice=told.as_dict() | {"algorithm": ALGORITHM},
        algorithm=ALGORITHM, edition=edition.version(), person=person, at=at,
    )  # fmt: skip


def _paid_on(payment: Payment, day: date) -> None:
    """Law, rate and year are those of the day it is paid; refused where banks do not pay on it."""
    day_to_pay(day)
    if day != payment.pay_on:
        payment.pay_on = day
        payment.usd = in_usd(payment.amount, payment.currency, facts.rates_of(day), on=day)


def _free_vouchers(payment: Payment, at: datetime) -> None:
    """What a refused payment held of its vouchers serves others again."""
    for one in Backing.objects.filter(payment=payment, undone_at=None).order_by("voucher_id"):
        one.undone_at = at
        one.save(update_fields=["undone_at"])


def _owed_by_client(payment: Payment, client: int, at: datetime) -> None:
    """A cost paid for a client is an outlay he repays."""
    Outlay.objects.create(
        organisation_id=payment.organisation_id, client_id=client, kind=payment.purpose,
        currency=payment.currency, amount=payment.amount, advanced_on=payment.pay_on,
        due_on=due_on(payment.pay_on), recorded_at=at,
    )  # fmt: skip


def report_payment(*, payment: int, at: datetime, kind: str = "") -> None:
    """贸易信贷报告 of an advance paid or a deferred payment; `kind`, where given, has to be the one asked for. Raises Refused `rule.fx.report_unknown`."""
    require("fx.apply")
    own = access_own_payment(payment)
    with scope(PLATFORM):
        locked = Payment.objects.select_for_update().get(pk=own.pk)
        if (
            kind not in ("", locked.report_kind)
            or locked.report_due_on is None
            or locked.reported_at is not None
            or locked.state == REFUSED
        ):
            raise refused("rule.fx.report_unknown")
        locked.reported_at = at
        locked.save(update_fields=["reported_at"])
        events.publish("fx.credit_report", [{"payment": locked.pk, "kind": locked.report_kind}], key=str(locked.pk))
    after = {"kind": locked.report_kind, "usd": shown(locked.usd)}
    audit.record("fx.pay.report", object_kind="fx.payment", object_id=payment, after=after)


def _tell(payment: Payment) -> None:
    """A payment came into a state; told in the transaction that brings it there, in the order of its states."""
    row = {
        "payment": payment.pk, "organisation": payment.organisation_id, "bank": payment.bank_id, "number": payment.number,
        "state": payment.state, "advice": payment.outcome, "currency": payment.currency, "amount": f"{payment.amount:f}",
        "usd": f"{payment.usd:f}", "pay_on": payment.pay_on,
    }  # fmt: skip
    events.publish("fx.payment_changed", [row], key=str(payment.pk))
    told = {name: row[name] for name in ("number", "state", "advice", "currency", "amount", "usd")}
    told |= {"id": payment.pk, "bank": payment.bank_id, "pay_on": payment.pay_on.isoformat()}
    with connection.cursor() as cursor:
        webhooks.tell(cursor, payment.organisation_id, webhooks.PAYMENT, {"payment": told})


def _within_quota(payment: Payment) -> None:
    """A person's year of buying, under the lock of his row on SAFE's list; never above the quota."""
    Party.objects.select_for_update().get(pk=payment.organisation_id)
    limit = rate("fx.individual_quota_usd", on=payment.pay_on).number
    used = payer_of(payment).quota_used_usd
    if used + payment.usd > limit:
        raise refused("rule.fx.pay.quota", used=shown(used), usd=shown(payment.usd), limit=shown(limit))
