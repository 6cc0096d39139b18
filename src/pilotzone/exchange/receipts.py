"""Official receipts kept for the firms they are for, until they fetch them and afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pilotzone.exchange.sealing import pack, unpack

TABLE = "exchange_receipt"


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
    """Write receipts in one statement of the caller's transaction."""
    rows = list(receipts)
    if not rows:
        return
    cursor.execute(
        "INSERT INTO exchange_receipt"
        " (organisation_id, message, document_key, return_status, return_time, info, xml)"
        " SELECT * FROM unnest"
        " (%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::bytea[])",
        (
            [r.organisation_id for r in rows],
            [r.message for r in rows],
            [r.document_key for r in rows],
            [r.return_status for r in rows],
            [r.return_time for r in rows],
            [r.info for r in rows],
            [pack(r.xml, TABLE) for r in rows],
        ),
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
