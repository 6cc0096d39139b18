"""What a batch tells its senders: results by receipt id, official receipts to fetch, messages onward to customs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from pilotzone.base.days import parse_stamp, stamp17
from pilotzone.base.errors import Refused
from pilotzone.exchange import inbox, outbox, receipt_window, results
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.formats.definitions import editions_of
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.formats.shapes import Message, Part
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
_ESCAPED = re.compile("[&<>\r]")


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
    """Receipts in their official form, to be signed in a moment: ours in E-port's words, customs' as they came."""
    kept = []
    for answer in outcome.answers:
        if answer.organisation is not None and answer.status:
            message = receipt_message(answer.message)
            info = answer.text[:1000]
            node = _return(answer, message, info)
            kept.append(
                Receipt(answer.organisation, message, readable(answer.key), answer.status, answer.at, info, node)
            )
    for passed in outcome.passed:
        at, kind = _moment(passed), passed.message
        for node in _nodes(passed):
            kept += [
                Receipt(one, kind, readable(passed.key), passed.status, at, passed.info, node)
                for one in passed.organisations
            ]
    receipt_window.hold(cursor, kept)


def forward(cursor: Any, forwards: Sequence[tuple[int, int, str]], *, sender: str) -> int:
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
        keys = {
            "message": message_id, "inbox": inbox_id, "reference": f"{CUSTOMS_REFERENCE}{message_id}", "sender": sender,
            "receiver": envelope.CUSTOMS_IMPORT if MESSAGES[name].flow == "I" else envelope.CUSTOMS_EXPORT,
            "sent": sent_at[inbox_id].isoformat(),
        }  # fmt: skip
        letters.append(Letter("customs", name, keys=keys, enclosed=inbox_id))
    outbox.enqueue(cursor, letters)
    return len(letters)


def _sent_at(cursor: Any, inbox_ids: list[int]) -> dict[int, datetime]:
    """When each message that goes on does so: now; in a demonstration, whose year arrives in a minute, when it came."""
    cursor.execute(
        "SELECT id, CASE WHEN (SELECT demo FROM kernel_clock) THEN received_at ELSE pz_now() END"
        " FROM exchange_inbox WHERE id = ANY(%s) AND channel <> %s",
        (inbox_ids, inbox.SUBSCRIPTION),
    )
    return dict(cursor.fetchall())


def _return(answer: Answer, message: str, info: str) -> str:
    """The platform's return on a document, in the order of the fields, as `_node` would write it."""
    told = {"guid": _guid(), "returnStatus": answer.status, "returnTime": _stamp(answer.at), "returnInfo": info}
    return _node(message, told, answer.head)


def _guid() -> str:
    """A random UUID (version 4) in capitals; an object of the library costs four times as much."""
    text = os.urandom(16).hex().upper()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89AB'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"


@cache
def _frame(message: str) -> tuple[str, tuple[tuple[str, str, str], ...], str]:
    """Start tag, (field, its start tag, its end tag) in order, end tag of a return."""
    told = _told(message)
    names = [field.element for field in told.head.fields]
    return f"<{told.node}>", tuple((name, f"<{name}>", f"</{name}>") for name in names), f"</{told.node}>"


@lru_cache(maxsize=1024)
def _stamp(at: datetime) -> str:
    return stamp17(at)


def _nodes(passed: Passed) -> list[str]:
    """The returns of a receipt: one; a result with more lines than a message may hold is told in several (792)."""
    told = _told(passed.message)
    if told.flat or told.lines is None:
        return [_node(passed.message, passed.head)]
    head = _part(told.head, passed.head)
    high = told.lines.high or max(len(passed.lines), 1)
    spans = range(0, max(len(passed.lines), 1), high)
    parts = ["".join([_part(told.lines, line) for line in passed.lines[start : start + high]]) for start in spans]
    return [f"<{told.node}>{head}{lines}</{told.node}>" for lines in parts]


def _part(part: Part, values: Mapping[str, str]) -> str:
    inside = [
        f"<{one.element}>{_text(value)}</{one.element}>" for one in part.fields if (value := values.get(one.element))
    ]  # fmt: skip
    return f"<{part.name}>{''.join(inside)}</{part.name}>"


def _told(message: str) -> Message:
    known = editions_of(message)
    return definition(message, EDITION if EDITION in known else known[0])


def _node(message: str, head: Mapping[str, str], others: Mapping[str, str] = MappingProxyType({})) -> str:
    """One return as live customs sends it: numbers not given yet left out (ceb spec §2.1, §2.3)."""
    opening, fields, closing = _frame(message)
    values = [head.get(name) or others.get(name) for name, _, _ in fields]
    # hardly a value holds a character to escape: all are asked at once
    plain = _ESCAPED.search("".join([value for value in values if value])) is None
    inside = [
        f"{before}{value if plain else _text(value)}{behind}"
        for value, (_, before, behind) in zip(values, fields, strict=True) if value
    ]  # fmt: skip
    return f"{opening}{''.join(inside)}{closing}"


def _text(value: str) -> str:
    """Text as canonical XML writes it."""
    if _ESCAPED.search(value) is None:
        return value
    return escape(value, {"\r": "&#xD;"})


def _moment(passed: Passed) -> datetime:
    try:
        return parse_stamp(passed.time)
    except Refused:
        return passed.at
