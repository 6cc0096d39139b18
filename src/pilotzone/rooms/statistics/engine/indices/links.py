"""The link of a month to the month before, in every coverage: Fisher's unit values and volumes of what is safe to tell.

Algorithm `links.v1` (docs/algorithms/statistics_indices.md). Outliers are judged once, over all lines. A product enters a coverage where
it is sold there in both months; it enters none where it breaks the rules of disclosure in any part the coverages cut it into (all, by
port or not, of registered firms or not), so that no difference of two published links tells of a firm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.engine.indices.bilateral import PRICE, volume
from pilotzone.rooms.statistics.engine.indices.unit_values import Line, trimmed

ALGORITHM = "links.v1"
KIND = "fisher"
# what share of a month's value entered is told in steps, for the exact one would tell the amount of what is hidden
STEPS = (0.9, 0.75, 0.5, 0.25, 0.0)
QUANTITY, UNMATCHED, PROTECTED = (f"statistics.index.{name}" for name in ("quantity", "unmatched", "protected"))
# the sum of this month, or of the month before, is hidden: there is no link into it and none out of it
CELL, BASE = "statistics.index.cell", "statistics.index.base"


@dataclass(slots=True)
class Gathered:
    """What of a coverage was gathered: products that enter, by period; how many were sold in one period alone, how many are hidden."""

    goods: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    sold: set[str] = field(default_factory=set)
    matched: int = 0
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """The indices of a month against the month before (1 is no change), the yuan that entered; `gap` says why there is none."""

    price: float | None
    volume: float | None
    entered: float
    products: int
    hidden: int
    gap: str = ""


def inside(line: Line, coverage: str) -> bool:
    """Whether a line is of a coverage."""
    return {"port": line.port, "registered": line.home, "platform": True}[coverage]


def gather(found: Mapping[str, Gathered], lines: Iterable[Line], base: str, now: str, rules: Rules) -> None:
    """Add whole products of two periods to what was gathered by coverage; a product's lines come together, never in two calls."""
    kept: dict[str, list[Line]] = {}
    for line in trimmed(lines).kept:
        kept.setdefault(line.product, []).append(line)
    for product, rows in sorted(kept.items()):
        shut = any(rules.broken(amounts) for amounts in _parts(rows))
        for coverage, one in found.items():
            sums = _sums(row for row in rows if inside(row, coverage))
            one.sold |= sums.keys()
            if not {base, now} <= sums.keys():
                continue
            one.matched += 1
            if shut:
                one.hidden += 1
                continue
            for period, (value, quantity) in sums.items():
                one.goods.setdefault(period, {})[product] = (value / quantity, quantity)


def linked(one: Gathered, base: str, now: str) -> Link:
    """The link of what was gathered, or why there is none."""
    if not one.goods:
        gap = QUANTITY if not {base, now} <= one.sold else PROTECTED if one.matched else UNMATCHED
        return Link(None, None, 0.0, 0, one.hidden, gap)
    entered = sum(price * quantity for price, quantity in one.goods[now].values())
    return Link(
        PRICE[KIND](one.goods, base, now), volume(KIND, one.goods, base, now), entered, len(one.goods[now]), one.hidden
    )


def step(share: float) -> float:
    """The lower end of the step a share lies in."""
    return next(low for low in STEPS if share >= low or low == 0)


def _parts(rows: Iterable[Line]) -> list[Mapping[str, float]]:
    """Amounts by firm of every part the coverages cut a product into, each period apart."""
    parts: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        for side in ("all", f"port{row.port}", f"home{row.home}"):
            amounts = parts.setdefault((row.period, side), {})
            amounts[row.firm] = amounts.get(row.firm, 0.0) + row.value
    return list(parts.values())


def _sums(rows: Iterable[Line]) -> dict[str, tuple[float, float]]:
    told: dict[str, tuple[float, float]] = {}
    for row in rows:
        value, quantity = told.get(row.period, (0.0, 0.0))
        told[row.period] = (value + row.value, quantity + row.quantity)
    return told
