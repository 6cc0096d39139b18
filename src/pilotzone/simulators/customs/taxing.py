"""What a released list owes, line by line, as a bill's lines carry it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pilotzone.base.money import yuan
from pilotzone.rooms.tax import api as tax

KINDS = ("customsTax", "valueAddedTax", "consumptionTax")


def lines_of(head: dict[str, str], lines: Sequence[dict[str, str]], *, on: date) -> list[dict[str, str]]:
    """The lines of an 816 for an import list. Gap where the law or the goods of that day are unknown."""
    assessed = tax.assess(tax.declared(head, lines, on=on), on=on)
    return [
        {
            "gnum": line["gnum"],
            "gcode": line["gcode"],
            "taxPrice": yuan(item.price),
            "customsTax": yuan(item.tariff),
            "valueAddedTax": yuan(item.vat),
            "consumptionTax": yuan(item.consumption_tax),
        }
        for line, item in zip(lines, assessed.items, strict=True)
    ]
