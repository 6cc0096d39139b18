"""The message out of a request: bounded while it streams in, unpacked without ever making more than the limit."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Mapping

from pilotzone.pipeline.intake.problems import Turned

MEDIA = ("application/xml", "text/xml", "application/octet-stream", "")
GZIP = ("gzip", "x-gzip")


class Room:
    """Memory for the messages on their way, shared by all connections."""

    def __init__(self, size: int) -> None:
        self._free = size

    def take(self, size: int) -> None:
        """Take room or turn the message away (`intake.full`)."""
        if size > self._free:
            raise Turned("intake.full")
        self._free -= size

    def give(self, size: int) -> None:
        """Give it back."""
        self._free += size


def admit(headers: Mapping[str, str], limit: int) -> bool:
    """Whether the body is compressed; turned away by type, encoding or announced length."""
    media = headers.get("content-type", "").split(";")[0].strip().lower()
    encoding = headers.get("content-encoding", "").strip().lower()
    if (media not in MEDIA and not media.endswith("+xml")) or encoding not in ("", "identity", *GZIP):
        raise Turned("intake.media_type", media or encoding)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise Turned("intake.too_large", f"{length} > {limit}")
    return encoding in GZIP


async def read(chunks: AsyncIterable[bytes], *, compressed: bool, limit: int, room: Room) -> bytes:
    """The whole message. The room it takes stays taken: give it back by its length when it is done with."""
    unpacker = zlib.decompressobj(wbits=31) if compressed else None
    parts: list[bytes] = []
    size = 0
    try:
        async for chunk in chunks:
            piece = _unpack(unpacker, chunk, limit - size) if unpacker else chunk
            if size + len(piece) > limit:
                raise Turned("intake.too_large", f"> {limit}")
            room.take(len(piece))
            size += len(piece)
            parts.append(piece)
        if unpacker and (not unpacker.eof or unpacker.unused_data):
            raise Turned("intake.encoding")
        if not size:
            raise Turned("intake.empty")
    except BaseException:
        room.give(size)
        raise
    return b"".join(parts)


def _unpack(unpacker: zlib._Decompress, chunk: bytes, left: int) -> bytes:
    """At most one byte more than is left: enough to see that it is too much."""
    try:
        piece = unpacker.decompress(chunk, left + 1)
    except zlib.error:
        raise Turned("intake.encoding") from None
    if unpacker.unconsumed_tail:
        raise Turned("intake.too_large", "unpacked")
    return piece
