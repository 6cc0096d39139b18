"""Which events the room listens to."""

from __future__ import annotations

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event, consume, rebuild
from pilotzone.rooms.tracking import api

CONSUMER = "tracking"
COUNTED = "clearance.trade_changed"
KINDS = (COUNTED, "tax.trade_changed")


def catch_up(limit: int = 50) -> int:
    """Read the next batches of events into the timelines and facts; how many there were.

    When nothing is left to read, the months that closed since are published.
    """
    with scope(PLATFORM):
        done = consume(CONSUMER, KINDS, _read, limit)
        if not done:
            api.publish()
        return done


def start_over() -> None:
    """Empty timelines, facts and figures; `catch_up` then reads every event again."""
    with scope(PLATFORM):
        rebuild(CONSUMER, _empty)


def _read(events: list[Event]) -> None:
    told = [(event, event.told(api.ROWS)) for event in events]
    api.read(row for _, rows in told for row in rows)
    api.count((rows, event.at) for event, rows in told if event.kind == COUNTED)


def _empty() -> None:
    api.empty()
    api.empty_facts()
