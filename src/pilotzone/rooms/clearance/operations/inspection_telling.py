"""What inspection tells in the lives of trades: one line for each list of an order."""

from __future__ import annotations

from collections.abc import Iterable

from pilotzone.kernel import clock, events
from pilotzone.rooms.clearance.engine.inspection_refusals import PLAN
from pilotzone.rooms.clearance.models import InspectionList, Trade
from pilotzone.rooms.clearance.operations import telling


def tell(trades: Iterable[int], code: str, what: tuple[str, str]) -> None:
    """A line in the timeline of each of these trades; it moves no state."""
    at = clock.now()
    rows = [
        telling.line_of(
            at=at, trade=one.id, flow=one.flow, mode=one.mode, state=one.state, holder=one.holder, parties=one.parties,
            buyer=one.buyer, code=code, what=what, source=PLAN,
        )
        for one in Trade.objects.filter(id__in=list(trades)).order_by("id")
    ]  # fmt: skip
    events.publish("clearance.trade_changed", rows)


def tell_order(number: int, code: str, what: tuple[str, str]) -> None:
    """The same for every list of an order."""
    tell(InspectionList.objects.filter(inspection=number).values_list("trade_id", flat=True), code, what)
