"""A few numbers shared between the bench and its sender processes: a mapped file, each number written by one only."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

PLACES = 64
_NUMBER = struct.Struct("<Q")


class Board:
    """Place 0 says whether senders pause; each sender counts the documents acknowledged at its own place (1 …)."""

    def __init__(self, path: Path, place: int = 0) -> None:
        if not path.exists():
            path.write_bytes(bytes(PLACES * _NUMBER.size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)
        self._place, self._count = place, 0

    @property
    def paused(self) -> bool:
        """Whether senders hold back."""
        return self._map[0] != 0

    @paused.setter
    def paused(self, wanted: bool) -> None:
        self._map[0] = int(wanted)

    def add(self, documents: int) -> None:
        """Count documents acknowledged."""
        self._count += documents
        _NUMBER.pack_into(self._map, self._place * _NUMBER.size, self._count)

    def acknowledged(self) -> int:
        """Documents acknowledged by all senders."""
        return sum(_NUMBER.unpack_from(self._map, place * _NUMBER.size)[0] for place in range(1, PLACES))
