"""The door of the room of timelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pilotzone.rooms.tracking.engine.lines import HOLDERS, Line, Timeline, holder_name
from pilotzone.rooms.tracking.engine.months import Figure, MonthRule, way
from pilotzone.rooms.tracking.engine.numbers import KINDS, PAYMENT, cleaned
from pilotzone.rooms.tracking.engine.reconcile.kinds import KINDS as RESIDUAL_KINDS
from pilotzone.rooms.tracking.engine.reconcile.kinds import OWNERS as RESIDUAL_OWNERS
from pilotzone.rooms.tracking.engine.reconcile.kinds import PAIRS as RECONCILE_PAIRS
from pilotzone.rooms.tracking.engine.told import ROWS, rows_of
from pilotzone.rooms.tracking.operations.facts import count, empty_facts
from pilotzone.rooms.tracking.operations.months import publish
from pilotzone.rooms.tracking.operations.reconcile.proving import keep_file as keep_residual_file
from pilotzone.rooms.tracking.operations.reconcile.proving import open_file as open_residual_file
from pilotzone.rooms.tracking.operations.reconcile.running import COMMAND as BY_COMMAND
from pilotzone.rooms.tracking.operations.reconcile.running import ask as ask_reconciliation
from pilotzone.rooms.tracking.operations.reconcile.running import nightly as nightly_reconciliation
from pilotzone.rooms.tracking.operations.reconcile.running import work as reconcile
from pilotzone.rooms.tracking.operations.reconcile.settling import hand_over as hand_residuals
from pilotzone.rooms.tracking.operations.reconcile.settling import settle as settle_residual
from pilotzone.rooms.tracking.operations.timelines import empty, read
from pilotzone.rooms.tracking.queries.months import CITY, WHOLE, figures, month_rule, months, released_by_month
from pilotzone.rooms.tracking.queries.residuals import STATES as RESIDUAL_STATES
from pilotzone.rooms.tracking.queries.residuals import figures_now as residual_figures
from pilotzone.rooms.tracking.queries.residuals import kinds_now as residual_kinds_now
from pilotzone.rooms.tracking.queries.residuals import residual, residuals
from pilotzone.rooms.tracking.queries.residuals import run_of as reconcile_run
from pilotzone.rooms.tracking.queries.residuals import run_sums as reconcile_sums
from pilotzone.rooms.tracking.queries.residuals import runs as reconcile_runs
from pilotzone.rooms.tracking.queries.residuals import trend as reconcile_trend
from pilotzone.rooms.tracking.queries.timelines import hours, numbered, of_trade, payments, timelines

__all__ = [
    "BY_COMMAND",
    "CITY",
    "HOLDERS",
    "KINDS",
    "PAYMENT",
    "RECONCILE_PAIRS",
    "RESIDUAL_KINDS",
    "RESIDUAL_OWNERS",
    "RESIDUAL_STATES",
    "ROWS",
    "WHOLE",
    "Figure",
    "Line",
    "MonthRule",
    "Timeline",
    "ask_reconciliation",
    "cleaned",
    "count",
    "count_in",
    "empty",
    "empty_facts",
    "figures",
    "hand_residuals",
    "holder_name",
    "keep_residual_file",
    "month_rule",
    "months",
    "nightly_reconciliation",
    "numbered",
    "of_trade",
    "open_residual_file",
    "payments",
    "publish",
    "read",
    "read_in",
    "reconcile",
    "reconcile_run",
    "reconcile_runs",
    "reconcile_sums",
    "reconcile_trend",
    "released_by_month",
    "residual",
    "residual_figures",
    "residual_kinds_now",
    "residuals",
    "settle_residual",
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
