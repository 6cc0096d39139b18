"""What the cube is summed by: dimensions, the sums kept ready of one or two of them, spans of months, and the coverages never mixed.

A question is led to the smallest sums that answer it (`grain_of`), a run of months to the fewest spans that make it up (`spans_of`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

GOODS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
OTHERS = ("country", "mode", "unit", "transport")
DIMENSIONS = ("month", *GOODS, *OTHERS)
# six digits are summed from eight, there are hardly fewer of them; tariff lines with countries or districts are as many as cells
GRAINS = (
    "", "hs2", "hs4", "hs8", *OTHERS, *(f"hs2.{other}" for other in OTHERS), "hs4.mode", "hs4.unit", "hs4.transport",
    "hs8.mode", "hs8.transport", "country.mode", "country.unit", "country.transport", "mode.unit", "mode.transport", "unit.transport",
    "hs8.way", "country.way", "unit.way",
)  # fmt: skip
# kept by quarter and year too, as the cells are: many rows a month
SPANNED = ("hs8", "hs8.mode", "hs8.transport", "hs8.way")
# a mode and a transport together, where both are asked for
WAY = ("mode", "transport")
# a fact is of a coverage where the flag holds; the platform's is every fact
FLAGS = {"port": "port", "registered": "registered", "platform": ""}
# what of the cube may lack after a migration: the longer spans of the cells, or a grain
CELLS = "cells"
MONTH, QUARTER, YEAR = 1, 3, 12
SPANS = (MONTH, QUARTER, YEAR)
Span = tuple[int, date]


def grain_of(by: str, filters: Iterable[str]) -> str | None:
    """The kept sums that answer a question by a dimension with filters on these; None where only the finest cells do."""
    filters = set(filters)
    if any(GOODS.get(name, 0) > GOODS["hs4"] for name in filters):
        return None  # so few cells that they are read at once
    named = {by, *filters} - {"month"}
    goods = max((GOODS[name] for name in named & set(GOODS)), default=0)
    others = [name for name in OTHERS if name in named]
    if set(WAY) <= filters and by not in WAY and len(named) > len(WAY):
        goods, others = min(goods, 1) * GOODS["hs8"], [*(name for name in others if name not in WAY), "way"]
    level = [f"hs{goods if goods < GOODS['hs6'] else GOODS['hs8']}"] if goods else []
    return told if (told := ".".join([*level, *others])) in GRAINS else None


def spans_of(first: date, last: date) -> list[Span]:
    """The fewest whole years, quarters and months, as (months, first day), that make up the months `first` to `last`."""
    told: list[Span] = []
    month, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
    while month < end:
        span = next(span for span in reversed(SPANS) if month % span == 0 and month + span <= end)
        told.append((span, date(month // 12, month % 12 + 1, 1)))
        month += span
    return told
