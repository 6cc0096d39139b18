"""What the match looks at: the documents of one trade, the day, and what is known about the buyer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal
from pilotzone.rooms.clearance.errors import Fault, Rule

Head = Mapping[str, str]


class Part(msgspec.Struct):
    """One document as the match reads it: its head with the personal fields, and its lines.

    `assessed`: a list's tax where it was worked out beforehand; the match does not look at it.
    """

    head: Head
    lines: Sequence[Head] = ()
    assessed: Any = None

    def amount(self, name: str) -> Decimal:
        """A number of the head; absent or unreadable counts as zero (the single-message checks refuse it)."""
        return number(self.head.get(name, ""))


@dataclass(frozen=True, slots=True)
class Identity:
    """What an authorised body said about the buyer's name and document: `matches` None where nobody asked.

    `valid_to` is the last day the answer counts; without one it has no end.
    """

    matches: bool | None = None
    authority: str = ""
    valid_to: date | None = None

    def says(self, matches: bool, on: date) -> bool:
        """Whether the answer is this one and still counts on that day."""
        return self.matches is matches and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far amounts may differ. `amount` in yuan (handbook M3, B); `ratio` of the withheld tax (spec §6.1 #13, C)."""

    amount: Decimal = Decimal("0.01")
    ratio: Decimal = Decimal("0.05")


class Case(msgspec.Struct):
    """A set that is complete, on the Shanghai day its last part came."""

    on: date
    order: Part
    waybill: Part
    list: Part
    payment: Part | None = None
    receipts: Part | None = None
    identity: Identity = msgspec.field(default_factory=Identity)
    tolerance: Tolerance = msgspec.field(default_factory=Tolerance)
    used_kg: Mapping[str, Decimal] = msgspec.field(default_factory=dict)


Check = Callable[[Case], "Fault | None"]


@lru_cache(maxsize=16384)  # the papers of a trade repeat their amounts
def number(text: str) -> Decimal:
    """A plain decimal, zero where there is none to read."""
    try:
        return decimal(text.strip())
    except Refused:
        return Decimal(0)


def same(left: str | None, right: str | None) -> bool:
    """Whether two texts agree but for blanks around them and the case of Latin letters."""
    return left == right or (left or "").strip().casefold() == (right or "").strip().casefold()


def compare(rule: Rule, left: Head, right: Head, pairs: Sequence[tuple[str, str]]) -> Fault | None:
    """A fault of `rule` naming the fields of `pairs` (left name, right name) that differ. Values are not repeated:
    they may be personal."""
    for name, other in pairs:
        if left.get(name) != right.get(other):
            break
    else:
        return None
    differing = [name for name, other in pairs if not same(left.get(name), right.get(other))]
    return rule.fault(fields="、".join(differing), fields_en=", ".join(differing)) if differing else None


def judge(case: Case, checks: Sequence[Check]) -> list[Fault]:
    """Every fault the checks find, in their order."""
    return [fault for check in checks if (fault := check(case)) is not None]
