"""The lists of purchases that came back are read at once, however many stand on the page."""

from __future__ import annotations

import datetime

from django.db import connections
from django.test.utils import CaptureQueriesContext

from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.portal.desks.consumer import _refunds
from pilotzone.portal.desks.tests.payment_asking import CUSTOMS
from pilotzone.rooms.clearance import api


def test_the_lists_of_what_came_back_are_asked_for_once(standing_zone: Bench) -> None:
    at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=9)
    for number in ("BACK1", "BACK2", "BACK3"):
        standing_zone.send(*standing_zone.all_four(Trade(number, at=at)))
    standing_zone.connection.commit()
    asked = []
    with scope(CUSTOMS):
        rows = [row for row in api.trades()["rows"] if row["order_no"].startswith("ORDER-BACK")]
        assert len(rows) == 3 and all(row["booking"] for row in rows)
        held = {row["booking"]: {"given_back": "9.10"} for row in rows}
        for most in (1, 3):
            with CaptureQueriesContext(connections["default"]) as queries:
                told = _refunds(rows[:most], held, {rows[0]["booking"]: at})
            assert [one["at"] for one in told.values()] == [at, None, None][:most] and all(
                one["by"] for one in told.values()
            )
            asked.append(sum("kernel_clock" not in one["sql"] for one in queries))
        numbers = [int(row["booking"].partition(":")[2]) for row in rows]
        assert api.documents(numbers) == {number: api.document(number) for number in numbers}
        assert _refunds(rows, {key: {"given_back": "0.00"} for key in held}, {}) == {}
    assert asked[0] == asked[1] > 0
