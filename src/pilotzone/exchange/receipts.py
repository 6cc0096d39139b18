"""Official receipts kept for the firms they are for, until they fetch them and afterwards.

What one batch answers to one firm is one package: a customs message of up to a hundred returns, signed by the
platform, sealed as a whole. Each return keeps a number of its own: the package's, times a hundred, and its place.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

import msgspec
import xxhash

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.exchange.signing import from_der, packages
from pilotzone.exchange.signing.signers import Signer

TABLE = "exchange_receipt"
_GUID = re.compile("<guid>([^<]*)</guid>")
MOST = 100  # returns in one message (ceb spec §2.1)
_encode = msgspec.msgpack.Encoder().encode
Package = tuple[int, str, list["Receipt"]]


class Receipt(msgspec.Struct):
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
        (organisation, message, len(part), _keys(part), *_packed(message, part, signer))
        for (organisation, message), found in grouped.items() for part in _parts(found)
    ]  # fmt: skip
    own = signer.certificate
    cursor.execute(
        "INSERT INTO exchange_signer (sha256, certificate) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (own.sha256, own.encoded),
    )
    cursor.execute(
        "INSERT INTO exchange_receipt (organisation_id, message, returns, keys, guid, body, signature, signer, created_at)"
        " WITH t AS MATERIALIZED (SELECT pz_now() AS now) SELECT organisation_id, message, returns, keys::bigint[], guid, body, signature, %s, t.now FROM t, unnest(%s::bigint[], %b::text[], %s::smallint[], %b::text[], %b::text[], %b::bytea[], %b::bytea[])"
        " AS r (organisation_id, message, returns, keys, guid, body, signature)",
        [own.sha256, *(list(column) for column in zip(*rows, strict=True))],
    )


def safe(cursor: Any) -> int:
    """The number below which no receipt can appear any more: a writer that has not ended is never read past."""
    cursor.execute("SELECT exchange_receipt_safe()")
    return int(cursor.fetchone()[0]) * MOST + MOST - 1


def after(
    cursor: Any, organisation_id: int, *, after: int = 0, until: int | None = None, limit: int = 100,
    message: str = "", document: str = "", mark: bool = False,
) -> list[tuple[int, Receipt]]:  # fmt: skip
    """Receipts of the organisation numbered above `after`, at most to `until` (default: `safe`), oldest first.

    Whoever passes on the last number next time skips nothing: a lower one cannot come later. `message` and `document`
    (a business key) narrow; `mark` notes that it has their packages now.
    """
    until = safe(cursor) if until is None else until
    cursor.execute(
        "SELECT id, message, body FROM exchange_receipt WHERE organisation_id = %s AND id BETWEEN %s AND %s"
        " AND (%s = '' OR message = %s) AND (%s = '' OR keys @> ARRAY[%s::bigint]) ORDER BY id LIMIT %s",
        (
            organisation_id, after // MOST, until // MOST, message, message, document, _hash(document), limit + 1,
        ),
    )  # fmt: skip
    told_ = (
        (number * MOST + place, receipt)
        for number, kind, body in cursor.fetchall()
        for place, receipt in enumerate(_opened(organisation_id, kind, body))
        if after < number * MOST + place <= until and document in ("", receipt.document_key)
    )
    found = list(islice(told_, limit))
    if mark and found:
        cursor.execute(
            "UPDATE exchange_receipt SET fetched_at = pz_now() WHERE fetched_at IS NULL AND id = ANY(%s)",
            (list({number // MOST for number, _ in found}),),
        )
    return found


def package(cursor: Any, organisation_id: int, number: int) -> bytes | None:
    """The signed message in which a receipt (by its number) stands; None where the organisation has none such."""
    found = packages_of(cursor, organisation_id, [number])
    return found[0][2] if found else None


def packages_of(cursor: Any, organisation_id: int, numbers: Iterable[int]) -> list[tuple[int, str, bytes]]:
    """The signed messages in which receipts (by their numbers) stand, each once, in order: number of the first receipt, message, XML."""
    cursor.execute(
        "SELECT r.id, r.message, r.guid, r.body, r.signature, s.certificate FROM exchange_receipt r"
        " JOIN exchange_signer s ON s.sha256 = r.signer WHERE r.organisation_id = %s AND r.id = ANY(%s) ORDER BY r.id",
        (organisation_id, sorted({number // MOST for number in numbers})),
    )
    return [
        (number * MOST, message, _signed(organisation_id, message, *rest)) for number, message, *rest in cursor.fetchall()
    ]  # fmt: skip


def owners(cursor: Any, *, after: int, until: int) -> list[int]:
    """The organisations that got receipts numbered above `after` and up to `until`, both as `safe` answers them."""
    cursor.execute(
        "SELECT DISTINCT organisation_id FROM exchange_receipt WHERE id > %s AND id <= %s",
        (after // MOST, until // MOST),
    )
    return [number for (number,) in cursor.fetchall()]


def _signed(organisation_id: int, message: str, guid: str, body: bytes, value: bytes, certificate: bytes) -> bytes:
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


def _keys(part: list[Receipt]) -> str:
    """Hashes of the business keys, as an array's text."""
    return "{" + ",".join([str(_hash(one.document_key)) for one in part]) + "}"


def _hash(key: str) -> int:
    return xxhash.xxh3_64_intdigest(key.encode()) - (1 << 63)


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


def keys_told(cursor: Any, message: str) -> set[str]:
    """The business keys of all documents a receipt of this kind (CEB622Message …) can be fetched for. For recounts."""
    cursor.execute("SELECT organisation_id, body FROM exchange_receipt WHERE message = %s", (message,))
    return {one.document_key for organisation, body in cursor for one in _opened(organisation, message, body)}
