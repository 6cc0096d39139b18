"""Unit value indices of two months from customs lines: products sold in both, without those that would tell of a firm.

Algorithm `unit_values.v1` (docs/algorithms/statistics_indices.md). A product is goods code × first legal unit. A product that breaks the
rules of disclosure in either month enters no number, so that no index, and no difference of two, tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.engine.indices.bilateral import PRICE, volume
from pilotzone.rooms.statistics.engine.indices.goods import Products, by_period, matched
from pilotzone.rooms.statistics.engine.indices.unit_values import Line, trimmed
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "unit_values.v1"
KINDS = ("laspeyres", "paasche", "fisher", "tornqvist")


@dataclass(frozen=True, slots=True)
class Product:
    """A product sold in both months: unit values (yuan a unit), quantities, and their relation; None where it is hidden."""

    code: str
    unit_values: tuple[float, float] | None
    quantities: tuple[float, float] | None

    @property
    def relative(self) -> float | None:
        """The unit value of the month against that of the base."""
        return self.unit_values[1] / self.unit_values[0] if self.unit_values else None


@dataclass(frozen=True, slots=True)
class Used:
    """Of a month: yuan of the lines that could be used, of those left out as outliers, and of those that entered the indices."""

    usable: float
    outliers: float
    entered: float


@dataclass(frozen=True, slots=True)
class Compared:
    """Indices by kind (1 is no change), what they rest on, and how many products stand in one month only or are hidden."""

    prices: Mapping[str, float]
    volumes: Mapping[str, float]
    value: float
    products: tuple[Product, ...]
    base: Used
    now: Used
    single: int
    hidden: int
    outliers: int


def compared(lines: Iterable[Line], base: str, now: str, rules: Rules) -> Compared:
    """The indices of a month against a base. Refused `statistics.index.quantity`, `.unmatched`, `.protected`, `.value`."""
    found = trimmed(lines)
    everything = [*found.kept, *found.left_out]
    for period in (base, now):
        if not any(line.period == period for line in everything):
            raise refused("statistics.index.quantity", period=period)
    shares = _by_firm(found.kept)
    sold = {period: {product for at, product in shares if at == period} for period in (base, now)}
    both = sold[base] & sold[now]
    if not both:
        raise refused("statistics.index.unmatched", base=base, period=now)
    shut = {one for one in both if any(rules.broken(shares[period, one]) for period in (base, now))}
    if shut == both:
        raise refused("statistics.index.protected", base=base, period=now)
    goods = by_period(sale for sale in found.sales if sale.product in both - shut)
    return Compared(
        {kind: PRICE[kind](goods, base, now) for kind in KINDS},
        {kind: volume(kind, goods, base, now) for kind in KINDS},
        _value(goods[now]) / _value(goods[base]),
        tuple(_product(one, goods, base, now, one in shut) for one in sorted(both)),
        _used(everything, found.left_out, goods, base), _used(everything, found.left_out, goods, now),
        len(sold[base] ^ sold[now]), len(shut), len(found.left_out),
    )  # fmt: skip


def chapters(compared_: Compared) -> dict[str, tuple[float, float, float]]:
    """Chapter → Fisher's index of unit values, of volumes, and its part of the month's value; of what enters the whole alone."""
    groups: dict[str, list[Product]] = {}
    for one in compared_.products:
        if one.unit_values:
            groups.setdefault(one.code[:2], []).append(one)
    told = {}
    for code, found in sorted(groups.items()):
        goods = {
            period: {one.code: (one.unit_values[at], one.quantities[at]) for one in found if one.unit_values and one.quantities}
            for at, period in enumerate("01")
        }  # fmt: skip
        told[code] = (
            PRICE["fisher"](goods, "0", "1"), volume("fisher", goods, "0", "1"), _value(goods["1"]) / compared_.now.entered,
        )  # fmt: skip
    return told


def _by_firm(lines: Iterable[Line]) -> dict[tuple[str, str], dict[str, float]]:
    told: dict[tuple[str, str], dict[str, float]] = {}
    for line in lines:
        amounts = told.setdefault((line.period, line.product), {})
        amounts[line.firm] = amounts.get(line.firm, 0.0) + line.value
    return told


def _product(code: str, goods: Mapping[str, Products], base: str, now: str, shut: bool) -> Product:
    if shut:
        return Product(code, None, None)
    ((old, before, new, after),) = matched({period: {code: goods[period][code]} for period in (base, now)}, base, now)
    return Product(code, (old, new), (before, after))


def _value(products: Products) -> float:
    return sum(price * quantity for price, quantity in products.values())


def _used(every: Iterable[Line], out: Iterable[Line], goods: Mapping[str, Products], period: str) -> Used:
    return Used(
        sum(line.value for line in every if line.period == period),
        sum(line.value for line in out if line.period == period),
        _value(goods[period]),
    )
