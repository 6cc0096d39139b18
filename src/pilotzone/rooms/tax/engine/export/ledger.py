"""The refund ledger of a firm: what is applied for, refunded, clawed back; a released line is refunded at most once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pilotzone.rooms.tax.errors import refused

Key = tuple[str, int]
APPLY, WITHDRAW, REFUND, TOP_UP, CLAW, UNCLAW = "APPLY", "WITHDRAW", "REFUND", "TOP_UP", "CLAW", "UNCLAW"
EVENTS = (APPLY, WITHDRAW, REFUND, TOP_UP, CLAW, UNCLAW)
FREE, APPLIED, REFUNDED = "free", "applied", "refunded"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the statement: the changes of the three sums, in yuan."""

    key: Key
    event: str
    applied: Decimal
    refunded: Decimal
    clawed: Decimal


@dataclass(slots=True)
class Standing:
    """Where a line stands: its state, amount applied for, paid (refund and top-ups), paid back."""

    state: str = FREE
    amount: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    clawed: Decimal = Decimal(0)


@dataclass
class RefundLedger:
    """Decides entries; every verb is all or nothing."""

    lines: dict[Key, Standing] = field(default_factory=dict)

    def apply(self, amounts: Mapping[Key, Decimal]) -> list[Entry]:
        """Apply for lines that are free. Refused `rule.export.refunded_already`, `rule.export.money`."""
        for key, amount in amounts.items():
            if self._at(key).state != FREE:
                raise refused("rule.export.refunded_already", list_no=key[0], line_no=key[1])
            if amount < 0:
                raise refused("rule.export.money", name=f"{key[0]}-{key[1]}", value=format(amount, "f"))
        told = []
        for key, amount in amounts.items():
            standing = self.lines.setdefault(key, Standing())
            standing.state, standing.amount = APPLIED, amount
            told.append(Entry(key, APPLY, amount, Decimal(0), Decimal(0)))
        return told

    def withdraw(self, keys: Iterable[Key]) -> list[Entry]:
        """Refused by the authority or taken back by the firm: the lines are free again."""
        told = []
        for key in self._all(keys, APPLIED):
            standing = self.lines[key]
            told.append(Entry(key, WITHDRAW, -standing.amount, Decimal(0), Decimal(0)))
            standing.state, standing.amount = FREE, Decimal(0)
        return told

    def refund(self, keys: Iterable[Key]) -> list[Entry]:
        """Paid by the treasury."""
        told = []
        for key in self._all(keys, APPLIED):
            standing = self.lines[key]
            standing.state, standing.refunded = REFUNDED, standing.amount
            told.append(Entry(key, REFUND, -standing.amount, standing.amount, Decimal(0)))
        return told

    def change(self, key: Key, difference: Decimal) -> list[Entry]:
        """After a settlement or an audit: paid in addition (above zero) or paid back, never more than was paid."""
        (key,) = self._all([key], REFUNDED)
        standing = self.lines[key]
        if difference == 0:
            return []
        if difference > 0:
            standing.refunded += difference
            return [Entry(key, TOP_UP, Decimal(0), difference, Decimal(0))]
        if standing.clawed - difference > standing.refunded:
            raise refused("rule.export.claw_exceeds", list_no=key[0], line_no=key[1])
        standing.clawed -= difference
        return [Entry(key, CLAW, Decimal(0), Decimal(0), -difference)]

    def unclaw(self, key: Key, amount: Decimal) -> list[Entry]:
        """What was paid back has no more ground: it counts as refunded again. Never more than was paid back."""
        (key,) = self._all([key], REFUNDED)
        standing = self.lines[key]
        if not 0 <= amount <= standing.clawed:
            raise refused("rule.export.money", name=f"{key[0]}-{key[1]}", value=format(amount, "f"))
        standing.clawed -= amount
        return [Entry(key, UNCLAW, Decimal(0), Decimal(0), -amount)] if amount else []

    def _at(self, key: Key) -> Standing:
        return self.lines.get(key, Standing())

    def _all(self, keys: Iterable[Key], state: str) -> list[Key]:
        wanted = list(dict.fromkeys(keys))
        for key in wanted:
            if self._at(key).state != state:
                raise refused("rule.export.not_standing", list_no=key[0], line_no=key[1])
        return wanted
