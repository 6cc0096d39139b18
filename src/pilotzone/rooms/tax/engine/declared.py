"""From a declared import list (CEB621) to what is taxed: the statutory quantities become measures.

The one place for page, pipeline, counterpart and batch. Quantities: 035 千克, 036 克 and 095 升 tell the content; the
pieces of sheet goods (`ct.cosmetics.sheet_goods`) are their second statutory quantity, sheets and not boxes
(handbook §2.4, "Unit trap").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.base.money import decimal
from pilotzone.reference.rates import rate
from pilotzone.rooms.tax.engine.order import Item, Order

KILOGRAM, GRAM, LITRE = "035", "036", "095"
_GRAMS = {KILOGRAM: Decimal(1000), GRAM: Decimal(1)}
_THOUSAND = Decimal(1000)


def declared(head: Mapping[str, str], lines: Sequence[Mapping[str, str]], *, on: date) -> Order:
    """The order a list declares: its lines with measures, freight and insurance in yuan.

    Raises Refused `rule.number` for a text that is no number.
    """
    sheets = _sheet_goods(on)
    return Order(
        items=tuple(_item(line, sheets) for line in lines),
        freight=decimal(head.get("freight") or "0"),
        insurance=decimal(head.get("insuredFee") or "0"),
    )


def _item(line: Mapping[str, str], sheets: frozenset[str]) -> Item:
    quantity = decimal(line["qty"])
    measures = _measures(line)
    content = next((measures[unit] * grams for unit, grams in _GRAMS.items() if unit in measures), None)
    litres = measures.get(LITRE)
    by_sheet = line["gcode"] in sheets and line.get("qty2")
    return Item(
        quantity=quantity,
        unit_price=decimal(line["price"]),
        hs=line["gcode"],
        content=None if by_sheet else content if content is not None else _millilitres(litres),
        pieces=decimal(line["qty2"]) if by_sheet else None,
        litres=litres,
        weight=measures.get(KILOGRAM),
    )


def _measures(line: Mapping[str, str]) -> dict[str, Decimal]:
    """Unit code → quantity of the line, from both statutory units."""
    told = ((line.get("unit1"), line.get("qty1")), (line.get("unit2"), line.get("qty2")))
    return {unit: decimal(quantity) for unit, quantity in told if unit and quantity}


def _millilitres(litres: Decimal | None) -> Decimal | None:
    return None if litres is None else litres * _THOUSAND


def _sheet_goods(on: date) -> frozenset[str]:
    try:
        return frozenset(str(rate("ct.cosmetics.sheet_goods", on=on).value).split("/"))
    except Gap:  # before the mark by sheet existed no goods were judged by it
        return frozenset()
