"""Official receipts kept for the firms they are for, until they fetch them and afterwards.

What one batch answers to one firm is one package: a customs message of up to a hundred returns, signed by the
platform, sealed as a whole. Each return keeps a number of its own: the package's, times a hundred, and its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

import msgspec

from pilotzone.exchange.sealing import pack, unpack
from pilotzone.exchange.signing import from_der, packages
from pilotzone.exchange.signing.signers import Signer

TABLE = "exchange_receipt"
_GUID = re.compile("<guid>([^<]*)</guid>")
MOST = 100  # returns in one message (ceb spec §2.1)
_encode = msgspec.msgpack.Encoder().encode
Package = tuple[int, str, list["Receipt"]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A return for one organisation. `message` is CEB312Message …, `document_key` the business key, `node` the
    return as it stands in the message (its own element, canonical, no prefix)."""

    organisation_id: int
    message: str
    document_key: str
    return_status: str
    return_time: datetime
    info: str
    node: str

    @property
    def xml(self) -> bytes:
        """The return alone, as an official message under the return's own guid."""
        guid = _GUID.search(self.node)
        return whole(self.message, guid[1] if guid else "", [self.node])


def whole(message: str, guid: str, nodes: Iterable[str]) -> bytes:
    """Returns as one official message, in canonical form."""
    return f"{packages.opening(message, guid)}{''.join(nodes)}</{message}>".encode()


def write(cursor: Any, receipts: Iterable[Receipt], *, signer: Signer | None = None) -> None:
    """Write receipts in one statement of the caller's transaction, packed and signed by organisation and message."""
    grouped: dict[tuple[int, str], list[Receipt]] = {}
    for receipt in receipts:
        grouped.setdefault((receipt.organisation_id, receipt.message), []).append(receipt)
    if not grouped:
        return
    signer = signer or packages.own_signer()
    rows = [
        (organisation, message, len(part), *_packed(message, part, signer))
        for (organisation, message), found in grouped.items() for part in _parts(found)
    ]  # fmt: skip
    own = signer.certificate
    cursor.execute(
        "INSERT INTO exchange_signer (sha256, certificate) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (own.sha256, own.encoded),
    )
    cursor.execute(
        "INSERT INTO exchange_receipt (organisation_id, message, returns, guid, body, signature, signer)"
        " SELECT r.*, %s FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::text[], %b::bytea[], %b::bytea[]) r",
        [own.sha256, *(list(column) for column in zip(*rows, strict=True))],
    )


def fetch(
    cursor: Any, organisation_id: int, *, after: int = 0, limit: int = 100, mark: bool = False
) -> list[tuple[int, Receipt]]:
    """The organisation's receipts with a number above `after`, oldest first; `mark` notes that it has them now."""
    first, place = divmod(after, MOST)
    cursor.execute(
        "SELECT id, message, body FROM exchange_receipt WHERE organisation_id = %s AND id >= %s ORDER BY id LIMIT %s",
        (organisation_id, first, limit + 1),
    )
    told = (
        (number * MOST + place_, receipt)
        for number, message, body in cursor.fetchall()
        for place_, receipt in enumerate(_opened(organisation_id, message, body))
        if number > first or place_ > place
    )
    found = list(islice(told, limit))
    if mark and found:
        cursor.execute(
            "UPDATE exchange_receipt SET fetched_at = pz_now() WHERE fetched_at IS NULL AND id = ANY(%s)",
            (list({number // MOST for number, _ in found}),),
        )
    return found


def package(cursor: Any, organisation_id: int, number: int) -> bytes | None:
    """The signed message in which a receipt (by its number) stands; None where the organisation has none such."""
    cursor.execute(
        "SELECT r.message, r.guid, r.body, r.signature, s.certificate FROM exchange_receipt r"
        " JOIN exchange_signer s ON s.sha256 = r.signer WHERE r.organisation_id = %s AND r.id = %s",
        (organisation_id, number // MOST),
    )
    row = cursor.fetchone()
    if row is None:
        return None
    message, guid, body, value, certificate = row
    xml = whole(message, guid, (one.node for one in _opened(organisation_id, message, body)))
    return packages.signed(xml, bytes(value), from_der(bytes(certificate)))


def _packed(message: str, part: list[Receipt], signer: Signer) -> tuple[str, bytes, bytes]:
    guid = str(uuid4()).upper()
    value = packages.sign_value(whole(message, guid, (one.node for one in part)), signer)
    body = _encode([(one.document_key, one.return_status, one.return_time, one.info, one.node) for one in part])
    return guid, pack(body, TABLE), value


def _opened(organisation_id: int, message: str, body: bytes) -> list[Receipt]:
    rows = msgspec.msgpack.decode(unpack(body, TABLE), type=list[tuple[str, str, datetime, str, str]])
    return [Receipt(organisation_id, message, *row) for row in rows]


def _parts(found: list[Receipt]) -> Iterator[list[Receipt]]:
    return (found[start : start + MOST] for start in range(0, len(found), MOST))
