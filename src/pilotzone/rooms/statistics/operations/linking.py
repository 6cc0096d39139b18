"""The indices of a month as figures of its release: unit values and volumes against the month before, and what part entered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

from pilotzone.rooms.statistics.engine import releasing as engine
from pilotzone.rooms.statistics.engine.disclosure.cells import Key
from pilotzone.rooms.statistics.engine.indicators.definitions import in_force
from pilotzone.rooms.statistics.engine.indices.links import ALGORITHM, PROTECTED, Link, step
from pilotzone.rooms.statistics.models import Figure, Release
from pilotzone.rooms.statistics.queries.definitions import indicators
from pilotzone.rooms.statistics.queries.links import FLOWS, before, links_of
from pilotzone.rooms.statistics.queries.releases import figures, latest

PLACES = Decimal("0.0001")


def link(one: Release, rows: Sequence[engine.Amount], hidden: Collection[Key]) -> Iterator[Figure]:
    """The indices of exports and imports in each coverage; hidden where the sum of the coverage is, or was as published of the
    month before (the sum over the indices would give that back), or where all that both months share is protected. What stands behind them goes to the release's rule (`links`):
    algorithm, products that entered and that are hidden, and by name why there is no index."""
    told: dict[str, object] = {"algorithm": ALGORITHM}
    was = _was_hidden(before(one.month))
    for side, flow in FLOWS.items():
        found = links_of(one.month, flow, on=one.due_on)
        notes = told[side] = {}
        for coverage, of in found.items():
            shut = engine.cell_of(coverage, flow, "", "") in hidden or (coverage, flow) in was
            whole = engine.told_in("cny", [row for row in rows if row.flow == flow and engine.inside(row, coverage)])
            if not shut:
                notes[coverage] = {"products": of.products, "hidden": of.hidden, "gap": of.gap}
            yield from _figures(one, side, flow, coverage, of, whole, shut)
    one.rule = one.rule | {"links": told}


def _was_hidden(month: date) -> set[tuple[str, str]]:
    """(coverage, flow) whose sum is hidden in the latest published vintage of a month."""
    known = latest(month, month)
    rows = [row for side in FLOWS for row in figures(known, indicator=f"{side}_cny", dimension="")]
    return {(row.coverage, row.flow) for row in rows if row.hidden}


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
