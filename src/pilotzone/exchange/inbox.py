"""What came in: kept as it came before anybody is told so, read in order by the workers, each message once.

A message sent twice is kept twice: what was acknowledged can be proved, and the worker answers the second by its
keys with the first one's result. Times are the database's: `received_at` of the zone's clock, `received_wall` real.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import xxhash

from pilotzone.exchange.sealing import pack, unpack

PARTITIONS = 64
CHANNEL = "pz_inbox"
SUBSCRIPTION = "subscription"  # a copy of what its firm sent to customs itself: never sent there again
TABLE = "exchange_inbox"
MAX_BATCH_BYTES = 64 * 1024 * 1024
_SENDER = re.compile(rb"<(?:\w{1,20}:)?(?:SenderId|copCode)>\s*([\w.-]{1,40})\s*<")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to keep. `channel` is http, folder, excel, desk, customs, subscription …; `client` says who brought it.

    `at` dates a message back, and only a demonstration zone lets it: there a synthetic year arrives in a minute.
    """

    raw: bytes
    channel: str
    client: str = ""
    organisation_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept message. `sealed` is the form it lies in; `raw()` opens it, at a cost, each time."""

    id: int
    receipt_id: str
    received_at: datetime
    channel: str
    client: str
    organisation_id: int | None
    partition: int
    size: int
    sealed: bytes

    def raw(self) -> bytes:
        """The bytes as they came."""
        return unpack(self.sealed, TABLE)


def keep(connection: Any, messages: Sequence[Incoming]) -> list[str]:
    """Write the messages in one statement of the caller's transaction and wake the workers; answers receipt ids.

    `connection` is a psycopg connection or Django's. Nothing is durable before the caller commits.
    """
    if not messages:
        return []
    receipts = [_receipt_id() for _ in messages]
    columns: tuple[list[Any], ...] = (
        receipts,
        [m.channel for m in messages],
        [m.client for m in messages],
        [m.organisation_id for m in messages],
        [partition_of(m) for m in messages],
        [len(m.raw) for m in messages],
        [hashlib.sha256(m.raw).digest() for m in messages],
        [pack(m.raw, TABLE) for m in messages],
        [m.at for m in messages],
    )
    with _cursor(connection) as cursor:
        cursor.execute(_KEEP, columns)
        cursor.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
    return receipts


def keep_one(connection: Any, raw: bytes, *, channel: str, client: str = "", organisation_id: int | None = None) -> str:
    """Keep one message; answers its receipt id."""
    return keep(connection, [Incoming(raw, channel, client, organisation_id)])[0]


def claim(cursor: Any, partitions: Iterable[int] = range(PARTITIONS)) -> dict[int, int]:
    """Lock the cursors of these partitions that no other worker holds; answers partition → position."""
    cursor.execute(
        "SELECT partition, position FROM exchange_cursor WHERE partition = ANY(%s) ORDER BY partition"
        " FOR UPDATE SKIP LOCKED",
        (list(partitions),),
    )
    return dict(cursor.fetchall())


def take(
    cursor: Any, partitions: Iterable[int], after: int | Mapping[int, int], limit: int,
    *, max_bytes: int = MAX_BATCH_BYTES,
) -> list[Kept]:  # fmt: skip
    """The next messages of these partitions beyond `after`, oldest first, at most `limit` and `max_bytes` (one at least).

    Never reads past a writer that has not ended, so moving the cursor to the last one taken loses nothing.
    """
    places = list(partitions)
    positions = [after if isinstance(after, int) else after.get(place, 0) for place in places]
    cursor.execute("SELECT exchange_inbox_safe()")
    safe = cursor.fetchone()[0]
    cursor.execute(_TAKE, {"places": places, "after": positions, "safe": safe, "limit": limit, "bytes": max_bytes})
    return [Kept(*row) for row in cursor.fetchall()]


def move(cursor: Any, rows: Iterable[Kept]) -> None:
    """Move the cursors past the messages taken, in the transaction that writes their results."""
    reached: dict[int, int] = {}
    for row in rows:
        reached[row.partition] = max(row.id, reached.get(row.partition, 0))
    cursor.execute(
        "UPDATE exchange_cursor c SET position = greatest(c.position, n.position), moved_at = pz_now()"
        " FROM unnest(%s::smallint[], %s::bigint[]) n(partition, position) WHERE c.partition = n.partition",
        (list(reached), list(reached.values())),
    )


def raw(connection: Any, message_id: int) -> bytes | None:
    """The bytes of a message as they came; None where the caller sees no such message."""
    with _cursor(connection) as cursor:
        cursor.execute("SELECT raw FROM exchange_inbox WHERE id = %s", (message_id,))
        row = cursor.fetchone()
    return unpack(row[0], TABLE) if row else None


def backlog(cursor: Any) -> int:
    """Messages kept but not yet worked on."""
    cursor.execute(
        "SELECT coalesce(sum(n.waiting), 0)::bigint FROM exchange_cursor c CROSS JOIN LATERAL"
        " (SELECT count(*) AS waiting FROM exchange_inbox i WHERE i.partition = c.partition AND i.id > c.position) n"
    )
    return int(cursor.fetchone()[0])


def partition_of(message: Incoming) -> int:
    """The partition of the enterprise a message comes from, found without parsing: one sender, one order of work."""
    found = _SENDER.search(message.raw)
    sender = found[1] if found else message.client.encode()
    return xxhash.xxh32_intdigest(sender) % PARTITIONS


def _receipt_id() -> str:
    # 48 bits of time keep the index in order, 80 bits of chance keep the id from being guessed
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def _cursor(connection: Any) -> psycopg.Cursor[Any]:
    """A plain psycopg cursor: Django's own binds on the client, where bytes double in size."""
    if not isinstance(connection, psycopg.Connection):
        connection.ensure_connection()
        connection = connection.connection
    return psycopg.Cursor(connection)


_KEEP = """
INSERT INTO exchange_inbox (receipt_id, channel, client, organisation_id, partition, size, sha256, raw, received_at)
SELECT receipt_id, channel, client, organisation_id, partition, size, sha256, raw,
       CASE WHEN at < pz_now() AND (SELECT demo FROM kernel_clock) THEN at ELSE pz_now() END
FROM unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::smallint[], %b::int[], %b::bytea[], %b::bytea[],
            %b::timestamptz[])
     AS m (receipt_id, channel, client, organisation_id, partition, size, sha256, raw, at)
"""
# The bounds are pairs so that only the index by partition serves them: an empty partition must not cost a walk over all
# that waits in the others. Bodies are fetched of the chosen alone.
_TAKE = """
SELECT id, receipt_id, received_at, channel, client, organisation_id, partition, size, raw FROM exchange_inbox
WHERE id = ANY (ARRAY(
    SELECT id FROM (
        SELECT i.id, sum(i.size) OVER (ORDER BY i.id) AS heap, row_number() OVER (ORDER BY i.id) AS place
        FROM unnest(%(places)s::smallint[], %(after)s::bigint[]) AS p (partition, position)
        CROSS JOIN LATERAL (
            SELECT x.id, x.size FROM exchange_inbox x
            WHERE (x.partition, x.id) > (p.partition, p.position) AND (x.partition, x.id) <= (p.partition, %(safe)s)
            ORDER BY x.partition, x.id LIMIT %(limit)s
        ) i ORDER BY i.id LIMIT %(limit)s
    ) t WHERE place = 1 OR heap <= %(bytes)s
)) ORDER BY id
"""
