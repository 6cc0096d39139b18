"""What is sold: by period and product a price and a quantity. The ground of every index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pilotzone.rooms.statistics.errors import refused

Products = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sale:
    """One row of data: value is price × quantity."""

    period: str
    product: str
    price: float
    quantity: float


def by_period(sales: Iterable[Sale]) -> dict[str, dict[str, tuple[float, float]]]:
    """Period → product → (unit value, quantity): rows of one product are added up to their unit value.

    A price that is not positive, a negative quantity or NaN is refused `statistics.index.value`; rows of quantity 0 say nothing.
    """
    sums: dict[str, dict[str, tuple[float, float]]] = {}
    for sale in sales:
        good = math.isfinite(sale.price) and math.isfinite(sale.quantity) and sale.price > 0 and sale.quantity >= 0
        if not good:
            raise refused("statistics.index.value", product=sale.product, period=sale.period)
        found = sums.setdefault(sale.period, {})
        if sale.quantity:
            value, quantity = found.get(sale.product, (0.0, 0.0))
            found[sale.product] = (value + sale.price * sale.quantity, quantity + sale.quantity)
    return {p: {one: (v / q, q) for one, (v, q) in found.items()} for p, found in sums.items()}


def period(goods: Mapping[str, Products], name: str) -> Products:
    """What was sold in a period; `statistics.index.period` where nothing was."""
    if not goods.get(name):
        raise refused("statistics.index.period", period=name)
    return goods[name]


def matched(goods: Mapping[str, Products], base: str, now: str) -> list[tuple[float, float, float, float]]:
    """(p₀, q₀, p₁, q₁) of the products sold in both periods; `statistics.index.unmatched` where there are none."""
    old, new = period(goods, base), period(goods, now)
    found = [(*old[one], *new[one]) for one in sorted(old.keys() & new.keys())]
    if not found:
        raise refused("statistics.index.unmatched", base=base, period=now)
    return found
