"""What became of each message kept: written by the workers, asked for by whoever holds the receipt id."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(enc_hook=str)  # one text for a batch costs a tenth of one array a column
RECEIVED, DONE = "received", "done"
ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Result:
    """The result of the message (`position` 0) or of one of its documents (1 …).

    `state`: accepted, refused, duplicate, draft, …; `findings`: code, zh, en, source and where; `document`: its key.
    """

    receipt_id: str
    position: int
    state: str
    document: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)


def write(cursor: Any, results: Iterable[Result]) -> None:
    """Write results in one statement. A message worked on again (a replay) overwrites its own."""
    rows = list({(r.receipt_id, r.position): r for r in results}.values())
    if not rows:
        return
    cursor.execute(
        "INSERT INTO exchange_result (receipt_id, position, state, document, findings)"
        " SELECT * FROM json_to_recordset(%s::json)"
        " AS told (receipt_id text, position int, state text, document text, findings jsonb)"
        " ON CONFLICT (receipt_id, position) DO UPDATE"
        " SET state = excluded.state, document = excluded.document, findings = excluded.findings, at = excluded.at",
        (_encoder.encode(rows).decode(),),
    )


def read(cursor: Any, receipt_id: str, *, organisation_id: int | None = None) -> dict[str, Any] | None:
    """State and results of a message; None where there is none such.

    With `organisation_id` a message of another organisation is none such. `state` is received until a worker has
    taken it, then done. Shape: receipt, state, received_at, size, channel, documents [{position, state, document,
    findings}], findings (of the message itself).
    """
    cursor.execute(
        "SELECT i.received_at, i.size, i.channel, i.organisation_id, i.id <= c.position"
        " FROM exchange_inbox i JOIN exchange_cursor c USING (partition) WHERE i.receipt_id = %s",
        (receipt_id,),
    )
    row = cursor.fetchone()
    if row is None or (organisation_id is not None and row[3] not in (None, organisation_id)):
        return None
    cursor.execute(
        "SELECT position, state, document, findings::text FROM exchange_result WHERE receipt_id = %s ORDER BY position",
        (receipt_id,),
    )
    told = [
        {"position": position, "state": state, "document": document, "findings": json.loads(findings)}
        for position, state, document, findings in cursor.fetchall()
    ]
    whole = [entry for entry in told if entry["position"] == 0]
    return {
        "receipt": receipt_id,
        "state": DONE if row[4] else RECEIVED,
        "received_at": row[0].isoformat(),
        "size": row[1],
        "channel": row[2],
        "result": whole[0]["state"] if whole else "",
        "findings": whole[0]["findings"] if whole else [],
        "documents": [entry for entry in told if entry["position"] > 0],
    }


def tally(cursor: Any, receipt_ids: Sequence[str]) -> dict[str, tuple[int, int, list[int]]]:
    """Per receipt id: how many messages are kept under it, how many documents have a result, which were refused.

    For recounts over many messages; asked as a role that sees them all.
    """
    cursor.execute(
        "SELECT a.id, (SELECT count(*) FROM exchange_inbox i WHERE i.receipt_id = a.id), count(r.position),"
        " coalesce(array_agg(r.position) FILTER (WHERE r.state = 'refused'), '{}')"
        " FROM unnest(%s::text[]) AS a (id) LEFT JOIN exchange_result r ON r.receipt_id = a.id AND r.position > 0"
        " GROUP BY a.id",
        (list(receipt_ids),),
    )
    return {id_: (kept, answered, refused) for id_, kept, answered, refused in cursor.fetchall()}
