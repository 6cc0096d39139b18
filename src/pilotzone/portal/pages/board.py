"""The figures of the home page, asked of the tracking room: counters by state and trades per hour."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from pilotzone.base.days import SHANGHAI
from pilotzone.rooms.tracking import api as tracking
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.states import state_of

HOURS = 24
ORDER = ("waiting", "gap", "passed", "sent", "stored", "review", "inspection", "examined", "released", "closed")


def today(day: date) -> tuple[list[dict[str, Any]], Chart]:
    """The day's counters ({"key", "word", "value"}) and the chart of its hours, states in the order of a trade's life."""
    told = tracking.today_board(day)
    counters = sorted(told["counters"], key=lambda counter: _place(counter["key"]))
    shown = [
        {"key": counter["key"], "word": _(state_of(counter["key"]).word), "value": counter["value"]}
        for counter in counters
    ]
    return shown, _chart(sorted(told["series"], key=lambda series: _place(series["state"])))


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
