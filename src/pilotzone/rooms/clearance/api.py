"""The door of the clearance room.

The pipeline's batch functions take a raw cursor; pages' questions and the desk's verbs run in the caller's scope and
load the ORM when first asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from pilotzone.rooms.clearance.operations.preparing import prepare
from pilotzone.rooms.clearance.operations.uploads import KIND as PAYMENT_UPLOAD
from pilotzone.rooms.clearance.operations.uploads import settle as settle_payment_upload
from pilotzone.rooms.clearance.operations.writing import TABLES_BY_DAY
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.clearance.queries.contents import pack_assessment
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


def said(cursor: Any, id_: int) -> tuple[Mapping[str, str], Sequence[Mapping[str, str]]]:
    """Head and lines of a document as its sender wrote them, personal fields among them; for the platform's own use.

    Raises KeyError where the caller's role sees no such document.
    """
    part = contents.parts(cursor, [id_])[id_]
    return part.head, part.lines


def drafts(page: int = 1, size: int = 50) -> dict[str, Any]:
    """The caller's drafts that were not declared yet; `receipt` where one was signed and handed in."""
    from pilotzone.rooms.clearance.queries import drafts as waiting

    return waiting.drafts(page, size)


def drafts_underway(ids: Iterable[int]) -> set[int]:
    """Those of the caller's drafts whose signed message is kept but not worked off yet."""
    from pilotzone.rooms.clearance.queries import drafts as waiting

    return waiting.underway(ids)


def chosen_drafts(ids: Iterable[int]) -> list[dict[str, Any]]:
    """The caller's standing drafts among these: [{id, message, zh, en, key, lines}], oldest first."""
    from pilotzone.rooms.clearance.operations import composing

    return composing.chosen(ids)


def compose_drafts(*, drafts: Sequence[int], certificate: str, algorithm: str = "") -> dict[str, Any]:
    """Compose drafts into declared messages for the card with this certificate: what it has to sign."""
    from pilotzone.rooms.clearance.operations import composing

    return composing.compose(drafts=drafts, certificate=certificate, algorithm=algorithm)


def hand_in_signed(*, batch: str, certificate: str, signatures: Sequence[str]) -> dict[str, Any]:
    """Verify the card's signatures over composed messages and keep the signed messages; their receipt ids."""
    from pilotzone.rooms.clearance.operations import signing

    return signing.hand_in(batch=batch, certificate=certificate, signatures=signatures)


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


def findings() -> list[dict[str, Any]]:
    """Why trades stand refused, the most frequent first: [{code, official, whose, n, zh, en}]."""
    from pilotzone.rooms.clearance.queries import todo as waiting

    return waiting.findings()


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


def deposit_payment_data(text: str | bytes, *, channel: str) -> dict[str, int]:
    """Keep payment raw data of the caller's platform enterprise (JSON): {payments, replaced}."""
    from pilotzone.rooms.clearance.operations import payment_data

    return payment_data.deposit(text, channel=channel)


def forget_payment_data(today: date) -> int:
    """Remove payment raw data that were kept long enough; how many."""
    from pilotzone.rooms.clearance.operations import payment_data

    return payment_data.forget_ended(today)


def kept_payment_data(page: int = 1, size: int = 50) -> dict[str, Any]:
    """The payment raw data the caller's firm keeps here, masked: {rows, total, page}."""
    from pilotzone.rooms.clearance.queries import payment_data

    return payment_data.kept(page, size)


def payment_requests(page: int = 1, size: int = 50, *, state: str = "") -> dict[str, Any]:
    """Customs' requests for payment raw data to the caller's firm; `state` waiting, open, queued, accepted, refused."""
    from pilotzone.rooms.clearance.queries import payment_data

    return payment_data.requests(page, size, state=state)


def payment_request(number: int) -> dict[str, Any] | None:
    """One of these requests."""
    from pilotzone.rooms.clearance.queries import payment_data

    return payment_data.request(number)


def payment_requests_waiting() -> int:
    """How many of these requests wait for the caller's firm."""
    from pilotzone.rooms.clearance.queries import payment_data

    return payment_data.waiting()


def payment_data_asked(open_request: str, *, platform: str = "") -> str:
    """Customs' openReq, answered at once in its own form; asked as the platform."""
    from pilotzone.rooms.clearance.operations import payment_requests

    return payment_requests.asked(open_request, platform=platform)


def compose_payment_data(*, requests: Sequence[int]) -> dict[str, Any]:
    """The strings the caller's firm has to sign to answer requests."""
    from pilotzone.rooms.clearance.operations import payment_requests

    return payment_requests.compose(requests=requests)


def hand_in_payment_data(
    *, batch: str, certificate: str, signatures: Sequence[str], number: str = ""
) -> dict[str, Any]:
    """Verify signatures over these strings and queue the data for customs: {requests, repeated}."""
    from pilotzone.rooms.clearance.operations import payment_requests

    return payment_requests.hand_in(batch=batch, certificate=certificate, signatures=signatures, number=number)


def submit_rows(
    *, message: str, documents: Sequence[tuple[Mapping[str, str], Sequence[Mapping[str, str]]]], channel: str = "desk"
) -> list[str]:
    """Rows of a page or Excel sheet kept as unsigned drafts; receipt ids."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.submit_rows(message=message, documents=documents, channel=channel)


def import_history(*, messages: Sequence[bytes], names: Sequence[str] = ()) -> list[str]:
    """A firm's past messages and receipts (with the names of their files), read-only; receipt ids."""
    from pilotzone.rooms.clearance.operations import verbs

    return verbs.import_history(messages=messages, names=names)


def tell_line(*, trade: int, code: str, zh: str, en: str, source: str) -> None:
    """A line in the life of a trade the caller sees, told by a room above; it moves no state."""
    from pilotzone.rooms.clearance.operations import verbs

    verbs.tell_line(trade=trade, code=code, zh=zh, en=en, source=source)


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


def check_buyers(
    *, rows: Sequence[tuple[str, str, str, str]], ask: Callable[[str, str], bool], authority: str, consented: bool,
    channel: str,
) -> int:  # fmt: skip
    """Have a firm's list of buyers (ref, kind of document, number, name) checked by an authorised body; its number."""
    from pilotzone.rooms.clearance.operations import buyers

    return buyers.check_buyers(rows=rows, ask=ask, authority=authority, consented=consented, channel=channel)


def buyer_checks(page: int = 1, size: int = 50) -> dict[str, Any]:
    """The lists of buyers the caller sees, newest first: {rows, total, page}."""
    from pilotzone.rooms.clearance.queries import buyers

    return buyers.checks(page, size)


def access_buyer_check(number: int) -> dict[str, Any]:
    """One such list: who asked, when, whom, how it came out. Denied for what is not the caller's to see."""
    from pilotzone.rooms.clearance.queries import buyers

    return buyers.access_check(number)


def buyer_answers(number: int, outcome: str = "", page: int = 1, size: int = 50) -> dict[str, Any]:
    """The answers of a list, row by row: {rows: [{position, ref, outcome, findings}], total, page}."""
    from pilotzone.rooms.clearance.queries import buyers

    return buyers.answers(number, outcome, page, size)


def state_words(state: str, code: str = "") -> tuple[str, str]:
    """A trade's state in Chinese and English; `code`: customs' return status where it gave the state."""
    return states.words(state, code)


def receipt_message(message: str) -> str:
    """The message of a document's receipts: CEB621Message → CEB622Message."""
    return MESSAGES[message].receipt


__all__ = [
    "COMMIT",
    "CUSTOMS_REFERENCE",
    "FROM_CUSTOMS",
    "MESSAGES",
    "OVER",
    "PAYMENT_UPLOAD",
    "REFUSES",
    "RESTORE",
    "TABLES_BY_DAY",
    "UNDECIDED",
    "VOID",
    "WAITS",
    "WARNS",
    "Answer",
    "Bill",
    "Book",
    "Directory",
    "DocumentIn",
    "Effect",
    "Fault",
    "Firm",
    "Mandated",
    "MessageIn",
    "Outcome",
    "Passed",
    "Ready",
    "Rule",
    "Settings",
    "Settlement",
    "Tolerance",
    "access_buyer_check",
    "buyer_answers",
    "buyer_checks",
    "buyer_key",
    "check_buyers",
    "chosen_drafts",
    "compose_drafts",
    "compose_payment_data",
    "counters",
    "deposit_payment_data",
    "document",
    "drafts",
    "drafts_underway",
    "findings",
    "forget_payment_data",
    "give_mandate",
    "hand_in_payment_data",
    "hand_in_signed",
    "import_history",
    "kept_payment_data",
    "mandates",
    "messages",
    "open_personal",
    "order_states",
    "pack_assessment",
    "payment_data_asked",
    "payment_request",
    "payment_requests",
    "payment_requests_waiting",
    "prepare",
    "readable",
    "receipt_message",
    "record_identity",
    "said",
    "settle_payment_upload",
    "standing",
    "state_words",
    "submit_rows",
    "sweep",
    "take_batch",
    "tell_line",
    "todo",
    "trade",
    "trades",
    "urge",
]
