"""Numbers are unique over all days: half a year later, and when the month of their trade lies in a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.kernel import archive
from pilotzone.kernel.partitions import first_id
from pilotzone.pipeline.tests.papers import Bench, Trade

SENT, HALF_A_YEAR_ON, YEARS_ON = (
    datetime(2021, 3, 1, 12, tzinfo=UTC), datetime(2021, 10, 5, 12, tzinfo=UTC), datetime(2024, 10, 5, 12, tzinfo=UTC),
)  # fmt: skip
MONTH = date(2021, 3, 1)


@pytest.fixture
def owner(server: Any, standing_zone: Bench) -> Iterator[psycopg.Connection[Any]]:
    """Role owner in the database of `standing_zone`."""
    dsn = server.dsn(role="pz_owner", database=standing_zone.connection.info.dbname)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


class Repeater:
    """An order sent again, as it was and with other content, and what became of both."""

    def __init__(self, bench: Bench, number: str) -> None:
        self.bench = bench
        self.again, self.other = (bench.paper(Trade(number=number), "order", note=note) for note in ("", "another"))

    def told(self) -> list[tuple[str, list[str]]]:
        """State and codes of both."""
        receipts = self.bench.send(self.again, self.other)
        self.bench.connection.commit()
        return [
            (state, [one["code"] for one in findings])
            for receipt in receipts
            for state, findings in self.bench.results(receipt)
        ]


def counted(bench: Bench) -> list[Any]:
    """What the counters say of the month: where its trades stand, and for whom they wait."""
    stand = bench.rows(
        "SELECT day, state, holder, n FROM clearance_stand WHERE n <> 0 AND day >= %s ORDER BY 1, 2, 3", MONTH
    )
    turn = bench.rows(
        "SELECT day, firm, state, n FROM clearance_turn WHERE n <> 0 AND day >= %s ORDER BY 1, 2, 3", MONTH
    )
    return [row for row in [*stand, *turn] if row[0] < date(2021, 4, 1)]


def test_a_number_stays_used_in_days_in_its_month_and_in_a_file(
    standing_zone: Bench, owner: psycopg.Connection[Any], tmp_path: Path
) -> None:
    bench, used = standing_zone, [("duplicate", []), ("refused", ["rule.key.exists"])]
    bench.set_clock(SENT)
    repeaters = [Repeater(bench, number) for number in ("T1", "T2", "T3")]
    bench.send(*(one.again for one in repeaters))
    bench.connection.commit()

    bench.set_clock(HALF_A_YEAR_ON)
    assert repeaters[0].told() == used

    tables = ("message", "body", "document", "trade", "receipt")
    merged = [bench.rows("SELECT pz_merge_month(%s, %s)", f"clearance_{table}", MONTH) for table in tables]
    bench.connection.commit()
    assert merged == [[(1,)]] * 5
    assert repeaters[1].told() == used

    before = counted(bench)
    bench.set_clock(YEARS_ON)
    bench.connection.commit()
    files = archive.detach(owner, tmp_path, MONTH, on=YEARS_ON.date(), reason="test")
    assert {one.parent: one.rows for one in files}["clearance_trade"] == 3
    assert bench.rows("SELECT count(*) FROM clearance_trade WHERE id < %s", first_id(HALF_A_YEAR_ON.date())) == [(0,)]
    bench.connection.commit()
    assert repeaters[2].told() == used
    assert counted(bench) == []

    archive.attach(owner, tmp_path, MONTH, reason="test")
    assert counted(bench) == before != []
    assert bench.trade(Trade(number="T3"))["state"] == "waiting"
