"""What the synthetic shops sell: goods of the goods table with a name, a measure and a price."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pilotzone.base.written import plain
from pilotzone.portal.demo.season import DATA


@dataclass(frozen=True)
class Ware:
    """One article. `first`, `second`: statutory quantity of one piece in units `unit1`, `unit2`; price in yuan."""

    sku: str
    hs: str
    name: str
    model: str
    origin: str
    unit: str
    unit1: str
    first: Decimal
    price: Decimal
    kilograms: Decimal
    flow: str = "I"
    unit2: str = ""
    second: Decimal | None = None


@cache
def wares(flow: str) -> tuple[Ware, ...]:
    """The articles imported (I) or exported (E)."""
    rows = plain((DATA / "wares.yaml").read_text(encoding="utf-8"))
    made = [_ware(row) for row in rows]
    return tuple(ware for ware in made if ware.flow == flow)


def _ware(row: dict[str, Any]) -> Ware:
    values: dict[str, Any] = {key: str(value) for key, value in row.items()}
    values |= {key: Decimal(str(row[key])) for key in ("first", "price", "kilograms", "second") if key in row}
    return Ware(**values)


def basket(flow: str, chance: random.Random) -> list[tuple[Ware, int]]:
    """A believable basket: mostly one or two articles, one to three of each."""
    lines = chance.choices((1, 2, 3), weights=(6, 3, 1))[0]
    picked = chance.sample(wares(flow), k=lines)
    return [(ware, chance.choices((1, 2, 3), weights=(7, 2, 1))[0]) for ware in picked]
