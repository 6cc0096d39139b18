"""Goods that come back: which tax is not levied and which quota is given back, line by line (handbook §2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilotzone.base.money import to_cents
from pilotzone.rooms.tax.engine.order import ZERO
from pilotzone.rooms.tax.engine.unfold import Record
from pilotzone.rooms.tax.errors import refused

_KINDS = ("tariff", "consumption_tax", "vat")


@dataclass(frozen=True, slots=True)
class ReturnShare:
    """What a return undoes, in yuan: the three taxes and the dutiable price that the quota gives back."""

    tariff: Decimal = ZERO
    consumption_tax: Decimal = ZERO
    vat: Decimal = ZERO
    quota: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        """All taxes together."""
        return self.tariff + self.consumption_tax + self.vat


def return_share(
    record: Record, returned: Mapping[int, Decimal], before: Mapping[int, Decimal] | None = None
) -> ReturnShare:
    """The share of an assessment's record that a return undoes, pro rata by quantity within each line.

    `returned`: line number → quantity coming back now; `before`: what of it came back earlier. Several part returns
    add up to the whole to the cent. Raises Refused for a line that is not there or more than was released.
    """
    earlier = before or {}
    lines = {item["line"]: item for item in record["items"]}
    total = _worth(record, lines, {}, earlier)
    after = _worth(record, lines, returned, earlier)
    return ReturnShare(*(now - then for now, then in zip(after, total, strict=True)))


def _worth(
    record: Record, lines: Mapping[int, Record], returned: Mapping[int, Decimal], before: Mapping[int, Decimal]
) -> tuple[Decimal, ...]:
    """Taxes by kind and quota of everything that came back so far, `returned` included."""
    sums = dict.fromkeys(_KINDS, ZERO)
    price = ZERO
    whole = True
    for number in {*returned, *before} - lines.keys():
        raise refused("rule.return.line", line=number)
    for number, item in lines.items():
        released = Decimal(item["quantity"])
        back = before.get(number, ZERO) + _quantity(number, returned)
        if back > released:
            raise refused("rule.return.quantity", line=number, quantity=item["quantity"])
        whole &= back == released
        for kind in _KINDS:
            sums[kind] += to_cents(Decimal(item[kind]) * back / released)
        price += Decimal(item["price"]) * back / released
    # the quota counted the order's price in whole cents: everything back gives exactly that back
    quota = Decimal(record["counts"]) if whole else min(to_cents(price), Decimal(record["counts"]))
    return (*sums.values(), quota)


def _quantity(number: int, returned: Mapping[int, Decimal]) -> Decimal:
    quantity = returned.get(number, ZERO)
    if number in returned and not quantity > 0:
        raise refused("rule.tax.quantity", line=number)
    return quantity
