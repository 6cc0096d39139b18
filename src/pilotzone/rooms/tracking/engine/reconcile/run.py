"""One pass over all ledgers: the residuals as a stream, the totals beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pilotzone.rooms.tracking.engine.reconcile import exports, imports, receipts
from pilotzone.rooms.tracking.engine.reconcile.finding import Desk
from pilotzone.rooms.tracking.engine.reconcile.records import Bundle, Listed, Received, Residual

ALGORITHM = "reconcile.v1"
IMPORT = "I"
_SIDES = ("lists", "bills", "held", "registered", "linked")


def reconcile(desk: Desk, joined: Iterable[Bundle], received: Iterable[Received] = ()) -> Iterator[Residual]:
    """Every residual, in the order of keys, then of receipts."""
    for bundle in joined:
        _bundle(desk, bundle)
        if desk.found:
            yield from desk.drawn()
    receipts.judge(desk, received)
    yield from desk.drawn()


def _bundle(desk: Desk, bundle: Bundle) -> None:
    rows = desk.totals.rows
    for side, n in zip(
        _SIDES,
        (len(bundle.lists), len(bundle.bills), len(bundle.held), len(bundle.registered), len(bundle.linked)),
        strict=True,
    ):
        if n:
            rows[side] = rows.get(side, 0) + n
    if not bundle.lists:
        imports.untold(desk, bundle.bills, None)
        for row in bundle.registered:
            exports.unreleased(desk, row, None)
        return
    one, *others = bundle.lists if len(bundle.lists) == 1 else sorted(bundle.lists, key=_standing_first)
    (imports if one.flow == IMPORT else exports).judge(desk, bundle, one)
    for other in others:
        day = other.released or desk.on
        desk.of_list("number_twice", other, day=day, due=day, subject=str(other.trade), right=str(one.trade))
    if not desk.found:
        desk.totals.matched += 1


def _standing_first(one: Listed) -> tuple[bool, int]:
    return not one.standing, one.trade
