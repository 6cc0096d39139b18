"""Identities between amounts: what was paid, what a line costs; weights; second units."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pilotzone.exchange.formats.findings import tolerance
from pilotzone.exchange.formats.rules.trouble import Trouble, number, plain

_PAID = ("goodsValue", "freight", "taxTotal", "discount")


def order_total(head: dict[str, str]) -> Iterator[Trouble]:
    """acturalPaid = goodsValue + freight + taxTotal - discount (spec §6.1 #13, M3)."""
    paid = number(head.get("acturalPaid"))
    goods, freight, tax, discount = (number(head.get(name)) for name in _PAID)
    if paid is None or goods is None or freight is None or tax is None or discount is None:
        return
    expected = goods + freight + tax - discount
    allowed = tolerance("order_total")
    if abs(paid - expected) > allowed:
        words = {
            "actual": plain(paid),
            "goods": plain(goods),
            "freight": plain(freight),
            "tax": plain(tax),
            "discount": plain(discount),
            "expected": plain(expected),
            "tolerance": plain(allowed),
        }
        yield Trouble("rule.order_total", "acturalPaid", words=words)


def line_total(line: dict[str, str]) -> Iterator[Trouble]:
    """totalPrice = qty × price (spec §6.1 #13, M6)."""
    total, qty, price = (number(line.get(name)) for name in ("totalPrice", "qty", "price"))
    if total is None or qty is None or price is None:
        return
    expected = qty * price
    allowed = tolerance("line_total")
    if abs(total - expected) > allowed:
        words = {
            "actual": plain(total),
            "qty": plain(qty),
            "price": plain(price),
            "expected": plain(expected),
            "tolerance": plain(allowed),
        }
        yield Trouble("rule.line_total", "totalPrice", words=words)


def net_over_gross(head: dict[str, str]) -> Iterator[Trouble]:
    """Net weight is at most gross weight (spec §6.1 #15)."""
    gross, net = number(head.get("grossWeight")), number(head.get("netWeight"))
    if gross is not None and net is not None and net > gross:
        yield Trouble("rule.net_over_gross", "netWeight", words={"net": plain(net), "gross": plain(gross)})


def second_unit(line: dict[str, str]) -> Iterator[Trouble]:
    """Second quantity and second unit go together, the quantity positive (spec §6.1 #15, -625009)."""
    unit, quantity = line.get("unit2") or "", number(line.get("qty2"))
    if bool(unit) != (quantity is not None) or (quantity is not None and quantity <= 0):
        yield Trouble("rule.second_unit", "unit2" if quantity is not None and not unit else "qty2")


# The quick yes: float says the same as Decimal where the numbers are plausible and far from the tolerance. A difference
# of plain floats below 10¹⁰ is wrong by less than 10⁻⁵.
_NEAR = 1e-5


def order_total_holds(head: dict[str, str]) -> bool:
    """Whether `order_total` certainly finds nothing in a head of plausible plain numbers."""
    try:
        paid, goods, freight = float(head["acturalPaid"]), float(head["goodsValue"]), float(head["freight"])
        expected = goods + freight + float(head["taxTotal"]) - float(head["discount"])
    except (KeyError, ValueError):
        return False
    return abs(paid - expected) < _allowed("order_total")


def line_total_holds(line: dict[str, str]) -> bool:
    """Whether `line_total` certainly finds nothing in a line of plausible plain numbers."""
    try:
        difference = float(line["totalPrice"]) - float(line["qty"]) * float(line["price"])
    except (KeyError, ValueError):
        return False
    return abs(difference) < _allowed("line_total")


def net_over_gross_holds(head: dict[str, str]) -> bool:
    """Whether `net_over_gross` certainly finds nothing."""
    gross, net = head.get("grossWeight"), head.get("netWeight")
    if not gross or not net:
        return True
    return net == gross or float(net) < float(gross)


def second_unit_holds(line: dict[str, str]) -> bool:
    """Whether `second_unit` certainly finds nothing."""
    unit, quantity = line.get("unit2"), line.get("qty2")
    return float(quantity) > 0 if unit and quantity else not unit and not quantity


@cache
def _allowed(name: str) -> float:
    return float(tolerance(name)) - _NEAR
