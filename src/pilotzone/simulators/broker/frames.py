"""Frames of AMQP 0-9-1 out of a stream of bytes, however it is cut; pika's codec does the fields."""

from __future__ import annotations

import struct
from typing import Any

from pika.exceptions import AMQPError
from pika.frame import decode_frame

LARGEST_FRAME = 131_072
_HEAD = struct.Struct(">BHI")


class Broken(Exception):
    """Bytes that are no frame, or one that is larger than was agreed."""


class Reader:
    """Keeps what is not a whole frame yet: never more than one frame."""

    def __init__(self) -> None:
        self._heap = b""

    def feed(self, data: bytes) -> list[Any]:
        """The frames that are whole now. Raises Broken, and nothing can be read after it."""
        self._heap += data
        found: list[Any] = []
        while True:
            self._bounded()
            try:
                length, frame = decode_frame(self._heap)
            except (AMQPError, struct.error, KeyError, ValueError, IndexError, TypeError) as broken:
                raise Broken(type(broken).__name__) from None
            if not length:
                return found
            self._heap = self._heap[length:]
            found.append(frame)

    def _bounded(self) -> None:
        if len(self._heap) < _HEAD.size or self._heap.startswith(b"AMQP"):
            return
        kind, _, size = _HEAD.unpack_from(self._heap)
        if size > LARGEST_FRAME or kind not in (1, 2, 3, 8):
            raise Broken(f"frame of kind {kind}, {size} bytes")
