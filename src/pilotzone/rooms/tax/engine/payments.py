"""Facts of payment 缴款: a receipt number, a day, an amount and the bills it pays. The twin of `guarantee.py`.

No document says how a platform learns that a bill is paid (CEB818 knows made, summed up and cancelled only); this
record of it is the platform's own (tag P). A bill is paid whole or not at all, and by one receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pilotzone.base.money import to_cents, yuan
from pilotzone.rooms.tax.engine.bills import CANCELLED
from pilotzone.rooms.tax.engine.guarantee import is_cents
from pilotzone.rooms.tax.engine.order import ZERO
from pilotzone.rooms.tax.engine.parameters import Parameters
from pilotzone.rooms.tax.errors import Reason, reason

SETTLED, WAITING, DIFFERS = "settled", "waiting", "differs"


@dataclass(frozen=True, slots=True)
class Payment:
    """`receipt_no` makes it idempotent; `amount` in yuan, without late fee; `bills` by number, in any order.

    `guarantor`: the organisation that paid, None where the notice does not say. `raw`: the notice as it came.
    """

    receipt_no: str
    paid_on: date
    amount: Decimal
    bills: tuple[str, ...]
    guarantor: int | None = None
    channel: str = "desk"
    raw: bytes = b""

    def says(self) -> tuple[date, Decimal, frozenset[str]]:
        """What two tellings of one payment have in common."""
        return self.paid_on, self.amount, frozenset(self.bills)


@dataclass(frozen=True, slots=True)
class Standing:
    """A bill as far as payment is concerned; `amount` is customs' sum in cents, None while only its status came."""

    tax_no: str
    status: str
    amount: Decimal | None = None
    receipt_no: str = ""

    @property
    def closed(self) -> bool:
        """Nothing is owed on it any more: paid, or cancelled by customs."""
        return bool(self.receipt_no) or self.status == CANCELLED


@dataclass(frozen=True, slots=True)
class Paid:
    """The answer to one payment. `state` of a refused one: it waits for its bills, or differs from them."""

    receipt_no: str
    state: str
    again: bool = False
    reason: Reason | None = None

    @property
    def ok(self) -> bool:
        """Whether its bills are paid."""
        return self.state == SETTLED and self.reason is None


class PaymentBook:
    """The bills and former receipts of one batch; `apply` decides payment by payment."""

    def __init__(self, bills: Iterable[Standing] = (), known: Iterable[tuple[Payment, str]] = ()) -> None:
        self.bills = {bill.tax_no: bill for bill in bills}
        self.payments = {payment.receipt_no: payment for payment, _ in known}
        self.states = {payment.receipt_no: state for payment, state in known}
        self.dirty: set[str] = set()

    def apply(self, payment: Payment) -> Paid:
        """Decide one fact. The same again changes nothing; one that waits is tried again when its bills are known."""
        before = self.payments.get(payment.receipt_no)
        if before is not None and before.says() != payment.says():
            taken = reason("rule.payment.receipt_taken", receipt=payment.receipt_no)
            return Paid(payment.receipt_no, self.states[payment.receipt_no], reason=taken)
        if before is not None and self.states[payment.receipt_no] == SETTLED:
            return Paid(payment.receipt_no, SETTLED, again=True)
        told, state = self._judged(payment)
        if told is None:
            for number in payment.bills:
                self.bills[number] = replace(self.bills[number], receipt_no=payment.receipt_no)
        if self.states.get(payment.receipt_no) != state:
            self.dirty.add(payment.receipt_no)
        self.payments[payment.receipt_no], self.states[payment.receipt_no] = payment, state
        return Paid(payment.receipt_no, state, reason=told)

    def _judged(self, payment: Payment) -> tuple[Reason | None, str]:
        if (wrong := no_payment(payment)) is not None:
            return wrong, DIFFERS
        due = ZERO
        for number in payment.bills:
            bill = self.bills.get(number)
            if bill is None or bill.amount is None:
                return reason("rule.payment.unknown_bill", number=number), WAITING
            if bill.receipt_no:
                told = reason("rule.payment.paid_already", number=number, receipt=bill.receipt_no)
                return told, DIFFERS
            if bill.status == CANCELLED:
                return reason("rule.payment.cancelled", number=number), DIFFERS
            due += bill.amount
        if due != payment.amount:
            return reason("rule.payment.partial", amount=yuan(payment.amount), due=yuan(due)), DIFFERS
        return None, SETTLED


def no_payment(payment: Payment) -> Reason | None:
    """Why this cannot be a payment at all, whatever the bills say; None where it can."""
    if not payment.bills or len(set(payment.bills)) != len(payment.bills):
        return reason("rule.payment.bills")
    if not is_cents(payment.amount) or payment.amount <= 0:
        return reason("rule.payment.amount")
    return None


def free_of(bills: Iterable[Standing]) -> bool:
    """Whether the guarantee of a list is set free: it has bills, and nothing is owed on any of them."""
    told = list(bills)
    return bool(told) and all(bill.closed for bill in told)


def late_fee(amount: Decimal, last_day: date, on: date) -> Decimal:
    """滞纳金 from the day after the last day to pay up to and with `on`; zero below the smallest amount levied."""
    late = (on - last_day).days
    if late <= 0:
        return ZERO
    law = Parameters(on)
    fee = to_cents(amount * law["import.tax.late_fee_rate"] * late)
    return fee if fee >= law["import.tax.late_fee_min"] else ZERO
