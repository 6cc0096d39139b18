"""The door of the room of timelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pilotzone.rooms.tracking.engine.lines import HOLDERS, Line, Timeline, holder_name
from pilotzone.rooms.tracking.engine.months import Figure, MonthRule, way
from pilotzone.rooms.tracking.engine.numbers import KINDS, cleaned
from pilotzone.rooms.tracking.engine.told import ROWS, rows_of
from pilotzone.rooms.tracking.operations.facts import count, empty_facts
from pilotzone.rooms.tracking.operations.months import publish
from pilotzone.rooms.tracking.operations.timelines import empty, read
from pilotzone.rooms.tracking.queries.months import CITY, WHOLE, figures, month_rule, months
from pilotzone.rooms.tracking.queries.timelines import hours, numbered, of_trade, timelines

__all__ = [
    "CITY",
    "HOLDERS",
    "KINDS",
    "ROWS",
    "WHOLE",
    "Figure",
    "Line",
    "MonthRule",
    "Timeline",
    "cleaned",
    "count",
    "count_in",
    "empty",
    "empty_facts",
    "figures",
    "holder_name",
    "month_rule",
    "months",
    "numbered",
    "of_trade",
    "publish",
    "read",
    "read_in",
    "timelines",
    "today_board",
    "way",
]


def read_in(rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows of events into the timelines, as `operations.timelines.read` does; returns how many there were."""
    return read(rows_of(list(rows)))


def count_in(told: Iterable[tuple[Mapping[str, Any], datetime]]) -> int:
    """Count rows of events, each with the zone time it was told at; returns how many facts changed."""
    return count((rows_of([row]), at) for row, at in told)


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
