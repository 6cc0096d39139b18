"""From a released list to its facts: one row a line, and once more where it came back.

Algorithm `counting.v1` (docs/algorithms/statistics_cube.md). Import value is CIF: goods plus freight and insurance, dealt to the
lines by value, to the cent and without a cent lost. Export value is FOB as declared. A line is valued at its month's rate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ALGORITHM = "counting.v1"
IMPORT, PORT, YUAN = "I", "40", "142"
RETURNS = frozenset({"9661", "1261"})  # return of e-commerce exports (data/codes/trade_mode.csv)
CENT = Decimal("0.01")
Worth = Callable[
    [Decimal, str, date], tuple[Decimal | None, Decimal | None]
]  # amount, currency, day → yuan and dollars


@dataclass(frozen=True, slots=True)
class Goods:
    """A line as it was declared; `legal_quantity` in the first legal unit, where the line tells it."""

    hs: str
    country: str
    amount: Decimal
    currency: str
    quantity: Decimal
    legal_quantity: Decimal | None = None
    legal_unit: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A released list; `unit` is the path of the seller's unit, empty for a seller of elsewhere; `back` the day it returned."""

    trade: int
    flow: str
    mode: str
    firm: int
    unit: str
    customs: str
    transport: str
    released: date
    back: date | None
    value: Decimal | None
    cost: Decimal
    lines: tuple[Goods, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A fact; amounts are None where no rate tells them. `orders` is 1 on a list's first line, so it adds up."""

    trade: int
    line: int
    back: bool
    day: date
    flow: str
    mode: str
    unit: str
    firm: int
    port: bool
    registered: bool
    hs: str
    country: str
    transport: str
    cny: Decimal | None
    usd: Decimal | None
    quantity: Decimal
    orders: int
    legal_quantity: Decimal | None = None
    legal_unit: str = ""

    @property
    def month(self) -> date:
        """The first day of its month."""
        return self.day.replace(day=1)


def counted(one: Listed, worth: Worth) -> list[Counted]:
    """The facts of a list, each valued by the day of its release, returns too.

    A list of returned goods (9661, 1261) counts nothing: what returns is counted with the list it came from, once.
    """
    if one.mode in RETURNS:
        return []
    lines = one.lines or (Goods("", "", one.value or Decimal(0), YUAN, Decimal(0)),)
    shares = (
        dealt(one.cost, [line.amount for line in lines])
        if one.flow == IMPORT and one.lines
        else [Decimal(0)] * len(lines)
    )
    told = []
    for number, (line, share) in enumerate(zip(lines, shares, strict=True), 1):
        known = bool(one.lines) or one.value is not None
        cny, usd = worth(line.amount + share, line.currency, one.released) if known else (None, None)
        for back, day in ((False, one.released), (True, one.back)):
            if day is not None:
                told.append(
                    Counted(
                        one.trade, number, back, day, one.flow, one.mode, one.unit, one.firm, one.customs.startswith(PORT),
                        bool(one.unit), line.hs[:10], line.country[:3], one.transport[:1], _cents(cny), _cents(usd),
                        line.quantity, int(number == 1), line.legal_quantity, line.legal_unit[:3],
                    )
                )  # fmt: skip
    return told


def dealt(whole: Decimal, by: Sequence[Decimal]) -> list[Decimal]:
    """`whole`, to the cent, in parts in proportion to `by`; they add up to it. By nothing: equal parts, the first the rest."""
    cents = whole.quantize(CENT, ROUND_HALF_UP)
    total = sum(by, Decimal(0))
    weights = list(by) if total else [Decimal(1)] * len(by)
    total = total or Decimal(len(by))
    parts = [(cents * weight / total).quantize(CENT, ROUND_DOWN) for weight in weights]
    rest = int((cents - sum(parts, Decimal(0))) / CENT)
    for at in range(abs(rest)):
        parts[at % len(parts)] += CENT if rest > 0 else -CENT
    return parts


def _cents(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT, ROUND_HALF_UP)
