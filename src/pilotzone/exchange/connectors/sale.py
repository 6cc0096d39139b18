"""One neutral record of a marketplace order, and whether its money adds up."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pilotzone.base.money import decimal, to_cents

ZERO = Decimal("0")


@dataclass(frozen=True)
class Line:
    """Goods of an order. `amount` is what the marketplace asks for the whole line before order discounts.

    `price` is of one piece, any number of decimals; where the marketplace tells only the amount, `price_of` divides it.
    """

    sku: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Sale:
    """An order as the marketplace tells it. Moments are UTC; amounts are Decimal in `currency` (ISO 4217).

    `goods` is the sum of lines the marketplace states itself, None where it states none. `discount` lowers the price
    (positive), `fees` are further things the buyer pays (gift wrap, duties, tips). `tax_included` says that prices
    hold the tax already. `total` is what the buyer pays. `country` is ISO 3166 alpha-2, empty where unknown.
    """

    platform: str
    number: str
    status: str
    created: datetime
    updated: datetime
    currency: str
    buyer: str
    country: str
    lines: tuple[Line, ...]
    total: Decimal
    freight: Decimal = ZERO
    discount: Decimal = ZERO
    tax: Decimal = ZERO
    fees: Decimal = ZERO
    tax_included: bool = False
    goods: Decimal | None = None
    other: dict[str, str] = field(default_factory=dict)

    @property
    def lines_total(self) -> Decimal:
        """The lines' amounts added up."""
        return sum((line.amount for line in self.lines), ZERO)

    def as_dict(self) -> dict[str, Any]:
        """Plain data: amounts as text, moments in ISO form."""
        return plain(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Sale:
        """The sale that `as_dict` told."""
        parts = dict(told)
        for name in ("created", "updated"):
            parts[name] = moment(parts[name])
        for name in ("total", "freight", "discount", "tax", "fees", "goods"):
            parts[name] = None if parts[name] is None else Decimal(parts[name])
        parts["lines"] = tuple(
            Line(line["sku"], line["name"], *(Decimal(line[name]) for name in ("quantity", "price", "amount")))
            for line in parts["lines"]
        )
        return cls(**parts)


@dataclass(frozen=True)
class Difference:
    """`where` the money does not add up: `line N`, `goods`, `total`; `stated` by the marketplace, `expected` by us."""

    where: str
    expected: Decimal
    stated: Decimal

    @property
    def by(self) -> Decimal:
        """Stated less expected, to the cent."""
        return to_cents(self.stated) - to_cents(self.expected)


def reconcile(sale: Sale) -> tuple[Difference, ...]:
    """Every identity that does not hold to the cent; empty where the money adds up.

    line N: amount = quantity × price. goods: what is stated = the lines. total = goods + freight + fees − discount,
    and the tax where prices do not hold it. An order told without lines is measured by its stated goods.
    """
    found = [
        Difference(f"line {number}", line.quantity * line.price, line.amount)
        for number, line in enumerate(sale.lines, start=1)
    ]
    goods = sale.lines_total
    if sale.goods is not None:
        if sale.lines:
            found.append(Difference("goods", goods, sale.goods))
        else:
            goods = sale.goods
    taxes = ZERO if sale.tax_included else sale.tax
    found.append(Difference("total", goods + sale.freight + sale.fees - sale.discount + taxes, sale.total))
    return tuple(one for one in found if one.by)


def amount(told: Any) -> Decimal:
    """An amount a marketplace wrote as text or number; nothing is zero. Raises Refused `rule.number`."""
    if told is None or told == "":
        return ZERO
    if isinstance(told, bool | float):  # answers are read with Decimal; a float has lost its cents already
        raise TypeError(f"{told!r} is no amount")
    text = str(told)
    try:
        return decimal(text)
    except Exception:
        # JSON numbers may come as 1E+2; texts may not
        if isinstance(told, Decimal) and told.is_finite():
            return decimal(format(told, "f"))
        raise


def price_of(whole: Decimal, quantity: Decimal) -> Decimal:
    """The price of one piece where only the whole is told; nothing for a line of no pieces."""
    try:
        return whole / quantity
    except (InvalidOperation, ZeroDivisionError):
        return ZERO


def moment(text: str) -> datetime:
    """An ISO 8601 moment in UTC; one without offset is taken for UTC. ValueError for anything else."""
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def plain(record: Any) -> dict[str, Any]:
    """A record of ours (a dataclass) as plain data: amounts as text, moments in ISO form."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(record), default=_plain))
    return told


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else format(value, "f")
