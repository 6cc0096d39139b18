"""What documents say: head and lines of a message's documents, packed and sealed as one value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, cast

import msgspec

from pilotzone.base.compressed import compress, decompress
from pilotzone.kernel import vault
from pilotzone.kernel.copying import ascending
from pilotzone.rooms.clearance.engine.case import Part

BODY = "clearance.body"
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(list[tuple[int, tuple[dict[str, str], list[dict[str, str]]]]])
_json = msgspec.json.Encoder(enc_hook=str)


class Reads(Protocol):
    """What is needed of a cursor."""

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def sealed(rows: Sequence[tuple[int, msgspec.Raw]]) -> bytes:
    """(position, packed head and lines) of a message's documents as they are stored."""
    return vault.seal(compress(_encode(rows)), BODY)


def opened(body: bytes) -> dict[int, Part]:
    """Position → head and lines, personal fields among them."""
    rows = _decoder.decode(decompress(vault.open_(body, BODY)))
    return {position: Part(head, lines) for position, (head, lines) in rows}


def parts(cursor: Reads, ids: Collection[int]) -> dict[int, Part]:
    """Documents by their numbers, as the caller may see them."""
    if not ids:
        return {}
    cursor.execute(
        "SELECT d.id, d.message_id, d.position FROM clearance_document d WHERE d.id = ANY(%s::bigint[])",
        (ascending(ids),),
    )
    wanted = cursor.fetchall()
    messages = {message_id for _, message_id, _ in wanted}
    cursor.execute(
        "SELECT message_id, body FROM clearance_body WHERE message_id = ANY(%s::bigint[])", (ascending(messages),)
    )
    bodies = {message_id: opened(body) for message_id, body in cursor.fetchall()}
    return {
        id_: bodies[message_id][position]
        for id_, message_id, position in wanted
        if position in bodies.get(message_id, ())
    }


def pack_assessment(record: Mapping[str, Any]) -> bytes:
    """Why a trade's tax is what it is, as it is kept: JSON, compressed. Nobody asks the database about it."""
    return compress(_json.encode(record))


def assessment(kept: bytes | memoryview | None) -> dict[str, Any] | None:
    """The record again; what was kept before it was compressed is JSON as it stands."""
    if kept is None:
        return None
    text = bytes(kept)
    return cast("dict[str, Any]", msgspec.json.decode(text if text[:1] == b"{" else decompress(text)))
