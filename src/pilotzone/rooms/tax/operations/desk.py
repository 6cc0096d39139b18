"""What people do here: a buyer disputes a purchase, customs or a guarantor records a payment. Each is a batch of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.engine.payments import Paid, Payment
from pilotzone.rooms.tax.engine.quota_records import Booked, Dispute
from pilotzone.rooms.tax.errors import refused, refused_as
from pilotzone.rooms.tax.models import GuaranteeHold, QuotaHold, TaxBill
from pilotzone.rooms.tax.operations import payments
from pilotzone.rooms.tax.operations.quota import book

LONGEST = 50


def dispute(*, list_key: str, reference: str, at: datetime, settled: bool = False, reason: str = "") -> Booked:
    """不是我买的: mark what a list takes of the quota as disputed, or, `settled`, take the mark away.

    Needs an open scope that may see the list (its buyer, customs, tax); `reference` is the case number. Raises
    Refused `rule.quota.unknown_list` for a list the caller may not see, whether it exists or not.
    """
    if not QuotaHold.objects.filter(list_key=list_key).exists():
        raise refused("rule.quota.unknown_list", list_key=list_key[:200])
    verb = "tax.quota.settle" if settled else "tax.quota.dispute"
    audit.record(verb, object_kind="tax.list", object_id=list_key, after={"case": reference}, reason=reason)
    with scope(PLATFORM), connection.cursor() as cursor:
        booked = book(cursor, [Dispute(list_key, reference, settled)], at=at)[0]
        if booked.ok and not booked.again:
            events.publish(verb, [{"list_key": list_key, "case": reference, "year": booked.year}], cursor=cursor)
        return booked


def pay(
    *, receipt_no: str, paid_on: date, amount: Decimal, bills: Sequence[str], at: datetime, reason: str = ""
) -> Paid:  # fmt: skip
    """登记缴款: record that these bills are paid, as customs or as their guarantor. The same again changes nothing.

    Bills are paid whole. Raises Denied for who may not, Refused `rule.payment.*`; then nothing is recorded.
    """
    actor, reason = require("tax.pay"), whole(reason, 200, "理由", "The reason", field="reason")
    receipt_no, numbers = receipt_no.strip(), tuple(dict.fromkeys(bill.strip() for bill in bills if bill.strip()))
    if not receipt_no or len(receipt_no) > LONGEST or not numbers or any(len(one) > LONGEST for one in numbers):
        raise refused("rule.payment.bills")
    if paid_on > day_of(at):
        raise refused("rule.payment.future", day=paid_on)
    if actor.kind == ENTERPRISE:
        _guaranteed_by(actor.organisation or 0, numbers)
    after = {"amount": f"{amount:f}", "paid_on": paid_on.isoformat(), "bills": list(numbers)}
    with scope(PLATFORM), connection.cursor() as cursor:
        guarantor = actor.organisation or _guarantor_of(numbers)
        told = payments.pay(cursor, [Payment(receipt_no, paid_on, amount, numbers, guarantor)], at=at)[0]
        if told.reason is not None:
            raise refused_as(told.reason)
        if not told.again:
            events.publish("tax.payment", [{"receipt_no": receipt_no, **after}], cursor=cursor)
    if not told.again:
        audit.record("tax.payment", object_kind="tax.payment", object_id=receipt_no, after=after, reason=reason)
    return told


def _guaranteed_by(organisation: int, numbers: tuple[str, ...]) -> None:
    """Refused unless every bill is seen by the caller and its list held, or to be held, on the caller's guarantee."""
    code = Organisation.objects.filter(pk=organisation).values_list("customs_code", flat=True).first()
    seen = {bill.tax_no: bill for bill in TaxBill.objects.filter(tax_no__in=numbers)}
    lists = [bill.list_key for bill in seen.values() if bill.list_key]
    own = set(GuaranteeHold.objects.filter(list_key__in=lists).values_list("list_key", flat=True))
    for number in numbers:
        bill = seen.get(number)
        if bill is None or not (bill.list_key in own or (code and bill.assure_code == code)):
            raise refused("rule.payment.not_guarantor", number=number)


def _guarantor_of(numbers: tuple[str, ...]) -> int | None:
    """The one organisation that guarantees these bills; None where nobody or several do."""
    lists = list(TaxBill.objects.filter(tax_no__in=numbers).exclude(list_key="").values_list("list_key", flat=True))
    found = set(GuaranteeHold.objects.filter(list_key__in=lists).values_list("organisation_id", flat=True))
    return found.pop() if len(found) == 1 else None
