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
