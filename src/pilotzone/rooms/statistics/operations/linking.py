"""The indices of a month as figures of its release: unit values and volumes against the month before, and what part entered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from pilotzone.rooms.statistics.engine import releasing as engine
from pilotzone.rooms.statistics.engine.disclosure.cells import Key
from pilotzone.rooms.statistics.engine.indicators.definitions import in_force
from pilotzone.rooms.statistics.engine.indices.links import ALGORITHM, BASE, CELL, PROTECTED, Link, step
from pilotzone.rooms.statistics.models import Figure, Release
from pilotzone.rooms.statistics.queries.definitions import indicators
from pilotzone.rooms.statistics.queries.links import FLOWS, before, hidden_sums, links_of, published_links

PLACES = Decimal("0.0001")


def link(
    one: Release, rows: Sequence[engine.Amount], hidden: Collection[Key], base: Collection[Key]
) -> Iterator[Figure]:
    """The indices of exports and imports in each coverage; hidden where the sum of the coverage is (`hidden`), or that of the month before
    is as published or would have to be as its facts stand now (`base`): the sum over the indices would give that back; or where all that
    both months share is protected. What stands behind them goes to the release's rule (`links`): algorithm, products that entered and that
    are hidden, by name why there is no index, and the vintage of this month that told one before, where this one does not."""
    told: dict[str, object] = {"algorithm": ALGORITHM}
    was = hidden_sums(before(one.month))
    ended = published_links(one.month)
    for side, flow in FLOWS.items():
        found = links_of(one.month, flow, on=one.due_on)
        notes: dict[str, dict[str, object]] = {}
        told[side] = notes
        for coverage, of in found.items():
            cell = engine.cell_of(coverage, flow, "", "")
            why = CELL if cell in hidden else BASE if cell in base or (coverage, flow) in was else ""
            whole = engine.told_in("cny", [row for row in rows if row.flow == flow and engine.inside(row, coverage)])
            notes[coverage] = {"gap": why} if why else {"products": of.products, "hidden": of.hidden, "gap": of.gap}
            if (why or of.gap) and (coverage, flow) in ended:
                notes[coverage] |= {"ended": ended[coverage, flow]}
            yield from _figures(one, side, flow, coverage, of, whole, bool(why))
    one.rule = one.rule | {"links": told}


def _figures(
    one: Release, side: str, flow: str, coverage: str, of: Link, whole: Decimal | None, shut: bool
) -> Iterator[Figure]:
    shut |= of.gap == PROTECTED
    part = step(of.entered / float(whole)) if whole and not of.gap else None
    for name, value in (("unit_value", of.price), ("volume", of.volume), ("index_coverage", part)):
        said = in_force(indicators(), f"{side}_{name}", one.due_on)
        yield Figure(
            release=one, indicator=said.key, version=said.version, coverage=coverage, flow=flow, dimension="", code="", hidden=shut,
            value=None if shut or value is None else Decimal(repr(value)).quantize(PLACES),
        )  # fmt: skip
