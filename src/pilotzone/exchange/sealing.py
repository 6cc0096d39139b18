"""How a message lies in the database: zstd, then sealed for its table; the way back is bounded."""

from __future__ import annotations

import threading
from typing import cast

import zstandard

from pilotzone.kernel import vault

_LEVEL = 1  # level 3 takes half as long again and wins little (groups.py)
_local = threading.local()


def pack(data: bytes, context: str) -> bytes:
    """Compress and seal for `context` (the table's name)."""
    compressor = getattr(_local, "compressor", None)
    if compressor is None:
        compressor = _local.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    return vault.seal(compressor.compress(data), context)


def unpack(sealed: bytes, context: str) -> bytes:
    """What was packed. Refused `vault.*` when it was changed or belongs elsewhere."""
    decompressor = getattr(_local, "decompressor", None)
    if decompressor is None:
        decompressor = _local.decompressor = zstandard.ZstdDecompressor()
    return cast(bytes, decompressor.decompress(vault.open_(sealed, context)))
