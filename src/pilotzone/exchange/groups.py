"""Messages that were kept together lie together: one zstd block, sealed once (docs/adr/0009). No database here."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzone.base.compressed import compress, decompress
from pilotzone.kernel import vault

TABLE = "exchange_inbox_group"
MOST = 4096  # messages of a group: the last twelve bits of a message's number are its place


def pack(raws: Sequence[bytes]) -> tuple[list[int], bytes]:
    """Where each message begins in the unpacked group, and the group as it is kept."""
    starts, place = [], 0
    for raw in raws:
        starts.append(place)
        place += len(raw)
    whole = raws[0] if len(raws) == 1 else b"".join(raws)
    return starts, vault.seal(compress(whole), TABLE)


class Group:
    """A kept group. It is opened when the first of its messages is asked for, once, and stays open while it is used."""

    __slots__ = ("_open", "_sealed")

    def __init__(self, sealed: bytes) -> None:
        self._sealed, self._open = sealed, b""

    def part(self, start: int, size: int) -> bytes:
        """One message. Refused `vault.*` when the group was changed or belongs elsewhere."""
        if self._sealed:
            self._open = decompress(vault.open_(self._sealed, TABLE))
            self._sealed = b""
        return self._open[start : start + size]
