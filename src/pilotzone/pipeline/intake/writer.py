"""Group commit: one thread writes; whatever arrived during the last commit is the next group, one transaction.

An acknowledgement is given after the commit, never before. Where the database is away everybody waiting is told so
at once; a message that spoils its group is found by writing the group one by one. The queue belongs to the loop's
thread alone; the writing thread is handed whole groups and hands back whole groups, so nothing is locked per message.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg
import structlog

from pilotzone.exchange.inbox import Incoming
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.problems import Turned
from pilotzone.pipeline.intake.queues import Queues

log = structlog.get_logger("intake")
Handle = TypeVar("Handle")
Outcome = str | Turned
Pack = Callable[[Sequence[Incoming]], Any]
Keep = Callable[[Any, Any], list[str]]
CROWD, MOST_CROWDED = 4, 4.0


@dataclass(slots=True, eq=False)
class Ticket(Generic[Handle]):
    """A message waiting to be written, whose it is, and whom to tell (`handle`)."""

    message: Incoming
    sender: str
    handle: Handle
    given_up: bool = False


def crowd(size: int) -> float:
    """How many times `gather_ms` are waited for the next group after one of so many messages: 1 to MOST_CROWDED.

    A group has a price of its own (statement, flush, wake-up), which a crowd can share; where few send, nobody waits longer.
    """
    return min(MOST_CROWDED, max(1.0, size / CROWD))


class Writer(Generic[Handle]):
    """The one writer. `connect` gives a connection that commits each statement; `tell` gets every group's outcomes.

    What `pack` makes of a group on the loop `keep` writes on the writing thread, which so does little but wait.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
        pack: Pack,
        keep: Keep,
        tell: Callable[[Sequence[tuple[Ticket[Handle], Outcome]]], None],
        limits: Limits,
    ) -> None:
        self._connect, self._pack, self._keep, self._tell, self._limits = connect, pack, keep, tell, limits
        self._queues: Queues[Ticket[Handle]] = Queues(limits)
        self._groups: queue.SimpleQueue[tuple[list[Ticket[Handle]], Any]] = queue.SimpleQueue()
        self._connection: psycopg.Connection[Any] | None = None
        self._loop: asyncio.AbstractEventLoop
        self._busy = self._called = self._stopping = False
        self._not_before = 0.0
        self._thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
        self.groups = self.kept = 0
        self.healthy = True

    def start(self) -> None:
        """Begin; called on the loop that submits."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self, patience_s: float) -> None:
        """Write what waits, then end."""
        self._stopping = True
        end = self._loop.time() + patience_s
        while (self._queues.count or self._busy) and self._loop.time() < end:
            await asyncio.sleep(0.01)
        self._groups.put(([], None))
        await asyncio.to_thread(self._thread.join, max(1.0, end - self._loop.time()))

    def submit(self, ticket: Ticket[Handle]) -> None:
        """Queue a message; turned away (`intake.full`, `intake.too_many`) where the queue or its sender's share is full."""
        if self._stopping:
            raise Turned("intake.full")
        self._queues.add(ticket.sender, len(ticket.message.raw), ticket)
        if not self._busy and not self._called:
            self._call()

    def waiting(self) -> int:
        """How many wait for their turn."""
        return self._queues.count

    def _call(self) -> None:
        """Hand over soon: at once where the last group is a while ago, else when `gather_ms` are over."""
        self._called = True
        wait = self._not_before - self._loop.time()
        if wait <= 0 or self._queues.count >= self._limits.group_messages:
            self._loop.call_soon(self._hand_over)
        else:
            self._loop.call_later(wait, self._hand_over)

    def _hand_over(self) -> None:
        self._called = False
        group = []
        for ticket in self._queues.next_group():
            if ticket.given_up:
                self._tell([(ticket, Turned("intake.away"))])
            else:
                group.append(ticket)
        if group:
            self._busy = True
            self._not_before = self._loop.time() + self._limits.gather_ms / 1000 * crowd(len(group))
            try:
                packed = self._pack([ticket.message for ticket in group])
            except Exception:
                log.exception("intake.pack")
                self._written(group, [Turned("intake.error") for _ in group])
            else:
                self._groups.put((group, packed))
        elif self._queues.count:
            self._call()

    def _written(self, group: list[Ticket[Handle]], outcomes: list[Outcome]) -> None:
        self._busy = False
        if self._queues.count:
            self._call()
        self._tell(list(zip(group, outcomes, strict=True)))

    # on the writing thread

    def _run(self) -> None:
        while (work := self._groups.get())[0]:
            group = work[0]
            try:
                outcomes = self._write(*work)
            except Exception:
                log.exception("intake.writer")
                outcomes = [Turned("intake.error") for _ in group]
            self._loop.call_soon_threadsafe(self._written, group, outcomes)
        if self._connection is not None:
            self._connection.close()

    def _write(self, group: list[Ticket[Handle]], packed: Any) -> list[Outcome]:
        try:
            outcomes: list[Outcome] = list(self._commit(packed))
        except (psycopg.OperationalError, psycopg.InterfaceError) as away:
            self._lost(away)
            return [Turned("intake.away") for _ in group]
        except psycopg.Error as spoiled:
            log.warning("intake.spoiled_group", size=len(group), error=str(spoiled)[:200])
            return [self._alone(ticket.message) for ticket in group]
        self.healthy = True
        self.groups += 1
        self.kept += len(group)
        return outcomes

    def _alone(self, message: Incoming) -> Outcome:
        try:
            (receipt,) = self._commit(self._pack([message]))
        except psycopg.Error as failure:
            log.error("intake.not_kept", size=len(message.raw), error=str(failure)[:200])
            return Turned("intake.error")
        self.kept += 1
        return receipt

    def _commit(self, packed: Any) -> list[str]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._keep(self._connection, packed)

    def _lost(self, away: Exception) -> None:
        if self.healthy:
            log.warning("intake.database_away", error=str(away)[:200])
        self.healthy = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
