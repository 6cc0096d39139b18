"""Series of indices: on a fixed base, or chained from period to period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
