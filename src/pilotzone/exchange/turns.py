"""Several workers on one stream of messages, each in its turn (docs/adr/0008).

A worker claims the next stretch, works on it beside the others, and waits with its decision until the worker before it
has committed or died. A claim is only a hint, kept in a sequence: what counts is the cursor, which moves with the
results. Whoever finds at his turn that the cursor is not where his stretch begins throws his work away and claims anew.
Locks are the session's: a killed worker's are gone with its connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pilotzone.exchange import inbox
from pilotzone.exchange.inbox import Kept

_CLAIM, _TICKETS = 20904, 20905  # names of advisory locks: the one who claims; one a ticket


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages in their order, the cursor they follow (`start`), and the place in the queue (`ticket`)."""

    rows: Sequence[Kept]
    start: int
    ticket: int


@contextmanager
def claimed(connection: Any, partitions: Sequence[int], limit: int, max_bytes: int) -> Iterator[Stretch | None]:
    """Claim the next messages of these partitions; None where there are none. The ticket is given back at the end."""
    stretch = _claim(connection, partitions, limit, max_bytes)
    try:
        yield stretch
    finally:
        if stretch is not None and not connection.closed:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_TICKETS, stretch.ticket))


def wait(connection: Any, stretch: Stretch) -> None:
    """Wait until the forerunner has committed, given up or died."""
    before = stretch.ticket - 1
    with connection.transaction():
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (_TICKETS, before))
        connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_TICKETS, before))


def position(cursor: Any, partitions: Sequence[int]) -> int:
    """How far the stream was worked on; holds the cursor to the end of the transaction."""
    cursor.execute(
        "SELECT position FROM exchange_cursor WHERE partition = ANY(%s) ORDER BY partition FOR UPDATE",
        (list(partitions),),
    )
    return max((row[0] for row in cursor.fetchall()), default=0)


def forget(connection: Any, partitions: Sequence[int]) -> None:
    """Let the next claim begin at the cursor: the stretches claimed beyond it came to nothing."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('exchange_claimed', coalesce(max(position), 0)) FROM exchange_cursor WHERE partition = ANY(%s)",
            (list(partitions),),
        )


def _claim(connection: Any, partitions: Sequence[int], limit: int, max_bytes: int) -> Stretch | None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_CLAIM,))
        cursor.execute(_START, (_TICKETS, list(partitions)))
        (start,) = cursor.fetchone()
        rows = inbox.take(cursor, partitions, start, limit, max_bytes=max_bytes)
        if not rows:
            return None
        cursor.execute("SELECT nextval('exchange_ticket')::int, setval('exchange_claimed', %s)", (rows[-1].id,))
        ticket, _ = cursor.fetchone()
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", (_TICKETS, ticket))
        return Stretch(rows, start, ticket)


# with nobody at work a claim left behind by the dead counts for nothing
_START = """
SELECT greatest(coalesce(max(position), 0), CASE WHEN EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
      AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
) THEN (SELECT last_value FROM exchange_claimed) ELSE 0 END)
FROM exchange_cursor WHERE partition = ANY(%s)
"""
