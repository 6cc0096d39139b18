"""Single and annual limits: the decision table of handbook §2.2, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilotzone.base.money import yuan
from pilotzone.rooms.tax.engine.order import Order
from pilotzone.rooms.tax.engine.parameters import Parameters
from pilotzone.rooms.tax.errors import Reason, reason

CBEC, FULL, REFUSED = "cbec", "full", "refused"


@dataclass(frozen=True, slots=True)
class Ruling:
    """How an order may come in. `row` is the deciding row of handbook §2.2; reasons name every limit it breaks."""

    channel: str
    row: int
    reasons: tuple[Reason, ...]


def rule_on_limits(order: Order, price: Decimal, used: Decimal, law: Parameters) -> Ruling:
    """Rows 1 to 5 with the limits of the day. `price` and `used` in yuan, whole cents."""
    single, annual = law["import.limit.single"], law["import.limit.annual"]
    within_year = used + price <= annual
    if price <= single and within_year:
        return Ruling(CBEC, 1, ())
    if single < price < annual and within_year and is_one_piece(order):
        return Ruling(FULL, 3, (_single_piece(price, single, annual, law),))
    broken: list[tuple[int, Reason]] = []
    if price >= annual:
        broken.append((5, _over_annual(price, annual, law)))
    if not within_year:
        broken.append((4, over_year(price, used, annual, law.source("import.limit.annual"))))
    if price > single and not is_one_piece(order):
        broken.append((2, _several_pieces(price, single, law)))
    return Ruling(REFUSED, broken[0][0], tuple(told for _, told in broken))


def is_one_piece(order: Order) -> bool:
    """仅一件商品: one line with the quantity one. Two of the same goods are not one piece (handbook §2.2, B)."""
    return len(order.items) == 1 and order.items[0].quantity == 1


def over_year(price: Decimal, used: Decimal, limit: Decimal, source: str) -> Reason:
    """The annual limit is broken; also said by the quota ledger."""
    return reason("rule.limit.annual", source=source, used=yuan(used), price=yuan(price), limit=yuan(limit))


def _single_piece(price: Decimal, single: Decimal, annual: Decimal, law: Parameters) -> Reason:
    source = law.source("import.limit.single")
    return reason("rule.limit.single_piece", source=source, price=yuan(price), single=yuan(single), annual=yuan(annual))


def _over_annual(price: Decimal, annual: Decimal, law: Parameters) -> Reason:
    source = law.source("import.limit.annual")
    return reason("rule.limit.single_piece_over_annual", source=source, price=yuan(price), limit=yuan(annual))


def _several_pieces(price: Decimal, single: Decimal, law: Parameters) -> Reason:
    source = law.source("import.limit.single")
    return reason("rule.limit.single", source=source, price=yuan(price), limit=yuan(single))
