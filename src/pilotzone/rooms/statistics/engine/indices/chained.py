"""Series of indices: on a fixed base, or chained from period to period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilotzone.rooms.statistics.engine.indices.bilateral import Index
from pilotzone.rooms.statistics.engine.indices.goods import Products


def fixed(index: Index, goods: Mapping[str, Products], periods: Sequence[str]) -> dict[str, float]:
    """The index of every period against the first, which is 1."""
    return {name: 1.0 if at == 0 else index(goods, periods[0], name) for at, name in enumerate(periods)}


def chained(index: Index, goods: Mapping[str, Products], periods: Sequence[str]) -> dict[str, float]:
    """The product of the links from each period to the next: new products enter, gone ones leave. The first is 1.

    A chain of monthly Laspeyres or Paasche drifts where prices swing (Manual 2009, 10.55): chain Fisher or Törnqvist.
    """
    told: dict[str, float] = {}
    for at, name in enumerate(periods):
        told[name] = 1.0 if at == 0 else told[periods[at - 1]] * index(goods, periods[at - 1], name)
    return told


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a chain: its level on `base` (1), None where there is no link to the period before."""

    period: str
    level: float | None
    base: str


def joined(links: Mapping[str, float | None], periods: Sequence[str]) -> list[Point]:
    """The levels of periods by their links from the period before; the first period is 1.

    Where a link is missing the period is a gap, and the chain begins anew there: what follows stands on the period of the gap as its
    base, never on one that could not be reached.
    """
    told: list[Point] = []
    base, level = "", 1.0
    for at, name in enumerate(periods):
        link = links.get(name)
        if at == 0 or link is None:
            told.append(Point(name, 1.0 if at == 0 else None, name if at == 0 else base))
            base, level = name, 1.0
        else:
            level *= link
            told.append(Point(name, level, base))
    return told
