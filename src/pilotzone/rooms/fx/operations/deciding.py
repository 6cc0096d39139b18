"""The bank's verbs: decide, ask for more, refuse, send money back. Banks decide; the advice is beside it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.reference import edition
from pilotzone.reference.rates import rate
from pilotzone.rooms.fx.engine.amounts import amount_of, shown
from pilotzone.rooms.fx.engine.ledger import ASKED, CREDIT, DONE, REFUND, REFUSED, RETURN, SETTLE, Holding
from pilotzone.rooms.fx.engine.records import ALGORITHM, DIRECT, Advice
from pilotzone.rooms.fx.engine.records import CREDIT as CREDIT_ADVICE
from pilotzone.rooms.fx.engine.records import SETTLE as SETTLE_ADVICE
from pilotzone.rooms.fx.engine.refunds import refund as refund_advice
from pilotzone.rooms.fx.errors import refused, refused_as
from pilotzone.rooms.fx.models import Decision, Entry, QuotaYear, Receipt
from pilotzone.rooms.fx.operations.applying import advised
from pilotzone.rooms.fx.operations.linking import open_or_refused
from pilotzone.rooms.fx.operations.shown import RECEIPT, as_shown
from pilotzone.rooms.fx.queries import facts
from pilotzone.rooms.fx.queries.receipts import access_at_bank

DECISIONS = ("settle", "credit", "ask", "refuse")
BANK = "bank"
LONGEST_NOTE, LONGEST_REFERENCE = 300, 60
AGREES = {"settle": (DIRECT, SETTLE_ADVICE), "credit": (DIRECT, SETTLE_ADVICE, CREDIT_ADVICE)}


def decide(
    *, receipt: int, decision: str, reference: str, at: datetime, amount: Decimal | None = None, note: str = "",
    version: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The bank's decision: settle 结汇, credit 划转, ask 补充材料, refuse 不予办理. Without `amount`: all that is open.

    `reference` makes it idempotent. The advice is computed anew under the lock and kept beside the decision. A refusal,
    or a decision against the advice, needs its reason. `version`: as the page showed it. Raises Denied, Refused
    `rule.fx.*`, `kernel.record.moved`; then nothing is entered.
    """
    require("fx.decide")
    held = access_at_bank(receipt)
    if decision not in DECISIONS:
        raise refused("rule.fx.decision", text=decision[:20])
    note = whole(note, LONGEST_NOTE, "说明", "The note", field="note")
    actor, reference = current(), reference_of(reference)
    with scope(PLATFORM):
        locked = Receipt.objects.select_for_update().get(pk=held.pk)
        if Entry.objects.filter(receipt=locked, reference=reference, event__in=(SETTLE, CREDIT)).exists():
            return {"state": locked.state, "again": True}
        open_or_refused(locked)
        as_shown(RECEIPT, receipt, version, actor)
        if locked.applied_at is None:
            raise refused("rule.fx.not_applied")
        told = advised(locked, at=at, person=actor.person)
        if not note and told.outcome not in AGREES.get(decision, ()):
            raise refused("rule.fx.reason_wanted")
        moved = None
        if decision in AGREES:
            event = SETTLE if decision == "settle" else CREDIT
            moved = enter(locked, event, amount, reference, at=at)
            if told.counts_quota:
                _use_quota(locked, usd_of(locked, moved))
        locked.state, locked.decided_at = _state_after(locked, decision), at
        locked.save(update_fields=["state", "decided_at", "outcome", "counts_quota"])
        _kept_decision(locked, decision, told, note, moved, at=at, person=actor.person)
    after = {"decision": decision, "amount": None if moved is None else shown(moved), "advice": told.outcome}
    audit.record("fx.decide", object_kind="fx.receipt", object_id=receipt, after=after, reason=note)
    return {"state": locked.state, "again": False, "advice": told.as_dict()}


def _kept_decision(
    receipt: Receipt, decision: str, told: Advice, note: str, moved: Decimal | None, *, at: datetime, person: int | None
) -> None:  # fmt: skip
    """The bank's decision beside the advice of that moment, and told to the rooms that listen."""
    Decision.objects.create(
        receipt=receipt, maker=BANK, outcome=decision, amount=moved, note=note, advice=told.as_dict(),
        algorithm=ALGORITHM, edition=edition.version(), person=person, at=at,
    )  # fmt: skip
    row = {"receipt": receipt.pk, "bank": receipt.bank_id, "number": receipt.number, "decision": decision}
    events.publish("fx.decision", [row | {"amount": moved, "note": note}])


def _state_after(receipt: Receipt, decision: str) -> str:
    """Where a receipt stands once the bank decided and its entries are made."""
    if decision in (named := {"ask": ASKED, "refuse": REFUSED}):
        return named[decision]
    return DONE if holding(receipt).left == 0 else receipt.state


def send_back(
    *, receipt: int, amount: Decimal, reference: str, at: datetime, same_route: bool = True, registration: str = "",
    note: str = "", version: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """退汇: money goes back, unsettled or after settlement. `registration`: SAFE's number where the law asks for it.

    Raises Refused `rule.fx.refund_over`, `rule.fx.refund_register`, `kernel.record.moved`.
    """
    require("fx.decide")
    held, reference, actor = access_at_bank(receipt), reference_of(reference), current()
    registration = whole(registration, 40, "外汇局登记编号", "The number of SAFE's registration", field="registration")
    note = whole(
        note, LONGEST_NOTE - len(registration) - 1 if registration else LONGEST_NOTE, "说明", "The note", field="note"
    )
    with scope(PLATFORM):
        locked = Receipt.objects.select_for_update().get(pk=held.pk)
        if Entry.objects.filter(receipt=locked, reference=reference, event__in=(RETURN, REFUND)).exists():
            return {"state": locked.state, "again": True}
        as_shown(RECEIPT, receipt, version, actor)
        payee = facts.payee_of(locked)
        told = refund_advice(
            received_on=locked.received_on, on=day_of(at), usd=usd_of(locked, amount), klass=payee.klass,
            same_route=same_route,
        )  # fmt: skip
        if told.who != "bank" and not registration:
            raise refused_as(told.reason)
        moved = enter(locked, REFUND if holding(locked).left < amount else RETURN, amount, reference, at=at)
        if holding(locked).left == 0 and locked.state != REFUSED:
            locked.state = DONE
            locked.save(update_fields=["state"])
        Decision.objects.create(
            receipt=locked, maker=BANK, outcome="return", amount=moved, note=f"{registration} {note}".strip(),
            advice={"outcome": told.who, "reasons": [told.reason.as_texts()], "parameters": list(told.parameters)},
            algorithm="fx_refund/1", edition=edition.version(), person=actor.person, at=at,
        )  # fmt: skip
    after = {"amount": shown(moved), "special": told.special, "registration": registration}
    audit.record("fx.refund", object_kind="fx.receipt", object_id=receipt, after=after, reason=note)
    return {"state": locked.state, "again": False, "special": told.special, "reason": told.reason.as_texts()}


def reference_of(text: str) -> str:
    """The bank's own number of a decision, whole: cut off it would be another one's. Refused `text.long`."""
    return whole(text, LONGEST_REFERENCE, "银行业务编号", "The bank's reference", field="reference")


def holding(receipt: Receipt) -> Holding:
    """The receipt's money as it stands."""
    return Holding(receipt.amount, receipt.settled, receipt.credited, receipt.returned, receipt.refunded)


def usd_of(receipt: Receipt, amount: Decimal) -> Decimal:
    """A part of a receipt in dollars, by the receipt's own rate."""
    return (receipt.usd * amount / receipt.amount).quantize(Decimal("0.01"))


def enter(receipt: Receipt, event: str, amount: Decimal | None, reference: str, *, at: datetime) -> Decimal:
    """Enter an event on a locked receipt; the database moves its sums and guards them too."""
    before = holding(receipt)
    moved = before.left if amount is None else amount_of(amount, receipt.currency, on=receipt.received_on)
    if why := before.why_not(event, moved):
        raise refused_as(why)
    Entry.objects.create(
        receipt=receipt, event=event, amount=moved, usd=usd_of(receipt, moved), reference=reference, at=at
    )
    receipt.refresh_from_db(fields=["settled", "credited", "returned", "refunded"])
    return moved


def _use_quota(receipt: Receipt, usd: Decimal) -> None:
    """Book a person's year under its lock; never above the quota, whoever books at the same time."""
    limit = rate("fx.individual_quota_usd", on=receipt.received_on).number
    key = {"organisation_id": receipt.organisation_id, "year": receipt.received_on.year}
    QuotaYear.objects.get_or_create(**key, defaults={"limit_usd": limit})
    year = QuotaYear.objects.select_for_update().get(**key)
    if year.used_usd + usd > year.limit_usd:
        used, limit_shown = shown(year.used_usd), shown(year.limit_usd)
        raise refused("rule.fx.individual_over", source="汇发〔2007〕1号", used=used, usd=shown(usd), limit=limit_shown)
    QuotaYear.objects.filter(**key).update(used_usd=year.used_usd + usd)


__all__ = ["DECISIONS", "decide", "enter", "holding", "reference_of", "send_back", "usd_of"]
