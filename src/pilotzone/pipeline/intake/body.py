"""The message out of a body: what may be sent, how much room there is, unpacked without ever making more than the limit."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping

import zstandard

from pilotzone.pipeline.intake.problems import Turned

MEDIA = ("application/xml", "text/xml", "application/octet-stream", "")
PLAIN, GZIP, ZSTD = "", "gzip", "zstd"
ENCODINGS = {"": PLAIN, "identity": PLAIN, "gzip": GZIP, "x-gzip": GZIP, "zstd": ZSTD}
WINDOW = 8 * 1024 * 1024  # the most memory a zstd frame may ask for


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


def admit(headers: Mapping[str, str], length: int, limit: int) -> str:
    """How the body is compressed; turned away by type, encoding or announced length."""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = headers.get("content-encoding", "").strip().lower()
    if (media not in MEDIA and not media.endswith("+xml")) or encoding not in ENCODINGS:
        raise Turned("intake.media_type", media or encoding)
    if length > limit:
        raise Turned("intake.too_large", f"{length} > {limit}")
    return ENCODINGS[encoding]


def unpack(data: bytes, encoding: str, limit: int) -> bytes:
    """The message; never more than one byte beyond the limit is made of it. Costs time: large ones not on the loop."""
    if encoding == PLAIN:
        raw = data
    else:
        try:
            raw = _gunzip(data, limit) if encoding == GZIP else _unzstd(data, limit)
        except (zlib.error, zstandard.ZstdError):
            raise Turned("intake.encoding") from None
    if len(raw) > limit:
        raise Turned("intake.too_large", "unpacked")
    if not raw:
        raise Turned("intake.empty")
    return raw


def _gunzip(data: bytes, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    raw = unpacker.decompress(data, limit + 1)
    if len(raw) <= limit and (not unpacker.eof or unpacker.unused_data):
        raise Turned("intake.encoding")
    return raw


def _unzstd(data: bytes, limit: int) -> bytes:
    """One frame and nothing behind it."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    source = io.BytesIO(data)
    with unpacker.stream_reader(source, read_across_frames=False, closefd=False) as reader:
        raw = reader.read(limit + 1)
    if len(raw) <= limit:
        whole = unpacker.decompressobj()
        seen = whole.decompress(data)  # bounded: the reader has seen that it is no more than the limit
        if not whole.eof or whole.unused_data or len(seen) != len(raw):
            raise Turned("intake.encoding")
    return raw
