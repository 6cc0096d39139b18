"""Random lives of trades as batches of messages, lawful and not, for the walk through the graph of clearance.

Messages are handed to the room as they are once read: no XML, no signature. Customs behaves by the order of statuses
(spec §4): it follows what it said before, tells things twice and late, and answers applications either way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from pilotzone.pipeline.booking import Booking, assess_ahead
from pilotzone.pipeline.tests.papers import Bench, Head
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.clearance.api import DocumentIn, MessageIn

# what may follow what (handbook §1.3, the status vocabulary), written down here by itself
GRAPH = {
    "": ("2", "120", "100"), "2": ("3", "4", "120", "100"), "4": ("2",), "3": ("100", "120"), "120": ("300", "399", "500", "800"),
    "300": ("100", "399"), "399": ("500", "800"), "500": ("800", "501", "599", "700"), "800": ("899",), "100": ("2",),
}  # fmt: skip
CROSSING = {
    "800": ("100", "120", "399", "500"),
    "899": ("399", "500", "800"),
    "cancelled": ("120", "399", "500", "800", "800", "899"),
}
APPLICATION_ANSWERS = ("120", "399", "100")
BATCH_EVERY = timedelta(minutes=7)


class Direct:
    """A bench that keeps messages as the room takes them, and works them off in one batch."""

    def __init__(self, bench: Bench, at: datetime, chance: random.Random) -> None:
        self.bench, self.at, self.chance = bench, at, chance
        self.pending: list[MessageIn] = []
        self.number = 0

    def message(self, name: str, documents: Any, sender: str, **_more: Any) -> bytes:
        """As Bench.message is called; keeps the message instead of writing it."""
        self.keep(name, documents, self.bench.firms[sender])
        return b""

    def keep(self, name: str, documents: Any, sender: int | None, *, customs: bool = False) -> None:
        self.number += 1
        inside = [
            DocumentIn(place, dict(head), [dict(line) for line in lines])
            for place, (head, lines) in enumerate(documents, 1)
        ]
        guid = str(UUID(int=self.chance.getrandbits(128))).upper()
        edition = "2022" if name[3] == "2" else "2018"
        self.pending.append(
            MessageIn(self.number, name, edition, guid, self.at, sender, True, inside, from_customs=customs)
        )

    def customs(self, name: str, head: Head, lines: Any = ()) -> None:
        self.keep(
            name, [({"guid": str(UUID(int=self.chance.getrandbits(128))).upper(), **head}, lines)], None, customs=True
        )

    def work(self) -> list[clearance.Answer]:
        """One batch of everything kept; time moves on."""
        messages, self.pending = self.pending, []
        with self.bench.connection.cursor() as cursor:
            for message in messages:
                if not message.from_customs:
                    assess_ahead(message)
                    clearance.prepare(message)
            self.bench.pipeline.registry.refresh(cursor)
            book = Booking(cursor, self.at)
            outcome = clearance.take_batch(
                cursor, messages, directory=self.bench.pipeline.registry, book=book, settings=clearance.Settings()
            )
        self.at += BATCH_EVERY
        return outcome.answers


@dataclass
class Life:
    """One trade on its random way: what may come next is drawn, lawful or not."""

    direct: Direct
    number: int
    status: str = ""
    applications: list[tuple[str, str]] = field(default_factory=list)  # (kind, number) customs has not answered
    made: int = 0
    listed: bool = False  # a list was sent: customs speaks of no other
    released: datetime | None = None  # by customs' time, the latest
    cancelled: datetime | None = None

    @property
    def chance(self) -> random.Random:
        return self.direct.chance

    @property
    def bench(self) -> Bench:
        """What the papers are written on."""
        return cast(Bench, self.direct)

    def step(self) -> None:
        """One thing that happens."""
        verbs = self.papers + 3 * [self.receipt] + self.applying
        if self.status in ("2", "3", "120", "300"):
            verbs += 3 * [self.cancel, self.answer]
        self.chance.choice(verbs)()

    @property
    def papers(self) -> list[Any]:
        raise NotImplementedError

    @property
    def applying(self) -> list[Any]:
        raise NotImplementedError

    def tell(self, code: str, at: datetime) -> None:
        raise NotImplementedError

    def cancel(self) -> None:
        raise NotImplementedError

    def answer(self) -> None:
        raise NotImplementedError

    def receipt(self) -> None:
        """Customs goes on from what it said last; now and then it repeats itself, late."""
        lawful = GRAPH.get(self.status, ())
        if self.listed and self.status in CROSSING and self.chance.random() < 0.3:
            self.cross()
            return
        if not self.listed or not lawful or self.status == "cancelled":
            return
        if self.status and self.chance.random() < 0.15:
            self.tell(self.status, self.direct.at - timedelta(hours=1))
            return
        self.status = self.chance.choice(lawful)
        self.tell(self.status, self.direct.at)
        if self.status == "800":
            self.released = self.direct.at
        if self.status == "100":
            self.listed = False  # it has to be declared again

    def cross(self) -> None:
        """Customs says what cannot follow its own final word, or is told late; of cancellation and release the later stands."""
        code = self.chance.choice(CROSSING[self.status])
        late = code == "800" and self.chance.random() < 0.5
        at = self.direct.at - timedelta(hours=2) if late else self.direct.at
        self.tell(code, at)
        if code == "899":
            self.status = code
        elif code == "800":
            self.released = max(at, self.released or at)
            if self.status == "cancelled" and self.cancelled and self.released >= self.cancelled:
                self.status = code

    def cancelled_by(self, code: str) -> None:
        """Customs closed a cancellation: also one that a release had overtaken, by its time, or one that overtakes a release."""
        if code != "399":
            return
        self.cancelled = self.direct.at
        if self.status != "899" and not (self.status == "800" and self.released and self.released >= self.cancelled):
            self.status = "cancelled"

    def next_number(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.number}N{self.made}"
