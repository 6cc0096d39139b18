"""What the synthetic shops sell: goods of the goods table with a name, a measure and a price."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import yaml

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
    rows = yaml.safe_load((DATA / "wares.yaml").read_text(encoding="utf-8"))
    made = []
    for row in rows:
        numbers = {name: Decimal(str(row[name])) for name in ("first", "price", "kilograms", "second") if name in row}
        made.append(Ware(**{**{k: str(v) for k, v in row.items()}, **numbers}))
    return tuple(ware for ware in made if ware.flow == flow)


def basket(flow: str, chance: random.Random) -> list[tuple[Ware, int]]:
    """A believable basket: mostly one or two articles, one to three of each."""
    lines = chance.choices((1, 2, 3), weights=(6, 3, 1))[0]
    picked = chance.sample(wares(flow), k=lines)
    return [(ware, chance.choices((1, 2, 3), weights=(7, 2, 1))[0]) for ware in picked]
