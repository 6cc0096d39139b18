"""Who is written next: the senders in turn, each a few messages at a time, so that a flood of one delays no other."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.problems import Turned

Item = TypeVar("Item")
TURN_BYTES = 16 * 1024  # of one sender before the next one's turn: some single documents, or one message of any size


class Queues(Generic[Item]):
    """One queue a sender, in order, and the order of the senders. Belongs to one thread."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._by_sender: dict[str, deque[tuple[int, Item]]] = {}
        self._bytes: dict[str, int] = {}
        self._turns: deque[str] = deque()
        self.count = 0

    def add(self, sender: str, size: int, item: Item) -> None:
        """Queue for a sender; turned away where all (`intake.full`) or its own share (`intake.too_many`) is full."""
        own = self._by_sender.get(sender)
        if own is not None and (
            len(own) >= self._limits.waiting_per_sender or self._bytes[sender] + size > self._limits.sender_bytes
        ):
            raise Turned("intake.too_many")
        if self.count >= self._limits.waiting:
            raise Turned("intake.full")
        if own is None:
            own = self._by_sender[sender] = deque()
            self._bytes[sender] = 0
            self._turns.append(sender)
        own.append((size, item))
        self._bytes[sender] += size
        self.count += 1

    def next_group(self) -> list[Item]:
        """The next items within the limits of a group, at least one where any waits."""
        group: list[Item] = []
        total = 0
        most, room = self._limits.group_messages, self._limits.group_bytes
        while self._turns and len(group) < most and total < room:
            sender = self._turns.popleft()
            own, turn = self._by_sender[sender], 0
            while own and turn < TURN_BYTES and len(group) < most:
                size, item = own.popleft()
                group.append(item)
                turn += size
            total += turn
            self._bytes[sender] -= turn
            if own:
                self._turns.append(sender)
            else:
                del self._by_sender[sender], self._bytes[sender]
        self.count -= len(group)
        return group
