"""What the pipeline hands in and gets back: plain values, one batch at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.parties import Directory, Firm
from pilotzone.rooms.clearance.errors import Fault

__all__ = ["Directory", "Firm"]
ACCEPTED, DRAFT, DUPLICATE, REFUSED, HISTORY = "accepted", "draft", "duplicate", "refused", "history"


class Prepared(msgspec.Struct):
    """What a document's content alone tells (operations.preparing). Hashes are 0 or None where there is no such key.

    `packed`: head and lines as MessagePack; `touches`: hashes of the keys it may touch, its trade's aside.
    """

    key: str
    hash: int
    trade_key: str
    trade_hash: int | None
    fingerprint: int
    packed: bytes
    buyer: str
    waybill_hash: int | None
    touches: Sequence[int]


class DocumentIn(msgspec.Struct):
    """One document of a message. `faults`: what its own content breaks; it is then refused and not matched.

    `assessed`: a list's tax, worked out beforehand by the pipeline, for its day; the book may take it.
    """

    position: int
    head: Mapping[str, str]
    lines: Sequence[Head] = ()
    faults: Sequence[Fault] = ()
    assessed: Any = None
    prepared: Prepared | None = None


class MessageIn(msgspec.Struct, frozen=True):
    """One message. `at`: zone time it was kept; `sender`: the organisation its signature and copCode prove.

    `faults` of the message as a whole refuse every document of it, `warnings` none: they are told with each; `signed` False lets only drafts through;
    `history`: a firm's past, kept and shown, never sent, matched or counted.
    """

    inbox_id: int
    name: str
    edition: str
    guid: str
    at: datetime
    sender: int | None
    signed: bool
    documents: Sequence[DocumentIn]
    signature: Mapping[str, Any] = msgspec.field(default_factory=dict)
    faults: Sequence[Fault] = ()
    warnings: Sequence[Fault] = ()
    from_customs: bool = False
    history: bool = False


class Ready(msgspec.Struct):
    """A list that passed every rule of this room; now its tax and its buyer's quota are asked for."""

    trade: int
    booking: str
    on: date
    flow: str
    mode: str
    buyer: str
    head: Head
    lines: Sequence[Head]
    withheld: Decimal
    guarantor: int | None
    assessed: Any = None


@dataclass(slots=True)
class Settlement:
    """The answer on a Ready: faults refuse it; value, tax and assessment (why this tax) are kept with the trade."""

    faults: Sequence[Fault] = ()
    value: Decimal | None = None
    tax: Decimal | None = None
    assessment: bytes | None = None  # as api.pack_assessment makes it


COMMIT, VOID, RESTORE, OVER = "commit", "void", "restore", "over"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change means for the buyer's amount and the guarantee.

    commit: released, also where the platform had refused; void: given back before release, or cancelled after it; restore:
    returned (`lines` when only in part, `before` the lines that came back earlier); over: customs says the buyer is over the limit. `on` is
    the day the list was accepted, `at` now, `reference` what makes a repeated effect known. `again`: a commit of what had been given back.
    """

    what: str
    trade: int
    booking: str
    buyer: str
    on: date
    at: datetime
    value: Decimal | None
    assessment: Mapping[str, Any] | None
    reference: str = ""
    info: str = ""
    lines: Sequence[Head] = ()
    invt_no: str = ""
    parties: Sequence[int] = ()
    before: Sequence[Head] = ()
    again: bool = False


class Book(Protocol):
    """Tax and quota as the batch sees them; composed by the pipeline, because tax stands above this room."""

    def settle(self, ready: Sequence[Ready]) -> list[Settlement]: ...
    def assess(self, ready: Ready) -> Settlement: ...
    def apply(self, effects: Sequence[Effect]) -> Sequence[int]:
        """Follow the effects in order; the trades whose guarantee no longer suffices to be held again."""
        ...


class Answer(msgspec.Struct):
    """What one firm is told of one of its documents, now: `status` in the words of E-port, `text` ours."""

    inbox_id: int
    position: int
    organisation: int | None
    message: str
    key: str
    head: Mapping[str, str]
    state: str
    status: str
    text: str
    at: datetime
    faults: Sequence[Fault] = ()
    first: bool = True


@dataclass(slots=True)
class Passed:
    """A receipt of customs on its way to the firms that wait for it; `info`: its words, `lines`: of a message that has some."""

    organisations: Sequence[int]
    message: str
    key: str
    head: Mapping[str, str]
    status: str
    time: str
    at: datetime
    info: str = ""
    lines: Sequence[Head] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """An electronic tax bill (CEB816) or its status (CEB818), with the trade it belongs to when that is known."""

    message: str
    head: Mapping[str, str]
    lines: Sequence[Head]
    at: datetime
    booking: str = ""
    buyer: str = ""
    parties: Sequence[int] = ()
    assessment: Mapping[str, Any] | None = None
    released_on: date | None = None
    owed: bool = True  # False: the list was cancelled, nothing of the tax is owed
    former: bool = False  # a word of before customs released the cancelled list again: it sets nothing free


@dataclass(slots=True)
class Outcome:
    """What a batch did, for the pipeline to send and tell; `forward`: (message, inbox row, name) to send."""

    bills: list[Bill] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    forward: list[tuple[int, int, str]] = field(default_factory=list)
    documents: int = 0
    trades: int = 0
    receipts: int = 0
