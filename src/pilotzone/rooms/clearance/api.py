"""The door of the clearance room.

The pipeline's batch functions take a raw cursor; pages' questions and the desk's verbs run in the caller's scope and
load the ORM when first asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.engine.case import Tolerance
from pilotzone.rooms.clearance.engine.keys import readable
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE as MESSAGES
from pilotzone.rooms.clearance.engine.kinds import FROM_CUSTOMS
from pilotzone.rooms.clearance.errors import REFUSES, WAITS, WARNS, Fault, Rule
from pilotzone.rooms.clearance.operations.customs import OUR_MESSAGE as CUSTOMS_REFERENCE
from pilotzone.rooms.clearance.operations.desk import Settings
from pilotzone.rooms.clearance.operations.flood import sweep, take_batch
from pilotzone.rooms.clearance.operations.inputs import (
    COMMIT,
    OVER,
    RESTORE,
    VOID,
    Answer,
    Bill,
    Book,
    Directory,
    DocumentIn,
    Effect,
    Firm,
    MessageIn,
    Outcome,
    Passed,
    Ready,
    Settlement,
)
from pilotzone.rooms.clearance.queries.lookups import buyer_key, order_states
from pilotzone.rooms.clearance.queries.mandates import Mandated, mandates

UNDECIDED = frozenset({states.WAITING, states.GAP})  # the platform has not said its last word


def trades(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of trades the caller sees, newest first: {rows, total, page, pages}. Filters: see queries.pages."""
    from pilotzone.rooms.clearance.queries import pages

    return pages.trades(filters, page, size)


def trade(id_: int) -> dict[str, Any] | None:
    """Everything about one trade: parts, missing and from whom, reasons, assessment, receipts, stages."""
    from pilotzone.rooms.clearance.queries import pages

    return pages.trade(id_)


def document(id_: int) -> dict[str, Any] | None:
    """One document; personal fields masked unless they are the caller's own."""
    from pilotzone.rooms.clearance.queries import pages

    return pages.document(id_)


def drafts(page: int = 1, size: int = 50) -> dict[str, Any]:
    """The caller's drafts that were not declared yet."""
    from pilotzone.rooms.clearance.queries import pages

    return pages.drafts(page, size)


def counters(day: date) -> list[dict[str, Any]]:
    """Trades that arrived on a day, by state: [{key, zh, en, value, unit, href}]."""
    from pilotzone.rooms.clearance.queries import pages

    return pages.counters(day)


def todo(now: datetime) -> dict[str, Any]:
    """What waits for the caller's firm: {owes, mends, urged: [{trade, order_no, cop_no, state, party, by, at}]}."""
    from pilotzone.rooms.clearance.queries import todo as waiting

    return waiting.todo(now)


def standing() -> list[dict[str, Any]]:
    """How many trades stand where: [{customs_code, state, n}]."""
    from pilotzone.rooms.clearance.queries import todo as waiting

    return waiting.standing()


def messages(page: int = 1, size: int = 50) -> dict[str, Any]:
    """Messages of the caller's firm that were read: {rows, total, page}."""
    from pilotzone.rooms.clearance.queries import todo as waiting

    return waiting.messages(page, size)


def urge(*, trade: int, party: str) -> None:
    """Ask the party a trade waits for; once a day."""
    from pilotzone.rooms.clearance.operations import verbs

    verbs.urge(trade=trade, party=party)


def open_personal(*, document: int, reason: str) -> dict[str, Any]:
    """A document with personal fields open, for customs officers, audited."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.open_personal(document=document, reason=reason)


def submit_rows(
    *, message: str, documents: Sequence[tuple[Mapping[str, str], Sequence[Mapping[str, str]]]], channel: str = "desk"
) -> list[str]:
    """Rows of a page or Excel sheet kept as unsigned drafts; receipt ids."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.submit_rows(message=message, documents=documents, channel=channel)


def import_history(*, messages: Sequence[bytes]) -> list[str]:
    """A firm's past messages and receipts, read-only; receipt ids."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.import_history(messages=messages)


def give_mandate(
    *, principal: int, agent: int, kinds: Sequence[str], undertaking: str, since: date, until: date | None = None
) -> int:
    """Let another enterprise send some kinds of documents; the mandate's number."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.give_mandate(
        principal=principal, agent=agent, kinds=kinds, undertaking=undertaking, since=since, until=until
    )


def record_identity(*, id_type: str, id_number: str, name: str, matches: bool, authority: str) -> str:
    """What an authorised body answered about a buyer; the buyer key."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.record_identity(id_type=id_type, id_number=id_number, name=name, matches=matches, authority=authority)


def state_words(state: str, code: str = "") -> tuple[str, str]:
    """A trade's state in Chinese and English; `code`: customs' return status where it gave the state."""
    return states.words(state, code)


def receipt_message(message: str) -> str:
    """The message of a document's receipts: CEB621Message → CEB622Message."""
    return MESSAGES[message].receipt


__all__ = [
    "COMMIT", "CUSTOMS_REFERENCE", "FROM_CUSTOMS", "MESSAGES", "OVER", "REFUSES", "RESTORE", "UNDECIDED", "VOID", "WAITS", "WARNS",
    "Answer", "Bill", "Book", "Directory", "DocumentIn", "Effect", "Fault", "Firm", "Mandated", "MessageIn", "Outcome",
    "Passed", "Ready", "Rule", "Settings", "Settlement", "Tolerance", "buyer_key", "counters", "document", "drafts", "give_mandate",
    "import_history", "mandates", "messages", "open_personal", "order_states", "readable", "receipt_message", "record_identity", "standing", "state_words",
    "submit_rows", "sweep", "take_batch", "todo", "trade", "trades", "urge",
]  # fmt: skip
