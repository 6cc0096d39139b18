"""Which events the room listens to."""

from __future__ import annotations

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event, consume, rebuild
from pilotzone.rooms.tracking import api

CONSUMER = "tracking"
KINDS = ("clearance.trade_changed", "tax.trade_changed")


def catch_up(limit: int = 50) -> int:
    """Read the next batches of events into the timelines; how many batches there were."""
    with scope(PLATFORM):
        return consume(CONSUMER, KINDS, _read, limit)


def start_over() -> None:
    """Empty the timelines; `catch_up` then reads every event again."""
    with scope(PLATFORM):
        rebuild(CONSUMER, api.empty)


def _read(events: list[Event]) -> None:
    api.read_in(row for event in events for row in event.rows)
