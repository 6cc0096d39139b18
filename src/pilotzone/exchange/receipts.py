"""Official receipts kept for the firms they are for, until they fetch them and afterwards."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from pilotzone.base.days import SHANGHAI
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


def safe(cursor: Any) -> int:
    """The number below which no receipt can appear any more: a writer that has not ended is never read past."""
    cursor.execute("SELECT exchange_receipt_safe()")
    return int(cursor.fetchone()[0])


def after(
    cursor: Any, organisation_id: int, *, after: int = 0, until: int | None = None, limit: int = 100,
    message: str = "", document: str = "", mark: bool = False,
) -> list[tuple[int, Receipt]]:  # fmt: skip
    """Receipts of the organisation numbered above `after`, at most to `until` (default: `safe`), oldest first.

    Whoever passes on the last number next time skips nothing: a lower one cannot come later. `message` and `document`
    narrow; `mark` notes that it has them now.
    """
    until = safe(cursor) if until is None else until
    cursor.execute(
        "SELECT id, organisation_id, message, document_key, return_status, return_time, info, xml"
        " FROM exchange_receipt WHERE organisation_id = %(organisation)s AND id > %(after)s AND id <= %(until)s"
        " AND (%(message)s = '' OR message = %(message)s) AND (%(document)s = '' OR document_key = %(document)s)"
        " ORDER BY id LIMIT %(limit)s",
        {"organisation": organisation_id, "after": after, "until": until, "limit": limit, "message": message,
         "document": document},
    )  # fmt: skip
    sealed = [(row[0], Receipt(*row[1:])) for row in cursor.fetchall()]
    found = [(number, replace(receipt, xml=unpack(receipt.xml, TABLE))) for number, receipt in sealed]
    if mark and found:
        cursor.execute(
            "UPDATE exchange_receipt SET fetched_at = pz_now() WHERE fetched_at IS NULL AND id = ANY(%s)",
            ([number for number, _ in found],),
        )
    return found


def told(number: int, receipt: Receipt) -> dict[str, Any]:
    """A receipt as a program reads it, pulled or pushed: plain data, the message in Base64."""
    return {
        "id": number,
        "message": receipt.message,
        "document": receipt.document_key,
        "return_status": receipt.return_status,
        "return_time": receipt.return_time.astimezone(SHANGHAI).isoformat(),
        "info": receipt.info,
        "xml": base64.b64encode(receipt.xml).decode(),
    }
