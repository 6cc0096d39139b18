"""The demonstration's messages on their way: a few that customs inspects, then the year, each until the last answer is in."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import psycopg

from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel import clock
from pilotzone.portal.demo import inspecting
from pilotzone.portal.demo.load import Order, Progress, load, settle

BULK: dict[str, object] = {"brief": True, "follow": True, "delay_ms": 0, "review": 0.0, "inspection": 0.02, "ask": 0.0}
INSPECTED_S = 60


@dataclass(frozen=True)
class Loaded:
    """What the year came to: documents sent, whether all was worked off, and when (monotonic seconds). `opened`: when it might be sent."""

    documents: int
    settled: bool
    opened: float
    sent: float
    settled_at: float


@dataclass(frozen=True)
class Flood:
    """What is sent, by whom; how customs is told to behave, and how much still waits with it."""

    order: Order
    signers: dict[int, PemSigner]
    connect: Callable[[], psycopg.Connection[Any]]
    progress: Progress
    behave: Callable[[dict[str, object]], None]
    waiting: Callable[[], int]

    def inspected(self) -> list[str]:
        """Send the imports customs inspects, and wait until it took them; their order numbers."""
        self.behave(BULK | inspecting.INSPECTING)
        numbers = inspecting.send(self.order.trades, self.order.seed, clock.now(), self.signers, self.connect)
        if numbers:
            settle(self.connect, lambda *_: None, counterpart=self.waiting, limit_s=INSPECTED_S)
        return numbers

    def load(self, may: Future[None] | None = None) -> Loaded:
        """Send the year, not before `may` is done, and wait until the pipeline has worked it off."""
        self.behave(BULK)
        opened = [time.monotonic()]
        if may is not None:
            may.add_done_callback(lambda _: opened.append(time.monotonic()))  # at once where it is done already
        documents = load(self.order, self.signers, self.connect, self.progress, may=may)
        sent, total = time.monotonic(), self.order.trades
        settled = settle(
            self.connect,
            lambda done, of: self.progress.tell("处理", total * done // of),
            counterpart=self.waiting,
        )
        return Loaded(documents, settled, opened[-1], sent, time.monotonic())
