"""The figures of the home page, asked of the tracking room: trades that reached each state, by hour, day and month.

Answers are kept for a few seconds, so that a crowd on the home page costs the database one question, not thousands.
Days that are over are kept longer, but not while a demonstration loads: then its whole year is still to come.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.portal.pages.demonstration import loading
from pilotzone.rooms.tracking import api as tracking
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.states import state_of

HOURS = 24
TODAY_SECONDS, CLOSED_SECONDS = 3, 300
ORDER = (
    "waiting", "gap", "passed", "sent", "declaring", "stored", "review", "inspection", "examined", "released", "closed",
)  # fmt: skip


def today(day: date) -> tuple[list[dict[str, Any]], Chart]:
    """The day's counters ({"key", "word", "value"}) and the chart of its hours, states in the order of a trade's life."""
    told = _board(day, TODAY_SECONDS)
    series = sorted(told["series"], key=lambda one: _place(one["state"]))
    return _counters({one["key"]: one["value"] for one in told["counters"]}), _chart(series)


def month(day: date) -> list[dict[str, Any]]:
    """The counters of the month up to and with `day`."""
    sums: Counter[str] = Counter()
    closed = TODAY_SECONDS if _filling() else CLOSED_SECONDS
    for back in range(day.day):
        for one in _board(day - timedelta(days=back), closed if back else TODAY_SECONDS)["counters"]:
            sums[one["key"]] += one["value"]
    return _counters(sums)


def _filling() -> bool:
    """Whether a demonstration has days still to come: it loads, or has not begun to (its note is missing)."""
    load = loading()
    return clock.is_demo() if load is None else not load.finished


def _board(day: date, seconds: int) -> dict[str, Any]:
    key = f"portal.board:{day.isoformat()}"
    board: dict[str, Any] | None = cache.get(key)
    if board is None:
        board = tracking.today_board(day)
        cache.set(key, board, seconds)
    return board


def _counters(values: dict[str, int]) -> list[dict[str, Any]]:
    return [{"key": key, "word": _(state_of(key).word), "value": values[key]} for key in sorted(values, key=_place)]


def _chart(series: list[dict[str, Any]]) -> Chart:
    return Chart(
        title=_("今日各状态票数（按小时）"),
        unit=_("票"),
        kind="stack",
        categories=[f"{hour:02d}:00" for hour in range(HOURS)],
        series=[Series(_(state_of(one["state"]).word), _by_hour(one["points"])) for one in series],
        refresh="/board.json",
    )


def _by_hour(points: list[tuple[str, int]]) -> list[float | None]:
    counts: list[float | None] = [0] * HOURS
    for moment, n in points:
        hour = datetime.fromisoformat(moment).astimezone(SHANGHAI).hour
        counts[hour] = (counts[hour] or 0) + n
    return counts


def _place(state: str) -> tuple[int, str]:
    return (ORDER.index(state) if state in ORDER else len(ORDER), state)
