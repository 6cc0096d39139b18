"""Which events the room listens to."""

from __future__ import annotations

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event, consume, rebuild
from pilotzone.rooms.tracking import api

CONSUMER = "tracking"
KINDS = ("clearance.trade_changed", "tax.trade_changed")
MONTHS = "tracking.months"
COUNTED = ("clearance.trade_changed",)


def catch_up(limit: int = 50) -> int:
    """Read the next batches of events into the timelines and facts; how many there were.

    When nothing is left to read, the months that closed since are published.
    """
    with scope(PLATFORM):
        done = consume(CONSUMER, KINDS, _read, limit) + consume(MONTHS, COUNTED, _count, limit)
        if not done:
            api.publish()
        return done


def start_over() -> None:
    """Empty timelines, facts and figures; `catch_up` then reads every event again."""
    with scope(PLATFORM):
        rebuild(CONSUMER, api.empty)
        rebuild(MONTHS, api.empty_facts)


def _read(events: list[Event]) -> None:
    api.read_in(row for event in events for row in event.rows)


def _count(events: list[Event]) -> None:
    api.count_in([(row, event.at) for event in events for row in event.rows])
