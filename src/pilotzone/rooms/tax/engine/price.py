"""The dutiable price 完税价格: what was paid for the goods, plus freight and insurance (财关税〔2016〕18号)."""

from __future__ import annotations

from decimal import Decimal

from pilotzone.base.money import apportion, to_cents
from pilotzone.rooms.tax.engine.order import OPEN_TO_ALL, ZERO, Item, Order
from pilotzone.rooms.tax.errors import refused


def dutiable_prices(order: Order) -> tuple[Decimal, ...]:
    """The unrounded dutiable price of each line; they add up exactly to price + freight + insurance − discounts.

    Discounts open to all are shared by price; vouchers, coupons and points pay the price and are not deducted.
    Freight and insurance are shared by price, or by weight where the order says so (handbook §2.2, B).
    """
    prices = [item.price for item in order.items]
    rebate = sum((d.amount for d in order.discounts if d.kind == OPEN_TO_ALL), ZERO)
    if rebate >= sum(prices, ZERO):
        raise refused("rule.tax.discount_exceeds")
    if rebate:
        prices = [price - share for price, share in zip(prices, apportion(rebate, prices), strict=True)]
    carriage = order.freight + order.insurance
    if carriage:
        shares = apportion(carriage, _weights(order.items) if order.spread_by == "weight" else prices)
        prices = [price + share for price, share in zip(prices, shares, strict=True)]
    return tuple(prices)


def order_price(prices: tuple[Decimal, ...]) -> Decimal:
    """The order's dutiable price in whole cents: what limits compare and the quota counts (handbook §0.1)."""
    return to_cents(sum(prices, ZERO))


def _weights(items: tuple[Item, ...]) -> list[Decimal]:
    weights = [item.weight for item in items if item.weight is not None]
    if len(weights) != len(items):
        raise refused("rule.tax.weight")
    return weights
