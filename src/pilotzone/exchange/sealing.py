"""How a message lies in the database: zstd, then sealed for its table; the way back is bounded."""

from __future__ import annotations

from pilotzone.base.compressed import compress, decompress
from pilotzone.kernel import vault


def pack(data: bytes, context: str) -> bytes:
    """Compress and seal for `context` (the table's name)."""
    return vault.seal(compress(data), context)


def unpack(sealed: bytes, context: str) -> bytes:
    """What was packed. Refused `vault.*` when it was changed or belongs elsewhere."""
    return decompress(vault.open_(sealed, context))
