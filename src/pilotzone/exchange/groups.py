"""Messages that were kept together lie together: one zstd block, sealed once (docs/adr/0009). No database here."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import cast

import zstandard

from pilotzone.kernel import vault

TABLE = "exchange_inbox_group"
MOST = 4096  # messages of a group: the last twelve bits of a message's number are its place
_LEVEL = 1  # level 3 takes half as long again and wins one part in a hundred
_local = threading.local()


def pack(raws: Sequence[bytes]) -> tuple[list[int], bytes]:
    """Where each message begins in the unpacked group, and the group as it is kept."""
    starts, place = [], 0
    for raw in raws:
        starts.append(place)
        place += len(raw)
    compressor = getattr(_local, "compressor", None)
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    whole = raws[0] if len(raws) == 1 else b"".join(raws)
    return starts, vault.seal(compressor.compress(whole), TABLE)


class Group:
    """A kept group. It is opened when the first of its messages is asked for, once, and stays open while it is used."""

    __slots__ = ("_open", "_sealed")

    def __init__(self, sealed: bytes) -> None:
        self._sealed, self._open = sealed, b""

    def part(self, start: int, size: int) -> bytes:
        """One message. Refused `vault.*` when the group was changed or belongs elsewhere."""
        if self._sealed:
            decompressor = getattr(_local, "decompressor", None)
            if decompressor is None:
                decompressor = _local.decompressor = zstandard.ZstdDecompressor()
            self._open = cast(bytes, decompressor.decompress(vault.open_(self._sealed, TABLE)))
            self._sealed = b""
        return self._open[start : start + size]
