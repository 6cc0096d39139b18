"""Receipts between the decision and the signature: kept with the decision, signed a moment later by the window.

What a batch answers is written unsigned in its own transaction. Who works next packs and signs what has gathered since,
by firm and message, in one transaction that takes it away: a receipt is signed once, after its decision is committed,
whoever died meanwhile. Single documents of one firm so share a signature, and no worker signs while others wait for
their turn (docs/adr/0012). How long a worker lets receipts gather, `Window` tells (docs/adr/0014).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from pilotzone.exchange import receipts
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.exchange.signing.signers import Signer

TABLE = "exchange_receipt_due"
MOST_BATCHES = 64  # signed in one transaction; what is beyond is signed in the next
WINDOW_S = 4.0  # how long the oldest waits while work goes on: five times fewer signatures than after one second
QUIET_S = 0.3  # a worker that had nothing to do for so long sees nothing coming that could share a signature
_LOCK = 20906  # who signs: one at a time, so that a firm's receipts keep their order
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(list[Receipt])


def hold(cursor: Any, found: Iterable[Receipt]) -> None:
    """Keep a batch's receipts in the caller's transaction, to be signed after it."""
    rows = list(found)
    if rows:
        cursor.execute("INSERT INTO exchange_receipt_due (body) VALUES (%b)", (pack(_encode(rows), TABLE),))


def issue(connection: Any, *, signer: Signer | None = None) -> int:
    """Pack, sign and write what has gathered, in the order of the decisions; how many receipts.

    One transaction. Answers 0 also where another process is at it.
    """
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_MINE, (_LOCK,))
        if not cursor.fetchone()[0]:
            return 0
        # a batch that commits later has a higher number or waits for the next time: turns commit in their order
        cursor.execute("SELECT id, body FROM exchange_receipt_due ORDER BY id LIMIT %s", (MOST_BATCHES,))
        batches = cursor.fetchall()
        if not batches:
            return 0
        found = [one for _, body in batches for one in _decoder.decode(unpack(body, TABLE))]
        receipts.write(cursor, found, signer=signer)
        cursor.execute("DELETE FROM exchange_receipt_due WHERE id = ANY(%s)", ([id_ for id_, _ in batches],))
        return len(found)


class Window:
    """Tells a worker when to sign. Several workers keep one window: each looks at how long the oldest receipts lie there.

    `clock` gives seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._oldest, self._seen_at = 0, 0.0
        self._worked_at = clock()

    def over(self, connection: Any) -> bool:
        """After a batch: whether the oldest receipts have waited WINDOW_S."""
        self._worked_at = now = self._clock()
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(min(id), 0) FROM exchange_receipt_due")
            (oldest,) = cursor.fetchone()
        if oldest != self._oldest:
            self._oldest, self._seen_at = oldest, now
        return oldest > 0 and now - self._seen_at >= WINDOW_S

    def quiet(self) -> bool:
        """Where there was nothing to do: whether that is so for QUIET_S."""
        return self._clock() - self._worked_at >= QUIET_S


_MINE = "SELECT CASE WHEN EXISTS (SELECT 1 FROM exchange_receipt_due) THEN pg_try_advisory_xact_lock(%s) END"


def waiting(cursor: Any) -> int:
    """Batches whose receipts are not signed yet."""
    cursor.execute("SELECT count(*) FROM exchange_receipt_due")
    return int(cursor.fetchone()[0])
