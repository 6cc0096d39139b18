"""What happened in a room, told to the rooms above: one row per batch and kind, read in order, none lost.

The order is the order in which publishers asked for a number while holding the locks on what they changed. A number
may be given out before an earlier one is committed, so a consumer reads only up to a number below which every
publisher has ended: it notes the last number given out and who is still publishing, and reads when they are done
(house.md "Events"; reading `id > last` would lose late committers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec

from pilotzone.base.compressed import compress, decompress
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.cursor import Cursor
from pilotzone.kernel.database import cursor_of

CHANNEL = "pz_event"
T = TypeVar("T")
_encoder = msgspec.json.Encoder(enc_hook=str)
Handler = Callable[[list["Event"]], None]


@dataclass(frozen=True)
class Event:
    """One batch as it was published; `at` is zone time."""

    id: int
    kind: str
    key: str
    payload: bytes
    at: datetime

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What was told, opened anew at each call."""
        return unpack(self.payload)

    def told(self, as_: msgspec.json.Decoder[list[T]]) -> list[T]:
        """What was told, in a form of the reader's own: what it does not name is not built."""
        return as_.decode(decompress(self.payload))


def publish(kind: str, rows: Iterable[Mapping[str, Any]], *, key: str = "", cursor: Cursor | None = None) -> None:
    """Tell one batch, in the caller's transaction. No rows, no event. Values json does not know become text."""
    payload = [row if type(row) is dict else dict(row) for row in rows]
    if not payload:
        return
    line = (kind, key, len(payload), _pack(payload))
    if cursor is not None:
        _insert(cursor, line)
        return
    with cursor_of() as own:
        _insert(own, line)


def consume(consumer: str, kinds: Sequence[str], handler: Handler, limit: int = 100, *, connection: Any = None) -> int:
    """Give `handler` the next batches of these kinds; how many it got.

    Handler and cursor share one transaction, so what it writes is written exactly once. Only one process serves a
    consumer at a time; another gets 0. A consumer passes over kinds it does not ask for: to add one, rebuild it. On an error nothing moves, the failure is noted and raised.
    """
    try:
        with _transaction(connection), cursor_of(connection) as cursor:
            batch = _next(cursor, consumer, list(kinds), limit)
            if batch:
                handler(batch)
            return len(batch)
    except Exception as failure:
        with _transaction(connection), cursor_of(connection) as cursor:
            cursor.execute(
                "UPDATE kernel_event_cursor SET failures = failures + 1, last_error = %s WHERE consumer = %s",
                (f"{type(failure).__name__}: {failure}"[:500], consumer),
            )
        raise


def rebuild(consumer: str, reset: Callable[[], None], *, connection: Any = None) -> None:
    """Empty a consumer's tables by `reset` and let it read everything again from the first event."""
    with _transaction(connection), cursor_of(connection) as cursor:
        cursor.execute("SELECT 1 FROM kernel_event_cursor WHERE consumer = %s FOR UPDATE", (consumer,))
        reset()
        cursor.execute(
            "UPDATE kernel_event_cursor SET position = 0, failures = 0, last_error = '' WHERE consumer = %s",
            (consumer,),
        )


def lag() -> dict[str, dict[str, Any]]:
    """Per consumer: events behind the last one told, failures since the last success, the last error (as platform)."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT consumer, (SELECT coalesce(max(id), 0) FROM kernel_event) - position, failures, last_error"
            " FROM kernel_event_cursor"
        )
        return {
            name: {"behind": max(behind, 0), "failures": failures, "error": error}
            for name, behind, failures, error in cursor.fetchall()
        }


def unpack(payload: bytes) -> list[dict[str, Any]]:
    """The rows of a stored payload."""
    return cast("list[dict[str, Any]]", msgspec.json.decode(decompress(payload)))


def _pack(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return compress(_encoder.encode(rows))


def _insert(cursor: Cursor, line: tuple[str, str, int, bytes]) -> None:
    cursor.execute("INSERT INTO kernel_event (kind, key, rows, payload) VALUES (%s, %s, %s, %s)", line)
    cursor.execute("SELECT pg_notify(%s, %s)", (CHANNEL, line[0]))


def _next(cursor: Cursor, consumer: str, kinds: list[str], limit: int) -> list[Event]:
    cursor.execute(_STILL, (consumer,))
    if cursor.fetchone() is not None:
        return []
    cursor.execute(_LOCK, (consumer,))
    place = cursor.fetchone()
    if place is None:
        cursor.execute(_ENTER, (consumer, consumer))
        cursor.execute(_LOCK, (consumer,))
        place = cursor.fetchone()
        if place is None:
            return []
    position, *seen, failures = place
    safe, fence, waiting = _horizon(cursor, *seen)
    cursor.execute(
        "SELECT id, kind, key, payload, at FROM kernel_event"
        " WHERE id > %s AND id <= %s AND kind = ANY(%s) ORDER BY id LIMIT %s",
        (position, safe, kinds, limit),
    )
    batch = [Event(id_, kind, key, payload, at) for id_, kind, key, payload, at in cursor.fetchall()]
    reached = batch[-1].id if len(batch) == limit else max(safe, position)
    if reached == position and [fence, waiting] == seen and not failures:
        return batch  # nothing new: nothing to write, and no log to wait for
    cursor.execute(
        "UPDATE kernel_event_cursor SET position = %s, fence = %s, waiting = %s, moved_at = pz_now(),"
        " failures = 0, last_error = '' WHERE consumer = %s",
        (reached, fence, waiting, consumer),
    )
    return batch


def _horizon(cursor: Cursor, fence: int, waiting: list[str]) -> tuple[int, int, list[str]]:
    """The number up to which nothing can appear any more, and the fence to leave for the next look.

    The last number is read before the publishers: whoever took a number up to it has ended or is seen publishing
    (an INSERT locks the table before it takes a number and holds the lock to its end).
    """
    cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM kernel_event_id_seq")
    last = int(cursor.fetchone()[0])
    cursor.execute(_PUBLISHERS)
    open_ = [row[0] for row in cursor.fetchall()]
    if not open_:
        return last, 0, []
    if set(waiting) & set(open_):
        return 0, fence, waiting
    return fence, last, open_


def _transaction(connection: Any) -> AbstractContextManager[Any]:
    return scope(PLATFORM) if connection is None else connection.transaction()


# no number was given out that the consumer has not passed: readers look often, and a lock taken is a flush at the end
_STILL = (
    "SELECT 1 FROM kernel_event_cursor c, kernel_event_id_seq s WHERE c.consumer = %s AND c.failures = 0 AND c.fence = 0"
    " AND c.position >= CASE WHEN s.is_called THEN s.last_value ELSE 0 END"
)
_LOCK = "SELECT position, fence, waiting, failures FROM kernel_event_cursor WHERE consumer = %s FOR UPDATE SKIP LOCKED"
# asks before it inserts: an insert would wait for the process that serves this consumer now
_ENTER = (
    "INSERT INTO kernel_event_cursor (consumer) SELECT %s"
    " WHERE NOT EXISTS (SELECT 1 FROM kernel_event_cursor WHERE consumer = %s) ON CONFLICT DO NOTHING"
)
_PUBLISHERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'kernel_event'::regclass AND mode = 'RowExclusiveLock' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND pid IS DISTINCT FROM pg_backend_pid()
"""
