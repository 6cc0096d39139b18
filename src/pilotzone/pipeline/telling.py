"""What a batch tells its senders: results by receipt id, official receipts to fetch, messages onward to customs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from pilotzone.base.days import parse_stamp, stamp17
from pilotzone.base.errors import Refused
from pilotzone.exchange import inbox, outbox, receipts, results
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.formats.shapes import NAMESPACE
from pilotzone.exchange.inbox import Kept
from pilotzone.exchange.outbox import Letter
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.results import Result
from pilotzone.rooms.clearance.api import (
    CUSTOMS_REFERENCE,
    MESSAGES,
    Answer,
    Outcome,
    Passed,
    readable,
    receipt_message,
)

EDITION = "2018"  # receipts are the same in both editions but for the length of invtNo
QUOTE = {'"': "&quot;"}


def write_results(cursor: Any, rows: Mapping[int, Kept], answers: Sequence[Answer]) -> None:
    """What became of each document, by the receipt id its sender holds; a later refusal replaces the first answer."""
    known = {id_: row.receipt_id for id_, row in rows.items()}
    earlier = {answer.inbox_id for answer in answers} - known.keys()
    if earlier:
        cursor.execute("SELECT id, receipt_id FROM exchange_inbox WHERE id = ANY(%s)", (list(earlier),))
        known.update(cursor.fetchall())
    results.write(
        cursor,
        (
            Result(
                known[answer.inbox_id],
                answer.position,
                answer.state,
                f"{answer.message} {readable(answer.key)}",
                [fault.as_dict() for fault in answer.faults],
            )
            for answer in answers
        ),
    )


def write_receipts(cursor: Any, outcome: Outcome) -> None:
    """Receipts in their official form: ours in E-port's words, customs' as they came."""
    kept = []
    for answer in outcome.answers:
        if answer.organisation is not None and answer.status:
            message = receipt_message(answer.message)
            head = _return(answer, message)
            kept.append(_receipt(answer.organisation, message, answer.key, head, answer.at))
    for passed in outcome.passed:
        at = _moment(passed)
        if passed.organisations:
            first = _receipt(passed.organisations[0], passed.message, passed.key, passed.head, at)
            kept += [replace(first, organisation_id=one) for one in passed.organisations]
    receipts.write(cursor, kept)


def _receipt(organisation: int, message: str, key: str, head: Mapping[str, str], at: datetime) -> Receipt:
    status, info = head.get("returnStatus", ""), head.get("returnInfo", "")
    return Receipt(organisation, message, readable(key), status, at, info, _xml(message, head))


def forward(cursor: Any, forwards: Sequence[tuple[int, int, str]], raws: Mapping[int, bytes], *, sender: str) -> int:
    """Queue original messages for customs, unchanged, each in an envelope of ours (docs/adr/0004).

    What customs has already, because its firm sent it there and only let us read along, is passed over.
    """
    if not forwards:
        return 0
    letters = []
    sent_at = _sent_at(cursor, [inbox_id for _, inbox_id, _ in forwards])
    for message_id, inbox_id, name in forwards:
        if inbox_id not in sent_at:
            continue
        raw = raws.get(inbox_id) or _raw(cursor, inbox_id)
        to = envelope.CUSTOMS_IMPORT if MESSAGES[name].flow == "I" else envelope.CUSTOMS_EXPORT
        reference = f"{CUSTOMS_REFERENCE}{message_id}"
        letter = envelope.DxpMsg(
            message_id=reference, sender=sender, receivers=[to], created=sent_at[inbox_id], message_type=name, data=raw,
            file_name=f"{name}_{reference}.xml",
        )  # fmt: skip
        letters.append(Letter("customs", name, envelope.wrap(letter), {"message": message_id, "inbox": inbox_id}))
    outbox.enqueue(cursor, letters)
    return len(letters)


def _raw(cursor: Any, inbox_id: int) -> bytes:
    raw = inbox.raw(cursor.connection, inbox_id)
    if raw is None:
        raise LookupError(f"inbox row {inbox_id} is gone")
    return envelope.unwrap(raw).data if envelope.is_envelope(raw) else raw


def _sent_at(cursor: Any, inbox_ids: list[int]) -> dict[int, datetime]:
    """When each message that goes on does so: now; in a demonstration, whose year arrives in a minute, when it came."""
    cursor.execute(
        "SELECT id, CASE WHEN (SELECT demo FROM kernel_clock) THEN received_at ELSE pz_now() END"
        " FROM exchange_inbox WHERE id = ANY(%s) AND channel <> %s",
        (inbox_ids, inbox.SUBSCRIPTION),
    )
    return dict(cursor.fetchall())


def _return(answer: Answer, message: str) -> dict[str, str]:
    told = {name: answer.head[name] for name in _fields(message) if answer.head.get(name)}
    return told | {
        "guid": str(uuid4()).upper(), "returnStatus": answer.status, "returnTime": stamp17(answer.at),
        "returnInfo": answer.text[:1000],
    }  # fmt: skip


@cache
def _fields(message: str) -> tuple[str, ...]:
    return tuple(field.element for field in definition(message, EDITION).head.fields)


def _xml(message: str, head: Mapping[str, str]) -> bytes:
    """One return as live customs sends it: default namespace, and numbers not given yet left out (ceb spec §2.1, §2.3)."""
    inside = "".join(f"<{name}>{escape(head[name])}</{name}>" for name in _fields(message) if head.get(name))
    node = definition(message, EDITION).node
    opening = f'<{message} xmlns="{NAMESPACE}" guid="{escape(head.get("guid", ""), QUOTE)}" version="1.0">'
    return f"{opening}<{node}>{inside}</{node}></{message}>".encode()


def _moment(passed: Passed) -> datetime:
    try:
        return parse_stamp(passed.time)
    except Refused:
        return passed.at
