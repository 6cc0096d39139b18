"""The door of the room of timelines."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.rooms.tracking.engine.lines import HOLDERS, Line, Timeline, holder_name
from pilotzone.rooms.tracking.engine.numbers import KINDS, cleaned
from pilotzone.rooms.tracking.operations import empty, read_in
from pilotzone.rooms.tracking.queries import hours, of_trade, timelines

__all__ = [
    "HOLDERS",
    "KINDS",
    "Line",
    "Timeline",
    "cleaned",
    "empty",
    "holder_name",
    "of_trade",
    "read_in",
    "timelines",
    "today_board",
]


def today_board(day: date) -> dict[str, Any]:
    """The day's figures for the home page: counters by state and a series of trades per hour and state.

    Shapes: {"counters": [{"key", "value"}], "series": [{"state", "points": [[ISO hour, n], …]}]}.
    """
    rows = hours(day)
    series: dict[str, list[tuple[str, int]]] = {}
    for hour, state, n in rows:
        series.setdefault(state, []).append((hour.isoformat(), n))
    return {
        "counters": [{"key": state, "value": sum(n for _, n in points)} for state, points in series.items()],
        "series": [{"state": state, "points": points} for state, points in series.items()],
    }
