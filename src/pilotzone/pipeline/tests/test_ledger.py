"""A released list comes out of the clearance room's ledger export on the day of its release, and with the tax room's holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tracking import api as tracking

# a room's handlers are no door; what reads them in a zone is the scheduler, by name as here
counting = import_module("pilotzone.rooms.statistics.handlers")

INVT = "40062021I000000001"
DAY = date(2021, 3, 1)


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Iterator[Bench]:
    """A released import list, committed."""
    bench = standing_zone
    bench.set_clock(datetime(2021, 3, 1, 4, tzinfo=UTC))
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(
        bench.receipt(trade, "800", "20210301120003000", "[Code:2600;Desc:放行]", invt_no=INVT), channel="customs"
    )
    bench.set_clock(datetime(2021, 3, 3, 4, tzinfo=UTC))
    bench.connection.commit()
    yield bench


def test_the_list_is_exported_on_its_day_and_found_by_number_and_trade(zone: Bench) -> None:
    with scope(PLATFORM):
        assert clearance.ledger_begins() == DAY
        (chunk,) = clearance.ledger_export(DAY, DAY)
        (one,) = chunk
        assert (one.key, one.flow, one.released, one.standing, one.firm) == (INVT, "I", DAY, True, zone.firms["ebc"])
        assert list(clearance.ledger_export(DAY + timedelta(days=1), DAY + timedelta(days=9))) == []
        assert clearance.ledger_lists(numbers=[INVT, "unknown"]) == [one]
        assert clearance.ledger_lists(trades=[one.trade]) == [one]
        (held,) = tax.ledger_holds([one.booking]) or [None]
        assert held is None or held.amount >= Decimal(0)


def test_the_day_is_reconciled_from_the_rooms_themselves(zone: Bench) -> None:
    with scope(PLATFORM):
        number = tracking.ask_reconciliation(DAY, DAY, channel=tracking.BY_COMMAND)
    run = tracking.reconcile(number)
    assert run is not None
    assert (run.state, run.found, run.unexplained) == ("done", 0, [])  # its bill is not due yet
    with scope(PLATFORM):
        (row,) = [row for row in tracking.reconcile_sums(number) if row["pair"] == "import_tax"]
    assert row["left"] == row["waiting"] > 0


def test_the_released_list_is_counted_once_by_statistics_from_its_events(zone: Bench) -> None:
    with scope(PLATFORM):
        ((one,),) = [clearance.ledger_lists(numbers=[INVT])]
        (told,) = clearance.counted_lists([one.trade, 0])
        assert (told.flow, told.released, told.back, told.customs[:2]) == ("I", DAY, None, "40")
        assert told.lines and all(line.hs and line.amount > 0 for line in told.lines)
    while counting.catch_up():
        pass
    with scope(PLATFORM):
        (row,) = statistics.ask(coverage="port", by="month", first=DAY, last=DAY)
        assert (row.code, row.orders, row.unvalued) == ("2021-03", 1, 0)
        assert row.cny == sum(line.amount for line in told.lines) + told.cost
    counting.start_over()
    while counting.catch_up():
        pass
    with scope(PLATFORM):
        assert statistics.ask(coverage="port", by="month", first=DAY, last=DAY) == [row]
