"""Earlier lists: where copies lie, and that their tables are as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pilotzone.kernel.partitions import day_of_id, first_id
from pilotzone.portal.bench import history

NUMBER = first_id(date(2021, 11, 10)) + 7


@pytest.fixture
def connection(owner_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[psycopg.Connection[Any]]:
    one = owner_connect()
    yield one
    one.rollback()


def _copied(connection: psycopg.Connection[Any], column: history.Column, value: Any, n: int) -> Any:
    told = history._value(column, 1000)
    query = sql.SQL("SELECT {} FROM (SELECT %s::{} AS {}) s, (SELECT %s AS n) c").format(
        told, sql.SQL(column.kind), sql.Identifier(column.name)
    )
    row = connection.execute(query, (value, n)).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("n", "day"), [(1, "2021-11-09"), (600, "2020-03-20"), (601, "2021-11-09"), (1249, "2021-09-22")]
)
def test_copies_lie_on_days_of_their_own(connection: psycopg.Connection[Any], n: int, day: str) -> None:
    number = _copied(connection, history.Column("id", "bigint", False), NUMBER, n)
    assert str(day_of_id(number)) == day
    assert number - first_id(day_of_id(number)) == 7 + n * 1000
    accepted = _copied(connection, history.Column("accepted_on", "date", False), date(2021, 11, 10), n)
    assert str(accepted) == day


@pytest.mark.parametrize(("number", "copy"), [(0, 0), (12, 3012)])
def test_a_number_without_a_day_and_one_that_names_nothing_keep_their_kind(
    connection: psycopg.Connection[Any], number: int, copy: int
) -> None:
    assert _copied(connection, history.Column("inbox_id", "bigint", False), number, 3) == copy


def test_partitions_have_their_indexes_again(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "CREATE TABLE pz_try (id bigint PRIMARY KEY, a int) PARTITION BY RANGE (id);"
        "CREATE TABLE pz_try_1 PARTITION OF pz_try FOR VALUES FROM (0) TO (9);"
        "CREATE INDEX ON pz_try (a); CREATE INDEX ON pz_try_1 (a, id)"
    )
    count = "SELECT count(*) FROM pg_indexes WHERE tablename = 'pz_try_1'"
    assert connection.execute(count).fetchone() == (3,)
    made = history._take_indexes(connection, "pz_try")
    assert connection.execute(count).fetchone() == (1,)
    for one in made:
        connection.execute(one)
    assert connection.execute(count).fetchone() == (3,)


def _insert(connection: psycopg.Connection[Any], number: int) -> None:
    """A trade of that number, empty but for what a row must have."""
    empty = {"text": "", "bigint": 0, "boolean": False, "jsonb": "[]", "ARRAY": "{}", "date": "2019-03-05"}
    asked = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'clearance_trade'"
        " AND is_nullable = 'NO' AND is_generated = 'NEVER'"
    ).fetchall()
    row = {name: empty.get(kind, "2019-03-05T08:00:00Z") for name, kind in asked} | {"id": number, "hash": -number}
    connection.execute(
        sql.SQL("INSERT INTO clearance_trade ({}) VALUES ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
        ),
        row,
    )


def test_counters_hold_the_trades_of_every_leaf(connection: psycopg.Connection[Any]) -> None:
    days = [date(2019, 3, 5), date(2019, 4, 6), date(2019, 5, 8)]  # long over: a leaf a month
    for day in (*days, date(2019, 6, 9)):
        connection.execute("SELECT pz_partition('clearance_trade', %s)", (day,))
    for day in days:
        _insert(connection, first_id(day) + 7)
    history._count_anew(connection)
    counted = connection.execute("SELECT day, sum(n) FROM clearance_stand GROUP BY day").fetchall()
    assert sorted(row for row in counted if row[0] in days) == [(day, 1) for day in days]
    there = connection.execute("SELECT count(*) FROM clearance_trade WHERE NOT history").fetchone()
    assert (sum(n for _, n in counted),) == there
