"""Group commit: one thread writes; whatever arrived during the last commit is the next group, one transaction.

An acknowledgement is given after the commit, never before. Where the database is away everybody waiting is told so
at once; a message that spoils its group is found by writing the group one by one.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg
import structlog

from pilotzone.exchange.inbox import Incoming
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.problems import Turned

log = structlog.get_logger("intake")
Handle = TypeVar("Handle")
Outcome = str | Turned
Keep = Callable[[Any, Sequence[Incoming]], list[str]]


@dataclass(slots=True, eq=False)
class Ticket(Generic[Handle]):
    """A message waiting to be written, whose it is, and whom to tell (`handle`)."""

    message: Incoming
    sender: str
    handle: Handle
    given_up: bool = False


class Writer(Generic[Handle]):
    """The one writer. `tell` gets every group's outcomes at once, on the writer's thread."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
        keep: Keep,
        tell: Callable[[list[tuple[Handle, Outcome]]], None],
        limits: Limits,
    ) -> None:
        self._connect, self._keep, self._tell, self._limits = connect, keep, tell, limits
        self._waiting: deque[Ticket[Handle]] = deque()
        self._by_sender: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._connection: psycopg.Connection[Any] | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
        self.groups = self.kept = 0
        self.healthy = True

    def start(self) -> None:
        self._thread.start()

    def stop(self, patience_s: float) -> None:
        """Write what waits, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(patience_s)

    def submit(self, ticket: Ticket[Handle]) -> None:
        """Queue a message; turned away (`intake.full`, `intake.too_many`) where the queue or its sender's share is full."""
        with self._changed:
            if self._stopping or len(self._waiting) >= self._limits.waiting:
                raise Turned("intake.full")
            if self._by_sender[ticket.sender] >= self._limits.waiting_per_sender:
                raise Turned("intake.too_many")
            self._waiting.append(ticket)
            self._by_sender[ticket.sender] += 1
            self._changed.notify()

    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def _run(self) -> None:
        while group := self._next_group():
            try:
                outcomes = self._write(group)
            except Exception:
                log.exception("intake.writer")
                outcomes = [Turned("intake.error") for _ in group]
            self._tell([(ticket.handle, outcome) for ticket, outcome in zip(group, outcomes, strict=True)])
        if self._connection is not None:
            self._connection.close()

    def _next_group(self) -> list[Ticket[Handle]]:
        """What waits now, within the limits of a group; empty when the writer is to end."""
        group: list[Ticket[Handle]] = []
        size = 0
        with self._changed:
            while not group:
                while not self._waiting and not self._stopping:
                    self._changed.wait()
                if not self._waiting:
                    return []
                while self._waiting and len(group) < self._limits.group_messages and size < self._limits.group_bytes:
                    ticket = self._waiting.popleft()
                    self._by_sender[ticket.sender] -= 1
                    if not self._by_sender[ticket.sender]:
                        del self._by_sender[ticket.sender]
                    if not ticket.given_up:
                        group.append(ticket)
                        size += len(ticket.message.raw)
        return group

    def _write(self, group: list[Ticket[Handle]]) -> list[Outcome]:
        messages = [ticket.message for ticket in group]
        try:
            outcomes: list[Outcome] = list(self._commit(messages))
        except (psycopg.OperationalError, psycopg.InterfaceError) as away:
            self._lost(away)
            return [Turned("intake.away") for _ in group]
        except psycopg.Error as spoiled:
            log.warning("intake.spoiled_group", size=len(group), error=str(spoiled)[:200])
            return [self._alone(message) for message in messages]
        self.healthy = True
        self.groups += 1
        self.kept += len(group)
        return outcomes

    def _alone(self, message: Incoming) -> Outcome:
        try:
            (receipt,) = self._commit([message])
        except psycopg.Error as failure:
            log.error("intake.not_kept", size=len(message.raw), error=str(failure)[:200])
            return Turned("intake.error")
        self.kept += 1
        return receipt

    def _commit(self, messages: list[Incoming]) -> list[str]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        with self._connection.transaction():
            return self._keep(self._connection, messages)

    def _lost(self, away: Exception) -> None:
        if self.healthy:
            log.warning("intake.database_away", error=str(away)[:200])
        self.healthy = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
