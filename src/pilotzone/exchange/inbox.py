"""What came in: kept as it came before anybody is told so, read in order by the workers, each message once.

A message sent twice is kept twice: what was acknowledged can be proved, and the worker answers the second by its
keys with the first one's result. Times are the database's: `received_at` of the zone's clock, `received_wall` real.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import psycopg
import xxhash

from pilotzone.exchange import groups
from pilotzone.exchange.groups import Group

PARTITIONS = 64
CHANNEL = "pz_inbox"
SUBSCRIPTION = "subscription"  # a copy of what its firm sent to customs itself: never sent there again
MAX_BATCH_BYTES = 64 * 1024 * 1024
MAX_GROUP_BYTES = 8 * 1024 * 1024  # a group is opened whole; a larger message is a group of its own
_TAIL = 9  # bytes of chance: 72 bits keep a receipt id from being guessed
_FRONT = 512  # within which an envelope names itself
_LONGEST_SENDER = 60


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


class Kept(msgspec.Struct):
    """A kept message. It lies in a group (`group`, from `start`) that `raw()` opens once for all its messages."""

    id: int
    receipt_id: str
    received_at: datetime
    channel: str
    client: str
    organisation_id: int | None
    partition: int
    size: int
    start: int
    group: Group

    def raw(self) -> bytes:
        """The bytes as they came."""
        return self.group.part(self.start, self.size)


@dataclass(frozen=True, slots=True)
class Kin:
    """What a replay of a kept message takes over: by which way it came, who brought it, whose it is."""

    id: int
    channel: str
    client: str
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What the inbox tells of a message without opening it; times are the zone's, `sha256` hexadecimal over the bytes as they came."""

    id: int
    receipt_id: str
    received_at: datetime
    channel: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Packed:
    """Messages ready to be written as one group: `told` are the statement's values, `tails` the ends of receipt ids."""

    statement: str
    told: dict[str, Any]
    tails: str
    count: int


def keep(connection: Any, messages: Sequence[Incoming], *, wake: bool = True) -> list[str]:
    """Write the messages in the caller's transaction and `wake` the workers; answers receipt ids.

    `connection` is a psycopg connection or Django's. Nothing is durable before the caller commits; where the
    connection commits by itself it is then, group by group.
    """
    return write(connection, pack(messages), wake=wake)


def pack(messages: Sequence[Incoming]) -> list[Packed]:
    """The part of `keep` that needs no database: groups of at most groups.MOST messages and MAX_GROUP_BYTES."""
    return [_pack(group) for group in _groups(messages)] if messages else []


def write(connection: Any, packed: Sequence[Packed], *, wake: bool = True) -> list[str]:
    """The other part of `keep`: one statement a group."""
    receipts: list[str] = []
    with _cursor(connection) as cursor:
        for place, group in enumerate(packed):
            told = group.told | {"channel": CHANNEL if wake and not place else ""}
            cursor.execute(group.statement, told)
            (number,) = cursor.fetchone() or (0,)
            first = number * groups.MOST
            receipts += [f"{first + n:014x}{group.tails[2 * n * _TAIL :][: 2 * _TAIL]}" for n in range(group.count)]
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
    rows = cursor.fetchall()
    numbers = list({row[0] // groups.MOST for row in rows})
    cursor.execute("SELECT id, blob FROM exchange_inbox_group WHERE id = ANY(%s)", (numbers,))
    found = {number: Group(blob) for number, blob in cursor.fetchall()}
    return [Kept(*(*row, found[row[0] // groups.MOST])) for row in rows]


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
    """The bytes of a message as they came; None where the caller sees no such message.

    An enterprise opens what it handed in itself; a message that came together with those of others the system opens.
    """
    with _cursor(connection) as cursor:
        cursor.execute(
            "SELECT i.start, i.size, g.blob FROM exchange_inbox i JOIN exchange_inbox_group g ON g.id = %s WHERE i.id = %s",
            (message_id // groups.MOST, message_id),
        )
        row = cursor.fetchone()
    return Group(row[2]).part(row[0], row[1]) if row else None


def known(connection: Any, receipt_id: str) -> Kin | None:
    """Who brought a message, by its receipt id; None where the caller sees no such message."""
    with _cursor(connection) as cursor:
        cursor.execute(
            "SELECT id, channel, client, organisation_id FROM exchange_inbox WHERE receipt_id = %s", (receipt_id,)
        )
        row = cursor.fetchone()
    return Kin(*row) if row else None


def raws(cursor: Any, message_ids: Iterable[int]) -> dict[int, bytes]:
    """The bytes of several messages as `raw` answers them; a group is opened once. What is not seen has no entry."""
    cursor.execute("SELECT id, start, size FROM exchange_inbox WHERE id = ANY(%s)", (list(message_ids),))
    places = cursor.fetchall()
    numbers = list({number // groups.MOST for number, _, _ in places})
    cursor.execute("SELECT id, blob FROM exchange_inbox_group WHERE id = ANY(%s)", (numbers,))
    found = {number: Group(blob) for number, blob in cursor.fetchall()}
    return {number: found[number // groups.MOST].part(start, size) for number, start, size in places}


def brought_by(cursor: Any, organisation: int) -> list[int]:
    """Numbers of the messages an organisation handed in under its own name, oldest first, as the caller may see them."""
    cursor.execute("SELECT id FROM exchange_inbox WHERE organisation_id = %s ORDER BY id", (organisation,))
    return [int(number) for (number,) in cursor.fetchall()]


def arrived(cursor: Any, message_ids: Iterable[int]) -> list[Arrived]:
    """What is told of these messages, by number; what is not seen has no entry."""
    cursor.execute(
        "SELECT id, receipt_id, received_at, channel, size, encode(sha256, 'hex') FROM exchange_inbox WHERE id = ANY(%s) ORDER BY id",
        (list(message_ids),),
    )
    return [Arrived(*row) for row in cursor.fetchall()]


def backlog(cursor: Any) -> int:
    """Messages kept but not yet worked on."""
    cursor.execute(
        "SELECT coalesce(sum(n.waiting), 0)::bigint FROM exchange_cursor c CROSS JOIN LATERAL"
        " (SELECT count(*) AS waiting FROM exchange_inbox i WHERE i.partition = c.partition AND i.id > c.position) n"
    )
    return int(cursor.fetchone()[0])


def partition_of(message: Incoming) -> int:
    """The partition of the enterprise a message comes from, found without parsing: one sender, one order of work."""
    raw = message.raw
    name = b"SenderId>" if raw.find(b"DxpMsg", 0, _FRONT) >= 0 else b"copCode>"
    begin = raw.find(name) + len(name)  # find() alone: a pattern reads a long message for milliseconds
    end = raw.find(b"<", begin, begin + _LONGEST_SENDER)
    sender = raw[begin:end].strip() if begin >= len(name) and end > begin else b""
    return _partition(sender or message.client.encode())


@lru_cache(maxsize=4096)
def _partition(sender: bytes) -> int:
    return xxhash.xxh32_intdigest(sender) % PARTITIONS


def _groups(messages: Sequence[Incoming]) -> Iterator[Sequence[Incoming]]:
    first = size = 0
    for place, message in enumerate(messages):
        if place > first and (place - first == groups.MOST or size + len(message.raw) > MAX_GROUP_BYTES):
            yield messages[first:place]
            first, size = place, 0
        size += len(message.raw)
    yield messages[first:]


def _pack(messages: Sequence[Incoming]) -> Packed:
    """Numbers travel as texts of arrays and hashes as one block: objects one by one cost five times that."""
    raws = [m.raw for m in messages]
    starts, blob = groups.pack(raws)
    owners = {m.organisation_id for m in messages}
    dated = any(m.at for m in messages)
    tails = secrets.token_bytes(_TAIL * len(raws))
    told: dict[str, Any] = {
        "blob": blob,
        "owner": owners.pop() if len(owners) == 1 else None,
        "tails": tails,
        "channels": [m.channel for m in messages],
        "clients": [m.client for m in messages],
        "organisations": _array(["NULL" if m.organisation_id is None else m.organisation_id for m in messages]),
        "partitions": _array([partition_of(m) for m in messages]),
        "sizes": _array([len(raw) for raw in raws]),
        "starts": _array(starts),
        "sha256": b"".join([hashlib.sha256(raw).digest() for raw in raws]),
    }
    if dated:
        told["at"] = [m.at for m in messages]
    return Packed(_KEEP_DATED if dated else _KEEP, told, tails.hex(), len(raws))


def _array(values: Iterable[object]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _cursor(connection: Any) -> psycopg.Cursor[Any]:
    """A plain psycopg cursor: Django's own binds on the client, where bytes double in size."""
    if not isinstance(connection, psycopg.Connection):
        connection.ensure_connection()
        connection = connection.connection
    return psycopg.Cursor(connection)


_KEEP = """
WITH t AS MATERIALIZED (SELECT pz_now() AS zone, clock_timestamp() AS wall),
g AS (INSERT INTO exchange_inbox_group (organisation_id, blob) VALUES (%(owner)b, %(blob)b) RETURNING id),
m AS (
    INSERT INTO exchange_inbox (id, receipt_id, received_at, received_wall, channel, client, organisation_id, partition,
                                size, start, sha256)
    SELECT g.id * 4096 + n - 1, lpad(to_hex(g.id * 4096 + n - 1), 14, '0')
           || encode(substr(%(tails)b, (n::int - 1) * 9 + 1, 9), 'hex'),
           t.zone, t.wall, channel, client, organisation_id, partition,
           size, start, substr(%(sha256)b, (n::int - 1) * 32 + 1, 32)
    FROM g, t, unnest(%(channels)b::text[], %(clients)b::text[], %(organisations)s::bigint[], %(partitions)s::smallint[],
                      %(sizes)s::int[], %(starts)s::int[])
         WITH ORDINALITY AS m (channel, client, organisation_id, partition, size, start, n)
)
SELECT g.id FROM g WHERE %(channel)s = '' OR pg_notify(%(channel)s, '') IS NOT NULL
"""
_KEEP_DATED = (
    _KEEP.replace(
        "t.zone, t.wall,", "CASE WHEN at < t.zone AND (SELECT demo FROM kernel_clock) THEN at ELSE t.zone END, t.wall,"
    )
    .replace("%(starts)s::int[])", "%(starts)s::int[], %(at)b::timestamptz[])")
    .replace("start, n)", "start, at, n)")
)
# The bounds are pairs so that only the index by partition serves them: an empty partition must not cost a walk over all
# that waits in the others. Bodies are fetched of the chosen alone.
_TAKE = """
SELECT id, receipt_id, received_at, channel, client, organisation_id, partition, size, start FROM exchange_inbox
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
