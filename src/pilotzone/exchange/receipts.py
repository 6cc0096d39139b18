"""Official receipts kept for the firms they are for, until they fetch them and afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from pilotzone.exchange.sealing import pack, unpack

TABLE = "exchange_receipt"
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt in its official form for one organisation. `message` is CEB312 …, `document_key` the business key."""

    organisation_id: int
    message: str
    document_key: str
    return_status: str
    return_time: datetime
    info: str
    xml: bytes


def write(cursor: Any, receipts: Iterable[Receipt]) -> None:
    """Write receipts in one statement of the caller's transaction; one told to several firms is sealed once."""
    rows = list(receipts)
    if not rows:
        return
    sealed = {xml: pack(xml, TABLE) for xml in {r.xml for r in rows}}
    told = _encoder.encode([replace(r, xml=sealed[r.xml]) for r in rows])  # bytes travel as Base64
    cursor.execute(
        "INSERT INTO exchange_receipt"
        " (organisation_id, message, document_key, return_status, return_time, info, xml)"
        " SELECT organisation_id, message, document_key, return_status, return_time, info, decode(xml, 'base64')"
        " FROM json_to_recordset(%s::json) AS told (organisation_id bigint, message text, document_key text,"
        " return_status text, return_time timestamptz, info text, xml text)",
        (told.decode(),),
    )


def fetch(
    cursor: Any, organisation_id: int, *, after: int = 0, limit: int = 100, mark: bool = False
) -> list[tuple[int, Receipt]]:
    """The organisation's receipts with a number above `after`, oldest first; `mark` notes that it has them now."""
    cursor.execute(
        "SELECT id, organisation_id, message, document_key, return_status, return_time, info, xml"
        " FROM exchange_receipt WHERE organisation_id = %s AND id > %s ORDER BY id LIMIT %s",
        (organisation_id, after, limit),
    )
    sealed = [(row[0], Receipt(*row[1:])) for row in cursor.fetchall()]
    found = [(number, replace(receipt, xml=unpack(receipt.xml, TABLE))) for number, receipt in sealed]
    if mark and found:
        cursor.execute(
            "UPDATE exchange_receipt SET fetched_at = pz_now() WHERE fetched_at IS NULL AND id = ANY(%s)",
            ([number for number, _ in found],),
        )
    return found


def keys_told(cursor: Any, message: str) -> list[str]:
    """The business keys of all documents a receipt of this kind (CEB622Message …) can be fetched for. For recounts."""
    cursor.execute("SELECT DISTINCT document_key FROM exchange_receipt WHERE message = %s", (message,))
    return [key for (key,) in cursor.fetchall()]
