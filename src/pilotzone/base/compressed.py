"""zstd at the level everything kept is compressed with; a compressor is made once a thread, as making one costs more than using it.

For what this platform compressed itself. What strangers send is bounded where it comes in (pipeline/intake/body.py).
"""

from __future__ import annotations

import threading
from typing import cast

import zstandard

_LEVEL = 1  # level 3 takes half as long again and wins one part in a hundred (docs/adr/0009)


class _Tools(threading.local):
    """One thread's: they may not be shared."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_tools = _Tools()


def compress(data: bytes) -> bytes:
    """`data` as one zstd frame that tells its size."""
    return cast(bytes, _tools.compressor.compress(data))


def decompress(frame: bytes) -> bytes:
    """What was compressed; zstandard.ZstdError where the bytes are no whole frame."""
    return cast(bytes, _tools.decompressor.decompress(frame))
