"""Events arrive once, in order, and none is lost to a late commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pilotzone.kernel import events
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event, consume, publish

Connect = Callable[[], "psycopg.Connection[Any]"]


@pytest.fixture
def connect(flood_connect: Connect) -> Iterator[Connect]:
    yield flood_connect
    with flood_connect() as raw:
        raw.execute("DELETE FROM kernel_event")
        raw.execute("DELETE FROM kernel_event_cursor")


def take(raw: psycopg.Connection[Any], kinds: tuple[str, ...] = ("a",), limit: int = 100) -> list[int]:
    got: list[Event] = []
    consume("t", kinds, got.extend, limit, connection=raw)
    raw.commit()
    return [row["n"] for event in got for row in event.rows]


def test_a_late_committer_is_not_lost(connect: Connect) -> None:
    late, early, reader = connect(), connect(), connect()
    publish("a", [{"n": 1}], cursor=late.cursor())
    publish("a", [{"n": 2}], cursor=early.cursor())
    early.commit()
    assert take(reader) == []  # 2 is there, but 1 may still come before it
    assert take(reader) == []
    late.commit()
    assert take(reader) == [1, 2]
    assert take(reader) == []


def test_a_steady_stream_of_publishers_does_not_starve_the_reader(connect: Connect) -> None:
    one, two, reader = connect(), connect(), connect()
    got: list[int] = []
    writers = [one, two]
    for number in range(1, 9):
        publish("a", [{"n": number}], cursor=writers[number % 2].cursor())
        writers[(number + 1) % 2].commit()  # the other one: somebody is always open
        got += take(reader)
    assert got == sorted(got)
    assert len(got) >= 5
    one.commit()
    two.commit()
    assert got + take(reader) == list(range(1, 9))


def test_a_rolled_back_publisher_leaves_nothing(connect: Connect) -> None:
    writer, reader = connect(), connect()
    publish("a", [{"n": 1}], cursor=writer.cursor())
    writer.rollback()
    publish("a", [{"n": 2}], cursor=writer.cursor())
    writer.commit()
    assert take(reader) == [2]


def test_a_look_at_nothing_new_writes_nothing(connect: Connect) -> None:
    writer, reader = connect(), connect()
    publish("a", [{"n": 1}], cursor=writer.cursor())
    writer.commit()
    assert take(reader) == [1]
    row = "SELECT xmin::text, xmax::text FROM kernel_event_cursor WHERE consumer = 't'"
    before = writer.execute(row).fetchone()
    writer.commit()
    assert take(reader) == []
    assert writer.execute(row).fetchone() == before
    publish("a", [{"n": 2}], cursor=writer.cursor())
    writer.commit()
    assert take(reader) == [2]


def test_a_failing_handler_moves_nothing_and_is_noted(connect: Connect) -> None:
    writer, reader = connect(), connect()
    take(reader)
    publish("a", [{"n": 1}], cursor=writer.cursor())
    writer.commit()

    def fail(batch: list[Event]) -> None:
        raise KeyError("broken")

    with pytest.raises(KeyError):
        consume("t", ["a"], fail, connection=reader)
    reader.commit()
    noted = reader.execute("SELECT failures, last_error FROM kernel_event_cursor").fetchone()
    reader.commit()
    assert noted is not None and noted[0] == 1 and "broken" in noted[1]
    assert take(reader) == [1]


def test_one_consumer_is_served_by_one_process(connect: Connect) -> None:
    writer, reader, other = connect(), connect(), connect()
    publish("a", [{"n": 1}], cursor=writer.cursor())
    writer.commit()
    take(reader, kinds=("nothing",))
    publish("a", [{"n": 2}], cursor=writer.cursor())
    writer.commit()
    seen: list[int] = []

    def slow(batch: list[Event]) -> None:
        seen.append(consume("t", ["a"], lambda _: None, connection=other))

    assert consume("t", ["a"], slow, connection=reader) == 1
    assert seen == [0]


def test_limit_kinds_and_rebuild(connect: Connect) -> None:
    writer, reader = connect(), connect()
    for number in range(5):
        publish("a" if number != 2 else "b", [{"n": number}], cursor=writer.cursor())
    writer.commit()
    assert take(reader, limit=2) == [0, 1]
    assert take(reader, limit=2) == [3, 4]
    events.rebuild("t", lambda: None, connection=reader)
    assert take(reader, kinds=("a", "b")) == [0, 1, 2, 3, 4]


def test_publishing_wakes_listeners(connect: Connect) -> None:
    writer, reader = connect(), connect()
    reader.autocommit = True
    reader.execute("LISTEN pz_event")
    publish("a", [{"n": 1}], cursor=writer.cursor())
    writer.commit()
    assert [note.payload for note in reader.notifies(timeout=5, stop_after=1)] == ["a"]


@pytest.mark.django_db
def test_a_firm_publishes_but_does_not_read_and_no_rows_are_no_event() -> None:
    got: list[Event] = []
    with scope(Actor(kind="enterprise", organisation=1)):
        publish("k", [{"n": 1, "day": "二"}], key="order-1")
        publish("k", [])
    assert consume("c", ["k"], got.extend) == 1
    assert (got[0].kind, got[0].key, got[0].rows) == ("k", "order-1", [{"n": 1, "day": "二"}])
    with scope(PLATFORM):
        assert events.lag()["c"]["behind"] == 0
