"""What lies on customs' desk: a document with its origin, and one run of work over many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from pilotzone.base.days import day_of
from pilotzone.simulators.customs.answers import Receipt, answering, fields_of
from pilotzone.simulators.customs.books import Entry
from pilotzone.simulators.customs.numbers import serials
from pilotzone.simulators.faults import Behaviour

STAGE = timedelta(minutes=7)  # between the stages of a document where customs lives by the sender's time
IMPORT_MESSAGES = ("311", "411", "511", "513", "621", "623", "625", "711")


class Origin(NamedTuple):
    """Where a document came from: its message, edition, customs system, and who gets the receipts."""

    name: str
    edition: str
    customs: str
    receivers: tuple[str, ...]
    head: dict[str, str]
    at: datetime

    @property
    def day(self) -> date:
        """The day it arrived."""
        return day_of(self.at)

    @property
    def flow(self) -> str:
        return "I" if self.name[3:6] in IMPORT_MESSAGES else "E"


class Filed(NamedTuple):
    """A declared list, and how long it has waited for its papers."""

    origin: Origin
    lines: Sequence[dict[str, str]]
    held_s: float = 0.0


@dataclass
class Run:
    """One run: when it is, how customs behaves, and what has been decided so far."""

    connection: psycopg.Connection[Any]
    now: datetime
    behaviour: Behaviour
    receipts: list[Receipt] = field(default_factory=list)
    papers: dict[str, Entry] = field(default_factory=dict)
    lists: list[Filed] = field(default_factory=list)
    _serials: list[int] = field(default_factory=list)

    def serial(self) -> int:
        """A fresh serial number; drawn from the books by the hundred."""
        if not self._serials:
            self._serials = list(serials(self.connection, "customs", 100))[::-1]
        return self._serials.pop()

    def answer(
        self, origin: Origin, step: int, status: str, info: str, extra: dict[str, str] | None = None, *, wait_s: int = 0
    ) -> None:
        """Queue one receipt for a document; the first comes at once, each further one after the set delay and `wait_s`."""
        receipt = answering(origin.name)
        fields = fields_of(receipt, origin.edition, {**origin.head, **(extra or {})}, status, info)
        delay = self.behaviour.delay_ms * step + wait_s * 1000
        at = origin.at + step * STAGE if self.behaviour.follow else None
        told = Receipt(origin.receivers, origin.customs, receipt, origin.edition, step, delay, fields, at)
        self.receipts.append(told)
