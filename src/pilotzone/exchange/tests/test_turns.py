"""Workers take turns: stretches follow one another, the dead hold nobody up, and the cursor is the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg

from pilotzone.exchange import inbox, turns
from pilotzone.exchange.inbox import Incoming

Connect = Callable[[], psycopg.Connection[Any]]
ALL = range(inbox.PARTITIONS)


def kept(connection: psycopg.Connection[Any], count: int) -> None:
    for number in range(count):
        inbox.keep(connection, [Incoming(f"<m>{number}</m>".encode(), "http", f"sender {number}")])
        connection.commit()


def claim(connection: psycopg.Connection[Any], limit: int) -> Any:
    return turns.claimed(connection, ALL, limit, 10**9)


def decide(connection: psycopg.Connection[Any], stretch: turns.Stretch) -> bool:
    """Move the cursor as a worker does; False where the stretch does not follow it."""
    turns.wait(connection, stretch)
    with connection.transaction(), connection.cursor() as cursor:
        if turns.position(cursor, ALL) != stretch.start:
            return False
        inbox.move(cursor, stretch.rows)
        return True


def bodies(stretch: turns.Stretch) -> list[bytes]:
    return [row.raw() for row in stretch.rows]


def test_stretches_follow_one_another_and_the_second_waits_for_the_first(emptied: Connect) -> None:
    first, second = emptied(), emptied()
    kept(first, 5)
    decided: list[str] = []
    with claim(first, 3) as ahead, claim(second, 3) as behind:
        assert [len(bodies(ahead)), len(bodies(behind))] == [3, 2]
        assert not set(bodies(ahead)) & set(bodies(behind))
        waiting = threading.Thread(target=lambda: decided.append("second" if decide(second, behind) else "thrown away"))
        waiting.start()
        assert decide(first, ahead)
        decided.append("first")
        assert waiting.is_alive()  # the first has committed, yet holds its ticket
        with first.transaction():
            first.execute("SELECT pg_advisory_unlock_all()")
        waiting.join(20)
    assert decided == ["first", "second"]
    with claim(first, 3) as rest:
        assert rest is None


def test_what_the_dead_had_claimed_is_claimed_again(emptied: Connect) -> None:
    dying, living = emptied(), emptied()
    kept(living, 4)
    with claim(dying, 2) as lost:
        assert lost is not None
        with claim(living, 2) as behind:
            dying.close()
            assert not decide(living, behind)
            turns.forget(living, ALL)
    with claim(living, 10) as again:
        assert len(bodies(again)) == 4
        assert decide(living, again)


def test_a_claim_left_behind_by_the_dead_alone_counts_for_nothing(emptied: Connect) -> None:
    dying, living = emptied(), emptied()
    kept(living, 2)
    pid = dying.info.backend_pid
    with claim(dying, 2):
        dying.close()
    while living.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
        living.commit()  # the server notices in its own time
    with claim(living, 2) as again:
        assert len(bodies(again)) == 2
