"""The head of an HTTP/1.1 request, read strictly: what two readers could understand differently is refused (RFC 9112)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from pilotzone.pipeline.intake.problems import Turned

LONGEST = 16 * 1024
CHUNKED = -1
_FIELDS = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*")
_ANNOUNCED = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: ([0-9]{1,15})(?=\r\n|\Z)")
_LONGEST_REMEMBERED = 2048
_LENGTH = re.compile(r"[0-9]{1,15}")
_JOINED = frozenset({"x-forwarded-for", "accept", "accept-encoding", "via", "forwarded"})


@dataclass(slots=True)
class Head:
    """`length` of the body in bytes, CHUNKED where it tells as it goes; `keep` the connection afterwards.

    `token` is the hash of the access token shown, None where there is none. `headers` are shared: never changed.
    """

    method: str
    path: str
    headers: dict[str, str]
    length: int
    keep: bool
    token: bytes | None


def read(data: bytes) -> Head:
    """The head without its last empty line; turned away (`intake.request`).

    A sender's heads differ by the body's length alone, so the rest is read once and remembered.
    """
    found = _ANNOUNCED.search(data)
    if found is None or len(data) > _LONGEST_REMEMBERED:
        return _parse(data)
    known = _remembered(data[: found.start(1)] + b"0" + data[found.end(1) :])
    return Head(known.method, known.path, known.headers, int(found[1]), known.keep, known.token)


def _parse(data: bytes) -> Head:
    first, _, fields = data.partition(b"\r\n")
    words = first.decode("latin-1").split(" ")
    fields += b"\r\n" if fields else b""
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0") or not _FIELDS.fullmatch(fields):
        raise Turned("intake.request")
    headers: dict[str, str] = {}
    for line in fields.decode("latin-1").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip()
        if name in headers:
            if name not in _JOINED:
                raise Turned("intake.request", f"{name} twice")
            value = f"{headers[name]},{value}"
        headers[name] = value
    modern = words[2] == "HTTP/1.1"
    asked = headers.get("connection", "").lower()
    keep = asked != "close" if modern else asked == "keep-alive"
    length = _length(headers, modern=modern)
    return Head(words[0], words[1].partition("?")[0], headers, length, keep, _token(headers))


_remembered = lru_cache(maxsize=2048)(_parse)


def _token(headers: dict[str, str]) -> bytes | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    if not kind:
        return None
    return hashlib.sha256(token.strip().encode() if kind.lower() == "bearer" else b"").digest()


def _length(headers: dict[str, str], *, modern: bool) -> int:
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if length is not None or not modern or coding.lower() != "chunked":
            raise Turned("intake.request", "transfer-encoding")
        return CHUNKED
    if length is None:
        return 0
    if not _LENGTH.fullmatch(length):
        raise Turned("intake.request", "content-length")
    return int(length)


class Chunks:
    """Unpicks a chunked body; extensions and trailers are passed over."""

    _SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?")

    def __init__(self) -> None:
        self._rest = b""
        self._left = -1  # of this chunk with its line end; -1 where a size line is next, -2 within the trailers
        self.ended = False

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces of the body in these bytes; after `ended` what is `rest` belongs to the next request."""
        data, pieces = self._rest + data, []
        while data and not self.ended:
            if self._left >= 0:
                piece, data = data[: self._left], data[self._left :]
                self._left -= len(piece)
                pieces.append(piece)
                if self._left:
                    break
                self._left = -3
                continue
            line, found, behind = data.partition(b"\r\n")
            if not found:
                if len(data) > 512:
                    raise Turned("intake.request", "chunk")
                break
            data = behind
            self._line(line)
        self._rest = data
        return [piece for piece in pieces if piece]

    @property
    def rest(self) -> bytes:
        """Bytes not used yet."""
        return self._rest

    def _line(self, line: bytes) -> None:
        if self._left == -3:  # the line end behind a chunk
            if line:
                raise Turned("intake.request", "chunk")
            self._left = -1
        elif self._left == -2:
            self.ended = not line
        else:
            size = self._SIZE.fullmatch(line)
            if not size:
                raise Turned("intake.request", "chunk")
            self._left = int(size[1], 16) or -2
