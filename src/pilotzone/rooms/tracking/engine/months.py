"""From the events of a trade to the month it counts in: declared, released, returned, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pilotzone.base.days import day_of
from pilotzone.rooms.tracking.engine.told import REACHED, Line, Told

DECLARED = frozenset({"sent", "declaring", "at_customs", "stored"})
RELEASED = frozenset({"released", "closed"})
GONE_BACK = frozenset({"sent_back", "cancelled"})
COUNTED = DECLARED | RELEASED | GONE_BACK
REFUNDED = "clearance.refunded"


@dataclass(slots=True)
class Fact:
    """What of a trade is counted. Where it belongs is settled when it first counts; amounts when it is released.

    `unit` is the path of the seller's unit, empty for a seller of elsewhere; `firm` the seller, 0 where none is known;
    months are first days; amounts in yuan, None where nobody computed them. `given_back`: goods came back by a return, or
    the cancelled list was declared anew, which is another one (ADR 17): a release after that does not undo what came back.
    """

    trade: int
    unit: str = ""
    firm: int = 0
    flow: str = ""
    mode: str = ""
    declared: date | None = None
    released: date | None = None
    returned: date | None = None
    value: Decimal | None = None
    tax: Decimal | None = None
    given_back: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts in any month yet."""
        return self.declared is not None


@dataclass(frozen=True, slots=True)
class Figure:
    """A published cell: `unit` a path, empty for sellers of elsewhere, CITY for all; `way` as `way()`, WHOLE for all.

    Amounts are None where hidden (`hidden`; `returned` has a pattern of its own), `value` and `tax` (yuan) also where
    nobody computed them for some trade (`unvalued`).
    """

    unit: str
    way: str
    hidden: bool
    returned_hidden: bool
    unvalued: bool
    firms: int | None
    declared: int | None
    released: int | None
    returned: int | None
    value: Decimal | None
    tax: Decimal | None


@dataclass(frozen=True, slots=True)
class MonthRule:
    """By which rule a month was protected, and when it was published (zone time)."""

    month: date
    published_at: datetime
    algorithm: str
    firms: int
    top1: Decimal
    top2: Decimal
    tag: str
    revisions: tuple[date, ...] = ()  # days on which customs released lists again that counted as come back

    @property
    def top1_percent(self) -> str:
        """The share of the largest firm as people write it."""
        return f"{self.top1:.0%}"

    @property
    def top2_percent(self) -> str:
        """The share of the two largest firms as people write it."""
        return f"{self.top2:.0%}"


def month_of(at: datetime) -> date:
    """The first day of the Shanghai month."""
    return day_of(at).replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=32)).replace(day=1)


def closed(month: date, *, on: date, days: int) -> bool:
    """Whether a month is closed on a day: `days` after its end."""
    return on >= next_month(month) + timedelta(days=days)


def booked_month(at: datetime, told_on: date, *, days: int) -> date:
    """The month an event counts in: its own, or where that was closed when it was told, the first that was not."""
    month = month_of(at)
    while closed(month, on=told_on, days=days):
        month = next_month(month)
    return month


def matters(line: Line) -> bool:
    """Whether a line can move a fact at all."""
    return line.state in COUNTED or line.code == REFUNDED


def follow(fact: Fact, row: Told, line: Line, month: date) -> frozenset[date]:
    """Let a fact follow one line of an event row; the months that changed."""
    state, changed = line.state, set()
    reached = line.moved == REACHED
    if not fact.counts and reached and state in DECLARED | RELEASED:
        fact.unit, fact.flow, fact.mode = row.unit or "", row.flow or "", row.mode or ""
        fact.firm = (row.firms.ebc if row.firms is not None else 0) or 0
        fact.declared = month
        changed.add(month)
    if fact.returned is not None and reached and state in DECLARED:
        fact.given_back = True
    if fact.released is None and reached and state in RELEASED:
        fact.released, fact.value, fact.tax = month, _amount(row.value), _amount(row.tax)
        changed.add(month)
    elif fact.returned is not None and reached and state in RELEASED and not fact.given_back:
        changed.add(fact.returned)  # customs had cancelled the list and releases it again (ADR 17)
        fact.returned = None
    fact.given_back |= line.code == REFUNDED
    back = line.code == REFUNDED or (reached and state in GONE_BACK)
    if fact.released is not None and fact.returned is None and back:
        fact.returned = month
        changed.add(month)
    return frozenset(changed)


def way(flow: str, mode: str) -> str:
    """Direction and mode as one key: I9610."""
    return f"{flow}{mode}"


def _amount(told: str | None) -> Decimal | None:
    return Decimal(told) if told else None
