"""What the quota ledger is told, keeps and answers. Amounts are yuan in whole cents; a year is a calendar year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pilotzone.rooms.tax.engine.order import ZERO
from pilotzone.rooms.tax.errors import Reason

RESERVED, COMMITTED, VOIDED = "reserved", "committed", "voided"

Key = tuple[str, int]  # buyer key, year


@dataclass(slots=True)
class Reserve:
    """A list was accepted here on the Shanghai day `on`: book `amount` (the order's dutiable price) on that year."""

    list_key: str
    buyer_key: str
    on: date
    amount: Decimal

    @property
    def key(self) -> Key:
        """The balance it goes to."""
        return self.buyer_key, self.on.year


@dataclass(slots=True)
class Commit:
    """Customs released the list. The rest is needed only where this ledger refused or never saw it.

    `on` is the day customs accepted the list: its year is the one that counts.
    """

    list_key: str
    buyer_key: str = ""
    on: date | None = None
    amount: Decimal = ZERO

    @property
    def key(self) -> Key | None:
        """The balance it goes to, where it says so."""
        return (self.buyer_key, self.on.year) if self.buyer_key and self.on else None


@dataclass(frozen=True, slots=True)
class Void:
    """The list was rejected or cancelled: nothing of it counts any more."""

    list_key: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Restore:
    """Goods came back: `amount` counts no more in the year of the original release. `reference`: the return's number."""

    list_key: str
    amount: Decimal
    reference: str


@dataclass(frozen=True, slots=True)
class CustomsOver:
    """Receipt 1313 or -621018: customs refused `amount`, accepted on the day `on`, because the year does not hold it.

    `told_total`: the total customs named (used plus this list) or None. `reference`: the receipt's guid; `told_at`:
    its returnTime, a later word of customs stands.
    """

    list_key: str
    buyer_key: str
    on: date
    amount: Decimal
    told_at: datetime
    reference: str
    told_total: Decimal | None = None

    @property
    def key(self) -> Key:
        """The balance it speaks of."""
        return self.buyer_key, self.on.year


@dataclass(frozen=True, slots=True)
class Dispute:
    """不是我买的: the buyer disputes the list (or, with `settled`, the dispute is over). Marks, does not change, the use."""

    list_key: str
    reference: str
    settled: bool = False


Event = Reserve | Commit | Void | Restore | CustomsOver | Dispute


@dataclass(slots=True)
class Balance:
    """A buyer's year, in yuan. `customs_room`: the most customs may still accept, None while it said nothing."""

    buyer_key: str
    year: int
    limit: Decimal
    reserved: Decimal = ZERO
    used: Decimal = ZERO
    disputed: Decimal = ZERO
    exceeds: bool = False
    customs_room: Decimal | None = None
    customs_told_at: datetime | None = None


@dataclass(slots=True)
class Hold:
    """What one list takes of a year. `turn` counts how often it was booked anew after having been void."""

    list_key: str
    buyer_key: str
    year: int
    amount: Decimal
    state: str
    turn: int = 1
    given_back: Decimal = ZERO
    disputed: bool = False

    @property
    def key(self) -> Key:
        """Its balance."""
        return self.buyer_key, self.year

    @property
    def counted(self) -> Decimal:
        """What of it still counts."""
        return ZERO if self.state == VOIDED else self.amount - self.given_back


@dataclass(slots=True)
class Entry:
    """One line of the statement; the changes of all entries of a year add up to its balance."""

    list_key: str
    turn: int
    event: str
    reference: str
    buyer_key: str
    year: int
    amount: Decimal
    reserved_change: Decimal = ZERO
    used_change: Decimal = ZERO
    disputed_change: Decimal = ZERO


@dataclass(slots=True)
class Booked:
    """The answer to one event. `again`: it had been done before and changed nothing now."""

    list_key: str
    event: str
    ok: bool
    again: bool = False
    reason: Reason | None = None
    buyer_key: str = ""
    year: int = 0
    reserved: Decimal = ZERO
    used: Decimal = ZERO
    limit: Decimal = ZERO
