"""Indices between two periods, over the products sold in both (ILO/IMF, Export and Import Price Index Manual 2009, ch. 16–18).

Algorithm `indices.v1` (docs/algorithms/statistics_indices.md). `volume` exchanges prices and quantities.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from pilotzone.rooms.statistics.engine.indices.goods import Products, matched, period
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "indices.v1"
Rows = Sequence[tuple[float, float, float, float]]
Index = Callable[[Mapping[str, Products], str, str], float]


def laspeyres(goods: Mapping[str, Products], base: str, now: str) -> float:
    """Σ p₁q₀ ÷ Σ p₀q₀."""
    return _laspeyres(matched(goods, base, now), base, now)


def paasche(goods: Mapping[str, Products], base: str, now: str) -> float:
    """Σ p₁q₁ ÷ Σ p₀q₁."""
    return _paasche(matched(goods, base, now), base, now)


def fisher(goods: Mapping[str, Products], base: str, now: str) -> float:
    """The geometric mean of Laspeyres and Paasche."""
    rows = matched(goods, base, now)
    return math.sqrt(_laspeyres(rows, base, now) * _paasche(rows, base, now))


def tornqvist(goods: Mapping[str, Products], base: str, now: str) -> float:
    """exp Σ ½(s₀ + s₁) ln(p₁/p₀), s the shares of value."""
    return _tornqvist(matched(goods, base, now), base, now)


def lowe(goods: Mapping[str, Products], base: str, now: str, *, weights: str) -> float:
    """Σ p₁qᵦ ÷ Σ p₀qᵦ with the quantities of another period, over the products sold in all three."""
    fixed, old, new = period(goods, weights), period(goods, base), period(goods, now)
    common = sorted(fixed.keys() & old.keys() & new.keys())
    if not common:
        raise refused("statistics.index.unmatched", base=base, period=now)
    return _part(
        math.fsum(new[p][0] * fixed[p][1] for p in common),
        math.fsum(old[p][0] * fixed[p][1] for p in common),
        base,
        now,
    )


def unit_value(goods: Mapping[str, Products], base: str, now: str) -> float:
    """(Σ p₁q₁ ÷ Σ q₁) ÷ (Σ p₀q₀ ÷ Σ q₀): only of goods of one kind and one unit."""
    old, new = period(goods, base), period(goods, now)
    now_value = _part(math.fsum(p * q for p, q in new.values()), math.fsum(q for _, q in new.values()), base, now)
    return _part(
        now_value,
        _part(math.fsum(p * q for p, q in old.values()), math.fsum(q for _, q in old.values()), base, now),
        base,
        now,
    )


PRICE: dict[str, Index] = {"laspeyres": laspeyres, "paasche": paasche, "fisher": fisher, "tornqvist": tornqvist}


def volume(kind: str, goods: Mapping[str, Products], base: str, now: str) -> float:
    """The index of quantities of a kind in `PRICE`: the same formula with prices and quantities exchanged."""
    turned = {name: {one: (q, p) for one, (p, q) in goods.get(name, {}).items()} for name in (base, now)}
    return PRICE[kind](turned, base, now)


def _laspeyres(rows: Rows, base: str, now: str) -> float:
    return _part(math.fsum(p1 * q0 for _, q0, p1, _ in rows), math.fsum(p0 * q0 for p0, q0, _, _ in rows), base, now)


def _paasche(rows: Rows, base: str, now: str) -> float:
    return _part(math.fsum(p1 * q1 for *_, p1, q1 in rows), math.fsum(p0 * q1 for p0, _, _, q1 in rows), base, now)


def _tornqvist(rows: Rows, base: str, now: str) -> float:
    old, new = math.fsum(p0 * q0 for p0, q0, _, _ in rows), math.fsum(p1 * q1 for *_, p1, q1 in rows)
    return math.exp(
        math.fsum(
            0.5 * (_part(p0 * q0, old, base, now) + _part(p1 * q1, new, base, now)) * math.log(p1 / p0)
            for p0, q0, p1, q1 in rows
        )
    )


def _part(above: float, below: float, base: str, now: str) -> float:
    if below <= 0:
        raise refused("statistics.index.zero", base=base, period=now)
    return above / below
