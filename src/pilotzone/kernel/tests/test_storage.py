"""Days become months beside readers and writers; what is interrupted changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.kernel import clock, storage
from pilotzone.kernel.partitions import first_id
from pilotzone.kernel.storage import Merged, leaves, merge

TABLE, MONTH = "kernel_told", date(2021, 2, 1)
Rows = dict[int, str]


class Store:
    """A table by day in a database of its own; 1 March 2021. Connections of its roles; everything is committed."""

    def __init__(self, connect: Callable[[str], psycopg.Connection[Any]]) -> None:
        self.connect = connect
        self.owner, self.flood = connect("owner"), connect("flood")
        self.owner.execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, note text NOT NULL) PARTITION BY RANGE (id)")
        self.owner.execute(f"CREATE INDEX ON {TABLE} (note)")
        self.owner.execute(
            "INSERT INTO kernel_clock (demo, wall_at, zone_at, rate) VALUES (true, now(), %s, 0)",
            (datetime(2021, 3, 1, 4, tzinfo=UTC),),
        )

    def fill(self, *days: int) -> Rows:
        """Three rows on each of these days of February, and nothing else in the table."""
        self.empty()
        for day in days:
            first = first_id(date(2021, 2, day))
            self.owner.execute(f"CREATE TABLE {TABLE}_d202102{day:02} (LIKE {TABLE} INCLUDING ALL)")
            self.owner.execute(
                f"ALTER TABLE {TABLE} ATTACH PARTITION {TABLE}_d202102{day:02} FOR VALUES FROM ({first}) TO ({first + (1 << 38)})"
            )
            for n in range(3):
                self.flood.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", (first + n, f"{day}.{n}"))
        return self.rows()

    def empty(self) -> None:
        """Drop every partition of the table."""
        for (leaf,) in self.owner.execute(
            "SELECT relname FROM pg_class WHERE relname ~ %s AND relkind = 'r'", (f"^{TABLE}_[dm]",)
        ).fetchall():
            self.owner.execute(f"DROP TABLE {leaf}")

    def rows(self) -> Rows:
        """What readers of the table see."""
        return dict(self.flood.execute(f"SELECT id, note FROM {TABLE}").fetchall())

    def step(self, query: str, words: tuple[Any, ...]) -> Any:
        """As `storage.step`, on a connection of the pipeline."""
        row = self.flood.execute(query, words).fetchone()
        assert row is not None
        return row[0]

    def copied(self) -> None:
        """A merge up to the switch."""
        self.step("SELECT pz_merge_begin(%s, %s)", (TABLE, MONTH))
        while self.step("SELECT pz_merge_watch(%s, %s)", (TABLE, MONTH)):
            pass
        self.step("SELECT pz_merge_copy(%s, %s)", (TABLE, MONTH))

    def names(self) -> list[str]:
        """The partitions."""
        with self.owner.cursor() as cursor:
            return [one.leaf for one in leaves(cursor) if one.parent == TABLE]


@pytest.fixture(scope="module")
def store(
    server: Any, fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any
) -> Iterator[Store]:
    """Django's connection, role web, leads there meanwhile."""
    name = fresh_database("pz_storage_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    opened: list[psycopg.Connection[Any]] = []

    def connect(role: str) -> psycopg.Connection[Any]:
        dsn = server.dsn(role=f"pz_{role}", database=name)
        opened.append(psycopg.connect(dsn, autocommit=True, options="-c lock_timeout=10s"))
        return opened[-1]

    default = connections["default"]
    before = default.settings_dict["NAME"]
    with django_db_blocker.unblock():
        default.close()
        default.settings_dict["NAME"] = name
        clock.forget()
        yield Store(connect)
        default.close()
        default.settings_dict["NAME"] = before
        clock.forget()
    for one in opened:
        one.close()


def test_partitions_are_made_ahead_once(store: Store) -> None:
    store.empty()
    assert storage.ahead(7) >= 8
    assert storage.ahead(7) == 0
    assert store.names() == [f"{TABLE}_d202103{day:02}" for day in range(1, 9)]
    (row,) = store.owner.execute(
        "SELECT action, kind FROM kernel_audit WHERE object_kind = 'storage' AND action = 'storage.ahead'"
    ).fetchall()
    assert row == ("storage.ahead", "system")


def test_the_days_of_a_closed_month_become_one_partition_and_leave_a_line(store: Store) -> None:
    told = store.fill(3, 4, 28)
    assert merge(TABLE, MONTH, step=store.step) == Merged(TABLE, MONTH, 3)
    assert (store.names(), store.rows()) == ([f"{TABLE}_m202102"], told)
    assert store.step("SELECT pz_storage_sweep()", ()) == 3
    assert store.rows() == told
    ((days,),) = store.owner.execute(
        "SELECT after->'days' FROM kernel_audit WHERE object_id = %s", (f"{TABLE}_m202102",)
    )
    assert days == 3
    indexes = store.owner.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", (f"{TABLE}_m202102",))
    assert sorted(name for (name,) in indexes.fetchall()) == [f"{TABLE}_m202102_note_idx", f"{TABLE}_m202102_pkey"]


def test_a_month_that_is_not_over_stays_in_days(store: Store) -> None:
    store.empty()
    storage.ahead(1)
    assert not merge(TABLE, date(2021, 3, 1), step=store.step).days
    assert len(store.names()) == 2


def test_a_merge_that_dies_anywhere_changes_nothing_and_the_next_one_finishes(store: Store) -> None:
    told = store.fill(1, 2)
    steps = ("pz_merge_begin", "pz_merge_watch", "pz_merge_watch", "pz_merge_copy")
    for last in ("pz_merge_begin", "pz_merge_watch", "pz_merge_copy"):
        dying = store.connect("flood")
        for name in steps:
            dying.execute(f"SELECT {name}(%s, %s)", (TABLE, MONTH))
            if name == last:
                break
        dying.close()
        assert store.rows() == told
        store.flood.execute(f"UPDATE {TABLE} SET note = 'after ' || note WHERE id = %s", (min(told),))
        told = store.rows()
    assert merge(TABLE, MONTH, step=store.step).days == 2
    assert store.rows() == told
    assert store.owner.execute("SELECT count(*) FROM kernel_merge_change").fetchone() == (0,)


def test_a_reader_is_not_disturbed_and_the_switch_gives_up_rather_than_wait(store: Store) -> None:
    told = store.fill(1, 2)
    store.copied()
    reader = store.connect("flood")
    with reader.transaction():
        assert len(reader.execute(f"SELECT * FROM {TABLE}").fetchall()) == 6
        with pytest.raises(psycopg.errors.LockNotAvailable):
            store.step("SELECT pz_merge_switch(%s, %s, 1)", (TABLE, MONTH))
        assert dict(reader.execute(f"SELECT id, note FROM {TABLE}").fetchall()) == told
    assert store.step("SELECT pz_merge_switch(%s, %s, 1)", (TABLE, MONTH)) == 2
    assert store.rows() == told


def test_one_merges_a_table_at_a_time(store: Store) -> None:
    store.fill(1)
    other = store.connect("flood")
    other.execute("SELECT pg_advisory_lock(20907, hashtext(%s))", (TABLE,))
    assert merge(TABLE, MONTH, step=store.step).why
    other.close()


def test_a_day_that_appears_meanwhile_makes_it_begin_again(store: Store) -> None:
    store.fill(1, 2)
    store.copied()
    store.step("SELECT pz_partition(%s, %s)", (TABLE, date(2021, 2, 9)))
    with pytest.raises(psycopg.errors.RaiseException, match="begin again"):
        store.step("SELECT pz_merge_switch(%s, %s)", (TABLE, MONTH))
    assert merge(TABLE, MONTH, step=store.step).days == 3


CHANGES = st.lists(
    st.tuples(st.sampled_from(("insert", "update", "delete")), st.sampled_from((1, 2)), st.integers(0, 5)), max_size=6
)


@settings(max_examples=8)
@given(changes=st.tuples(CHANGES, CHANGES))
def test_what_is_written_meanwhile_is_in_the_month(store: Store, changes: tuple[list[Any], list[Any]]) -> None:
    model = store.fill(1, 2)
    turn = iter(changes)

    def step(query: str, words: tuple[Any, ...]) -> Any:
        done = store.step(query, words)
        if "copy" in query or ("watch" in query and done == 0):  # before and after the copying
            for what, day, place in next(turn):
                number = first_id(date(2021, 2, day)) + place
                model.pop(number, None) if what == "delete" else None
                store.flood.execute(f"DELETE FROM {TABLE} WHERE id = %s", (number,)) if what != "update" else None
                if what == "insert":
                    model[number] = f"new {place}"
                    store.flood.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", (number, model[number]))
                if what == "update" and number in model:
                    model[number] += "!"
                    store.flood.execute(f"UPDATE {TABLE} SET note = note || '!' WHERE id = %s", (number,))
        return done

    assert merge(TABLE, MONTH, step=step).days == 2
    assert store.rows() == model


def test_the_job_does_all_of_it_and_merges_some_days_after_the_month(store: Store) -> None:
    told = store.fill(1, 2)
    assert (TABLE, "2021-02") not in {(one["table"], one["month"]) for one in storage.care()["merged"]}
    done = storage.care(on=date(2021, 3, 6))
    assert {"table": TABLE, "month": "2021-02", "days": 2} in done["merged"]
    assert (done["failed"], store.rows()) == ([], told)
    assert f"{TABLE}_m202102" not in [
        one.leaf for one in leaves(store.owner.cursor()) if one.analysed is None and one.parent == TABLE
    ]
    assert storage.care(on=date(2021, 3, 6))["merged"] == []


def test_pages_may_not_touch_storage_for_anybody_but_the_platform(store: Store) -> None:
    web = store.connect("web")
    for call in ("pz_storage_ahead(1)", "pz_storage_sweep()", f"pz_merge_begin('{TABLE}', '2021-02-01')"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"kernel\.storage\.denied"):
            web.execute(f"SELECT {call}")
