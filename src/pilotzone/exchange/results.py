"""What became of each message kept: written by the workers, asked for by whoever holds the receipt id.

One row holds what a batch said of a message, a hundred documents in one value; what is said later of the same
document counts in its place. The view `exchange_result` tells one row a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from pilotzone.kernel.copying import texts

RECEIVED, DONE = "received", "done"
ACCEPTED = "accepted"
_encoder = msgspec.json.Encoder(enc_hook=str)
_decoder = msgspec.json.Decoder()


class Result(msgspec.Struct):
    """The result of the message (`position` 0) or of one of its documents (1 …).

    `state`: accepted, refused, duplicate, draft, …; `findings`: code, zh, en, source and where; `document`: its key.
    """

    receipt_id: str
    position: int
    state: str
    document: str = ""
    findings: list[dict[str, Any]] = msgspec.field(default_factory=list)


def write(cursor: Any, results: Iterable[Result]) -> None:
    """Write results in one statement; a message worked on again (a replay) is answered by its last result."""
    told: dict[str, dict[int, tuple[Any, ...]]] = {}
    for one in results:
        told.setdefault(one.receipt_id, {})[one.position] = (one.position, one.state, one.document, one.findings)
    if not told:
        return
    cursor.execute(
        "INSERT INTO exchange_answer (receipt_id, told, at) WITH t AS MATERIALIZED (SELECT pz_now() AS now)"
        " SELECT r.*, t.now FROM t, unnest(%s::text[], %b::text[]::json[]) r",
        (texts(told), [_encoder.encode(list(rows.values())).decode() for rows in told.values()]),
    )


def read(cursor: Any, receipt_id: str, *, organisation_id: int | None = None) -> dict[str, Any] | None:
    """State and results of a message; None where there is none such.

    With `organisation_id` a message of another organisation is none such. `state` is received until a worker has
    taken it, then done. Shape: receipt, state, received_at, size, channel, documents [{position, state, document,
    findings}], findings (of the message itself).
    """
    cursor.execute(
        "SELECT i.received_at, i.size, i.channel, i.organisation_id, i.id <= c.position"
        " FROM exchange_inbox i JOIN exchange_cursor c USING (partition)"
        " WHERE i.id = exchange_inbox_number(%s) AND i.receipt_id = %s",
        (receipt_id, receipt_id),
    )
    row = cursor.fetchone()
    if row is None or (organisation_id is not None and row[3] not in (None, organisation_id)):
        return None
    cursor.execute("SELECT told::text FROM exchange_answer WHERE receipt_id = %s ORDER BY id", (receipt_id,))
    last: dict[int, dict[str, Any]] = {}
    for (text,) in cursor.fetchall():
        for position, state, document, findings in _decoder.decode(text):
            last[position] = {"position": position, "state": state, "document": document, "findings": findings}
    whole = last.pop(0, None)
    return {
        "receipt": receipt_id,
        "state": DONE if row[4] else RECEIVED,
        "received_at": row[0].isoformat(),
        "size": row[1],
        "channel": row[2],
        "result": whole["state"] if whole else "",
        "findings": whole["findings"] if whole else [],
        "documents": [last[position] for position in sorted(last)],
    }


def tally(cursor: Any, receipt_ids: Sequence[str]) -> dict[str, tuple[int, int, list[int]]]:
    """Per receipt id: how many messages are kept under it, how many documents have a result, which were refused.

    For recounts over many messages; asked as a role that sees them all.
    """
    cursor.execute(
        "SELECT i.receipt_id, count(*) FROM unnest(%s::text[]) AS a (id) JOIN exchange_inbox i"
        " ON i.id = exchange_inbox_number(a.id) AND i.receipt_id = a.id GROUP BY i.receipt_id",
        (list(receipt_ids),),
    )
    kept = dict(cursor.fetchall())
    cursor.execute(
        "SELECT receipt_id, told::text FROM exchange_answer WHERE receipt_id = ANY(%s) ORDER BY id",
        (list(receipt_ids),),
    )
    told: dict[str, dict[int, str]] = {}
    for receipt_id, text in cursor.fetchall():
        states = told.setdefault(receipt_id, {})
        states.update({position: state for position, state, *_ in _decoder.decode(text) if position})
    found = {}
    for receipt_id in receipt_ids:
        states = told.get(receipt_id, {})
        refused = sorted(position for position, state in states.items() if state == "refused")
        found[receipt_id] = (kept.get(receipt_id, 0), len(states), refused)
    return found
