"""From a declared import list (CEB621) to what is taxed: the statutory quantities become measures.

The one place for page, pipeline, counterpart and batch. The pieces of sheet goods (`ct.cosmetics.sheet_goods`) are
their second statutory quantity, sheets and not boxes (handbook §2.4, "Unit trap"); such goods are judged by sheet
alone, all other cosmetics by content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.base.money import decimal
from pilotzone.reference.rates import rate
from pilotzone.rooms.tax.engine.order import Item, Order

Line = Mapping[str, str]

# customs unit code → how many of the measure one unit is: 035 千克, 036 克, 095 升, 096 毫升, 063 千升
_CONTENT = {"035": Decimal(1000), "036": Decimal(1), "095": Decimal(1000), "096": Decimal(1)}  # g or ml
_LITRES = {"095": Decimal(1), "096": Decimal("0.001"), "063": Decimal(1000)}
_KILOGRAMS = {"035": Decimal(1), "036": Decimal("0.001")}


def declared(head: Line, lines: Sequence[Line], *, on: date) -> Order:
    """The order a list declares: its lines with measures, freight and insurance in yuan.

    Head and lines are element name → text as parsed. Measures come from the statutory quantities and, where those do
    not tell, from the declared one. Raises Refused `rule.number` for a text that is no number.
    """
    sheets = _sheet_goods(on)
    return Order(
        items=tuple(_item(line, sheets) for line in lines),
        freight=decimal(head.get("freight") or "0"),
        insurance=decimal(head.get("insuredFee") or "0"),
    )


def _item(line: Line, sheets: frozenset[str]) -> Item:
    hs, measures = line.get("gcode", ""), _measures(line)
    by_sheet = hs in sheets and bool(line.get("qty2"))
    return Item(
        quantity=decimal(line.get("qty", "")),
        unit_price=decimal(line.get("price", "")),
        hs=hs,
        content=None if by_sheet else _told(measures, _CONTENT),
        pieces=decimal(line["qty2"]) if by_sheet else None,
        litres=_told(measures, _LITRES),
        weight=_told(measures, _KILOGRAMS),
    )


def _measures(line: Line) -> dict[str, Decimal]:
    """Unit code → quantity of the line: both statutory units, then the declared one."""
    told: dict[str, Decimal] = {}
    for unit, quantity in (("unit1", "qty1"), ("unit2", "qty2"), ("unit", "qty")):
        if line.get(unit) and line.get(quantity):
            told.setdefault(line[unit], decimal(line[quantity]))
    return told


def _told(measures: Mapping[str, Decimal], factors: Mapping[str, Decimal]) -> Decimal | None:
    return next((quantity * factors[unit] for unit, quantity in measures.items() if unit in factors), None)


def _sheet_goods(on: date) -> frozenset[str]:
    try:
        return frozenset(str(rate("ct.cosmetics.sheet_goods", on=on).value).split("/"))
    except Gap:  # before the mark by sheet existed no goods were judged by it
        return frozenset()
