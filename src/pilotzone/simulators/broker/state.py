"""What the broker's connections share, and what one channel of them holds."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pilotzone.simulators.broker import queues

LARGEST_MESSAGE = 32 * 1024 * 1024
Lend = Callable[[], AbstractContextManager[queues.Connection]]


@dataclass(frozen=True)
class Rights:
    """What a user may, as RabbitMQ has it: expressions for the exchanges he writes to and the queues he reads."""

    write: str = ".*"
    read: str = ".*"

    def may_write(self, exchange: str) -> bool:
        """The default exchange is asked for as `amq.default`."""
        return bool(re.search(self.write, exchange or "amq.default"))

    def may_read(self, queue: str) -> bool:
        return bool(re.search(self.read, queue))


@dataclass
class Broker:
    """What all connections share. `users`: name → password; `rights` of those who may not everything; `held`: messages on
    their way; `again`: held before."""

    lend: Lend
    users: dict[str, str]
    rights: dict[str, Rights] = field(default_factory=dict)
    vhosts: tuple[str, ...] = ("/",)
    largest: int = LARGEST_MESSAGE
    held: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Channel:
    """A channel; `open`: delivery tag → (queue, message)."""

    confirms: bool = False
    published: int = 0
    delivered: int = 0
    open: dict[int, tuple[str, int]] = field(default_factory=dict)
    publish: Any = None
    header: Any = None
    body: bytearray = field(default_factory=bytearray)
