"""Two who tell a counterpart something at once, on two real connections: what both told stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pilotzone.simulators import settings
from pilotzone.simulators.broker import queues

Connection = psycopg.Connection[Any]
PATIENCE_S, PAUSE_S = 30, 0.02


@pytest.fixture
def pair(connect_as: Callable[[str], Connection]) -> Iterator[tuple[Connection, Connection]]:
    """Two connections to the counterparts' database; nobody told the broker anything, before and afterwards."""
    both = connect_as("counterpart"), connect_as("counterpart")

    def forget() -> None:
        for connection in both:
            connection.rollback()
            connection.autocommit = False
        both[0].execute("DELETE FROM simulators.setting WHERE name IN (%s, %s)", (queues.NAME, queues.QUEUES))
        both[0].commit()

    forget()
    yield both
    forget()


def in_the_middle(
    pair: tuple[Connection, Connection], first: Callable[[Connection], Any], second: Callable[[Connection], Any]
) -> None:
    """The second begins while what the first did is not yet committed, and goes on after it."""
    one, other = pair
    first(one)

    def act() -> None:
        second(other)
        other.commit()

    thread, until = threading.Thread(target=act, daemon=True), time.monotonic() + PATIENCE_S
    thread.start()
    while not one.execute("SELECT cardinality(pg_blocking_pids(%s))", (other.info.backend_pid,)).fetchone()[0]:  # type: ignore[index]
        assert thread.is_alive() and time.monotonic() < until, "the second waits for the first"
        time.sleep(PAUSE_S)
    one.commit()
    thread.join(timeout=PATIENCE_S)
    assert not thread.is_alive()


@pytest.mark.parametrize("told", [False, True], ids=["nothing told yet", "told before"])
def test_two_who_set_different_switches_at_once_both_stand(told: bool, pair: tuple[Connection, Connection]) -> None:
    if told:
        queues.behave(pair[0], {"delay_ms": 1})
        pair[0].commit()
    in_the_middle(pair, lambda one: queues.behave(one, {"full": 3}), lambda other: queues.behave(other, {"late": 2}))
    behaviour = queues.behaviour(pair[0])
    assert (behaviour.full, behaviour.late, behaviour.delay_ms) == (3, 2, int(told))


def test_two_queues_declared_at_once_are_both_there(pair: tuple[Connection, Connection]) -> None:
    in_the_middle(pair, lambda one: queues.declare(one, "mine"), lambda other: queues.declare(other, "yours"))
    assert all(queues.exists(pair[0], queue) for queue in ("mine", "yours"))


def test_between_statements_that_commit_by_themselves_nobody_comes_either(pair: tuple[Connection, Connection]) -> None:
    one, other = pair
    one.autocommit = True
    with settings.held(one, queues.NAME):
        taken = other.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('simulators.setting'), hashtext(%s))", (queues.NAME,)
        ).fetchone()
    assert taken == (False,)
