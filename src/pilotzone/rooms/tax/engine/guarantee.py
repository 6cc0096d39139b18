"""The tax guarantee 税款担保 of a firm as a ledger: held when a list is accepted, released when its tax is paid or it
came back (handbook §2.6). Never below zero. The twin of `quota.py`, decided the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pilotzone.base.money import CENT, yuan
from pilotzone.rooms.tax.engine.order import ZERO
from pilotzone.rooms.tax.errors import Reason, reason


@dataclass(frozen=True, slots=True)
class Deposit:
    """Customs accepted more guarantee (or, negative, gave some back). `paper`: cash or bank_letter; idempotent by
    `reference`, the number of the paper."""

    guarantor: int
    amount: Decimal
    reference: str
    paper: str = "cash"


@dataclass(slots=True)
class HoldTax:
    """A list was accepted: its estimated tax is held. A list with no tax holds nothing and is answered with yes."""

    list_key: str
    guarantor: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReleaseTax:
    """The tax is paid, or the list came back or was refused. `amount` None releases the rest; `reference` makes a
    partial release idempotent."""

    list_key: str
    amount: Decimal | None = None
    reference: str = ""


GuaranteeEvent = Deposit | HoldTax | ReleaseTax


@dataclass(frozen=True, slots=True)
class Account:
    """A guarantor's guarantee in yuan; `guarantor` is the organisation's id."""

    guarantor: int
    deposited: Decimal = ZERO
    held: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        """What the next list may take."""
        return self.deposited - self.held


@dataclass(frozen=True, slots=True)
class HeldTax:
    """What one list holds. `turn` counts how often it was held anew after having been released wholly."""

    list_key: str
    guarantor: int
    amount: Decimal
    released: Decimal = ZERO
    turn: int = 1

    @property
    def left(self) -> Decimal:
        """Still held."""
        return self.amount - self.released


@dataclass(frozen=True, slots=True)
class GuaranteeEntry:
    """One line of the statement; the changes of all entries add up to the account."""

    guarantor: int
    list_key: str
    turn: int
    event: str
    reference: str
    deposited_change: Decimal = ZERO
    held_change: Decimal = ZERO


@dataclass(slots=True)
class Guaranteed:
    """The answer to one event. `again`: it had been done before and changed nothing now."""

    event: str
    ok: bool
    list_key: str = ""
    again: bool = False
    reason: Reason | None = None
    guarantor: int = 0
    deposited: Decimal = ZERO
    held: Decimal = ZERO


class GuaranteeLedger:
    """The accounts, held lists and former references of one batch; `apply` decides event by event."""

    def __init__(
        self,
        accounts: Iterable[Account] = (),
        holds: Iterable[HeldTax] = (),
        done: Iterable[tuple[int, str, str, str]] = (),
    ) -> None:
        self.accounts = {account.guarantor: account for account in accounts}
        self.holds = {hold.list_key: hold for hold in holds}
        self.done = set(done)  # (guarantor, list key, event, reference) of DEPOSIT and RELEASE entries
        self.entries: list[GuaranteeEntry] = []
        self.dirty_accounts: set[int] = set()
        self.dirty_holds: set[str] = set()
        self._verbs: dict[type[Any], Callable[[Any], Guaranteed]] = {
            Deposit: self._deposit,
            HoldTax: self._hold,
            ReleaseTax: self._release,
        }

    def apply(self, event: GuaranteeEvent) -> Guaranteed:
        """Decide one event. The same event again is answered as before and books nothing."""
        return self._verbs[type(event)](event)

    def _deposit(self, event: Deposit) -> Guaranteed:
        verb = "DEPOSIT" if event.amount > 0 else "WITHDRAW"
        account = self._account(event.guarantor)
        if (event.guarantor, "", verb, event.reference) in self.done:
            return self._answer(verb, account, again=True)
        if not is_cents(event.amount) or not event.amount:
            return self._answer(verb, account, told=reason("rule.guarantee.amount"))
        if account.free + event.amount < 0:
            return self._answer(verb, account, told=_insufficient(account.free, -event.amount))
        entry = GuaranteeEntry(event.guarantor, "", 0, verb, event.reference, deposited_change=event.amount)
        return self._answer(verb, self._book(entry))

    def _hold(self, event: HoldTax) -> Guaranteed:
        account, hold = self._account(event.guarantor), self.holds.get(event.list_key)
        if not is_cents(event.amount) or event.amount < 0:
            return self._answer("HOLD", account, event.list_key, told=reason("rule.guarantee.amount"))
        left = hold.left if hold is not None else ZERO
        own = left if hold is not None and hold.guarantor == event.guarantor else ZERO
        if own == event.amount:
            return self._answer("HOLD", account, event.list_key, again=hold is not None)
        if event.amount - own > account.free:
            told = _insufficient(account.free + own, event.amount)
            return self._answer("HOLD", account, event.list_key, told=told)
        if hold is not None and left:
            self._let_go(hold, left, "changed")
        turn = 1 if hold is None else hold.turn + 1
        self.holds[event.list_key] = HeldTax(event.list_key, event.guarantor, event.amount, turn=turn)
        self.dirty_holds.add(event.list_key)
        entry = GuaranteeEntry(event.guarantor, event.list_key, turn, "HOLD", "", held_change=event.amount)
        return self._answer("HOLD", self._book(entry), event.list_key)

    def _release(self, event: ReleaseTax) -> Guaranteed:
        hold = self.holds.get(event.list_key)
        if hold is None:
            told = reason("rule.guarantee.unknown_list", list_key=event.list_key)
            return Guaranteed("RELEASE", False, event.list_key, reason=told)
        account = self._account(hold.guarantor)
        amount = hold.left if event.amount is None else event.amount
        named = bool(event.reference) and (hold.guarantor, hold.list_key, "RELEASE", event.reference) in self.done
        # the rest may be set free once more in a later turn, for the same reason as before
        if (named and event.amount is not None) or not hold.left:
            return self._answer("RELEASE", account, hold.list_key, again=True)
        if not is_cents(amount) or amount <= 0:
            return self._answer("RELEASE", account, hold.list_key, told=reason("rule.guarantee.amount"))
        if amount > hold.left:
            told = reason(
                "rule.guarantee.over_release", amount=yuan(amount), list_key=hold.list_key, left=yuan(hold.left)
            )
            return self._answer("RELEASE", account, hold.list_key, told=told)
        return self._answer("RELEASE", self._let_go(hold, amount, event.reference), hold.list_key)

    def _let_go(self, hold: HeldTax, amount: Decimal, reference: str) -> Account:
        self.holds[hold.list_key] = replace(hold, released=hold.released + amount)
        self.dirty_holds.add(hold.list_key)
        return self._book(
            GuaranteeEntry(hold.guarantor, hold.list_key, hold.turn, "RELEASE", reference, held_change=-amount)
        )

    def _book(self, entry: GuaranteeEntry) -> Account:
        self.entries.append(entry)
        self.done.add((entry.guarantor, entry.list_key, entry.event, entry.reference))
        account = self._account(entry.guarantor)
        moved = replace(
            account,
            deposited=account.deposited + entry.deposited_change,
            held=account.held + entry.held_change,
        )
        self.accounts[entry.guarantor] = moved
        self.dirty_accounts.add(entry.guarantor)
        return moved

    def _account(self, guarantor: int) -> Account:
        return self.accounts.setdefault(guarantor, Account(guarantor))

    def _answer(
        self, event: str, account: Account, list_key: str = "", *, again: bool = False, told: Reason | None = None
    ) -> Guaranteed:
        return Guaranteed(
            event, told is None, list_key, again, told, account.guarantor, account.deposited, account.held
        )


def is_cents(amount: Decimal) -> bool:
    """Whether the ledger can hold the amount: finite, whole cents, at most fourteen digits before the point."""
    return amount.is_finite() and abs(amount) < 10**14 and amount == amount.quantize(CENT)


def _insufficient(free: Decimal, amount: Decimal) -> Reason:
    return reason("rule.guarantee.insufficient", free=yuan(free), amount=yuan(amount))
