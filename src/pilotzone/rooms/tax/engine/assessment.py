"""What a computation answers: channel, taxes, reasons, and everything needed to unfold each amount later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.money import yuan
from pilotzone.reference.rates import Rate
from pilotzone.rooms.tax.engine.formulas import Taxes
from pilotzone.rooms.tax.engine.parameters import parameter
from pilotzone.rooms.tax.engine.unfold import Step, unfold
from pilotzone.rooms.tax.errors import Reason

ALGORITHM = "retail_import_tax/2016-04-08"


@dataclass(slots=True)
class ItemTax:
    """One line: its dutiable price (unrounded), its rates, and the taxes in whole cents."""

    line: int
    hs: str
    quantity: Decimal
    price: Decimal
    tariff_rate: Decimal
    excise_rate: Decimal
    specific: Decimal
    vat_rate: Decimal
    vat_class: str
    excise_class: str
    share: Decimal
    taxes: Taxes
    why_zh: str
    why_en: str
    told_by: str
    tag: str

    @property
    def tariff(self) -> Decimal:
        """Tariff in yuan."""
        return self.taxes.tariff

    @property
    def consumption_tax(self) -> Decimal:
        """Consumption tax in yuan."""
        return self.taxes.consumption_tax

    @property
    def vat(self) -> Decimal:
        """Value added tax in yuan."""
        return self.taxes.vat

    @property
    def total(self) -> Decimal:
        """All taxes of the line in yuan."""
        return self.taxes.total

    def as_dict(self) -> dict[str, Any]:
        """Plain data; money with two decimals, unrounded values in full."""
        return {
            "line": self.line,
            "hs": self.hs,
            "quantity": format(self.quantity, "f"),
            "price": format(self.price, "f"),
            "tariff": format(self.tariff, "f"),
            "consumption_tax": format(self.consumption_tax, "f"),
            "vat": format(self.vat, "f"),
            "rates": {
                "tariff": format(self.tariff_rate, "f"),
                "consumption_tax": format(self.excise_rate, "f"),
                "specific": format(self.specific, "f"),
                "vat": format(self.vat_rate, "f"),
                "vat_class": self.vat_class,
                "excise_class": self.excise_class,
                "share": format(self.share, "f"),
            },
            "statutory": {
                "consumption_tax": format(self.taxes.statutory_consumption_tax, "f"),
                "vat": format(self.taxes.statutory_vat, "f"),
            },
            "why_zh": self.why_zh,
            "why_en": self.why_en,
            "told_by": self.told_by,
            "tag": self.tag,
        }


@dataclass(slots=True)
class Assessment:
    """The answer for one order on one day.

    `channel`: cbec (70 %, no tariff), full (one piece above the single limit, all taxes in full) or refused.
    `row`: the deciding row of handbook §2.2. `price`: the order's dutiable price in whole cents; `counts`: what
    of it the annual quota counts. `total` in yuan; a refused order has no items and no tax in this channel.
    """

    on: date
    channel: str
    row: int
    price: Decimal
    used: Decimal
    counts: Decimal
    items: tuple[ItemTax, ...]
    total: Decimal
    reasons: tuple[Reason, ...]
    parameters: tuple[Rate, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Why these amounts: every formula with its inputs and the parameters behind it."""
        return unfold(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data to keep with the trade; `unfold` makes the steps of it years later."""
        return {
            "algorithm": ALGORITHM,
            "on": self.on.isoformat(),
            "channel": self.channel,
            "row": self.row,
            "price": yuan(self.price),
            "used": yuan(self.used),
            "counts": yuan(self.counts),
            "items": [item.as_dict() for item in self.items],
            "total": yuan(self.total),
            "reasons": [told.as_dict() for told in self.reasons],
            "parameters": [parameter(used) for used in self.parameters],
        }
