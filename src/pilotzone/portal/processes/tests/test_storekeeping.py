"""A month with a trade on its way is not moved out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pilotzone.base.errors import Refused
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.portal.processes.storekeeping import OPEN, month_after, refuse_unfinished
from pilotzone.rooms.clearance import api as clearance


@pytest.mark.parametrize(
    ("month", "after"),
    [(date(2021, 1, 1), date(2021, 2, 1)), (date(2021, 12, 1), date(2022, 1, 1)), (date(2024, 2, 1), date(2024, 3, 1))],
)
def test_a_month_ends_where_the_next_begins(month: date, after: date) -> None:
    assert month_after(month) == after


def test_every_open_state_has_words() -> None:
    assert all(
        clearance.state_words(state)[1] != clearance.state_words("no such state")[1]
        for state in OPEN
        if state != "unknown"
    )


def test_a_month_with_a_trade_on_its_way_stays(standing_zone: Bench) -> None:
    standing_zone.set_clock(datetime(2021, 3, 1, 12, tzinfo=UTC))
    standing_zone.send(standing_zone.paper(Trade(), "order"))
    standing_zone.connection.commit()
    refuse_unfinished(date(2021, 2, 1))
    with pytest.raises(Refused) as refused:
        refuse_unfinished(date(2021, 3, 1))
    assert refused.value.code == "storage.unfinished"
