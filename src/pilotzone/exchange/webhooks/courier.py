"""The courier: makes deliveries, sends them in a bounded number of threads, and notes what came of each.

One thread and one connection do all database work; the senders only speak HTTP. Half of the places are kept for
subscriptions whose last attempt went well, so whoever fails or is slow delays only his like.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import structlog

from pilotzone.exchange import receipts
from pilotzone.exchange.channels.endpoint import Guard, guard_of
from pilotzone.exchange.channels.webhook import Answer, post
from pilotzone.exchange.webhooks import ledger, signature
from pilotzone.exchange.webhooks.ledger import BUSY, Due
from pilotzone.exchange.webhooks.waits import retry_after, schedule, wait_after
from pilotzone.kernel import clock

log = structlog.get_logger("webhooks")
PLACES, TROUBLED = 8, 4
LOOK_S = 1.0  # how soon a subscription that was made or switched on is seen where nothing else happens
WAIT_S = 0.3
Post = Callable[[str, bytes, dict[str, str], Guard], Answer]


class Courier:
    """Sends what is due; `round` is called again and again by one thread."""

    def __init__(self, send: Post = post, *, places: int = PLACES, troubled: int = TROUBLED) -> None:
        self._send = send
        self._places, self._troubled = places, troubled
        self._pool = ThreadPoolExecutor(places, thread_name_prefix="webhook")
        self._under_way: dict[Future[Answer], Due] = {}
        self._bad: set[int] = set()  # subscriptions in trouble that hold a place now
        self._looked_at = (-1, 0.0)

    def round(self, connection: Any) -> int:
        """Note what came back, make what is owed, send what is due; how much there was to do."""
        done = self._settle(connection)
        made = self._form(connection, settled=bool(done))
        sent = self._start(connection)
        if not sent and self._under_way:
            wait(self._under_way, timeout=WAIT_S, return_when=FIRST_COMPLETED)
            return len(self._under_way)
        return done + made + sent

    def drain(self, connection: Any) -> None:
        """Wait for what is under way and note it."""
        wait(self._under_way)
        self._settle(connection)

    def close(self) -> None:
        """Send nothing more; what is under way comes back after its lease."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _form(self, connection: Any, *, settled: bool) -> int:
        with connection.transaction(), connection.cursor() as cursor:
            ceiling = receipts.safe(cursor)
            known, at = self._looked_at
            if ceiling == known and not settled and time.monotonic() - at < LOOK_S:
                return 0
            self._looked_at = (ceiling, time.monotonic())
            return ledger.form(cursor, ceiling)

    def _start(self, connection: Any) -> int:
        free = self._places - len(self._under_way)
        if free <= 0:
            return 0
        with connection.transaction(), connection.cursor() as cursor:
            found = ledger.claim(cursor, places=free, troubled=max(0, self._troubled - len(self._bad)))
        if not found:
            return 0
        guard = guard_of(demo=clock.read(connection).demo)
        for due in found:
            if due.troubled:
                self._bad.add(due.id)
            self._under_way[self._pool.submit(self._one, due, guard)] = due
        return len(found)

    def _one(self, due: Due, guard: Guard) -> Answer:
        at = int(clock.wall().timestamp())
        return self._send(due.url, due.content, signature.headers(due.secrets, due.message_id, at, due.content), guard)

    def _settle(self, connection: Any) -> int:
        finished = [future for future in self._under_way if future.done()]
        if not finished:
            return 0
        waits = schedule(clock.read(connection).today())
        for future in finished:
            due = self._under_way[future]
            failure = future.exception()
            answer = Answer(error=f"{type(failure).__name__}"[:200]) if failure else future.result()
            if failure:
                log.error("webhook.failed", delivery=due.id, error=str(failure)[:200])
            asked = retry_after(answer.retry_after, clock.wall()) if answer.status in BUSY else None
            with connection.transaction(), connection.cursor() as cursor:
                state = ledger.settle(cursor, due, answer, wait_after(due.attempts, waits, asked))
            # only what is noted is forgotten: with the database away it is noted in a later round
            del self._under_way[future]
            self._bad.discard(due.id)
            if state == "dead":
                log.warning("webhook.dead", delivery=due.id, hook=due.hook_id, status=answer.status)
        return len(finished)
