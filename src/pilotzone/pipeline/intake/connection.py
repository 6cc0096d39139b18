"""One connection of a sender: requests one after the other, each bounded in bytes and in time."""

from __future__ import annotations

import asyncio
import hashlib
from enum import Enum, auto
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, cast

import structlog

from pilotzone.pipeline.intake import head as heads
from pilotzone.pipeline.intake.head import CHUNKED, Chunks, Head
from pilotzone.pipeline.intake.problems import Turned

if TYPE_CHECKING:
    from pilotzone.pipeline.intake.body import Room
    from pilotzone.pipeline.intake.limits import Limits
    from pilotzone.pipeline.intake.senders import Sender

log = structlog.get_logger("intake")
LINGER_S, LINGER_BYTES = 5.0, 64 * 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}
Headers = list[tuple[str, str]]


class State(Enum):
    """Where a connection stands: what the next byte means."""

    HEAD = auto()
    BODY = auto()
    CHUNKS = auto()
    PASSED_OVER = auto()  # the body of a request that is turned away: the answer follows it
    BUSY = auto()  # asked the application; what comes meanwhile waits
    LAST = auto()  # answered for the last time; the other side may still be sending


class Application(Protocol):
    """What answers the requests."""

    room: Room

    def open(self, connection: Connection, /) -> None:
        """A head has come: answer it, or call `body` and `go_on`."""

    def message(self, connection: Connection, data: bytes, /) -> None:
        """The body has come whole."""

    def excuse(self, sender: Sender | None, turned: Turned, /) -> Turned:
        """A refusal as this sender is told it."""


class Host(Protocol):
    """What a connection needs of its server; `buffer` is shared, `now` monotonic seconds."""

    app: Application
    limits: Limits
    loop: asyncio.AbstractEventLoop
    buffer: memoryview
    closing: bool

    def now(self) -> float: ...

    def arrived(self, connection: Connection, /) -> None: ...

    def left(self, connection: Connection, /) -> None: ...


class Connection(asyncio.BufferedProtocol):
    """Reads requests, asks the application (`open` with the head, `message` with the body), writes answers."""

    def __init__(self, server: Host) -> None:
        self.server = server
        self.state = State.HEAD
        self.address, self.certificate = "", ""
        self.head: Head
        self.sender: Sender | None = None
        self.ticket: Any = None
        self.taken = 0  # bytes of the room shared by all
        self.deadline = float("inf")
        self._transport: asyncio.Transport
        self._rest = b""
        self._parts: list[bytes] = []
        self._left = 0
        self._chunks: Chunks
        self._refusal: Turned | None = None
        self._paused = self._choked = self._lost = self._ended = self._read_whole = False

    # the event loop's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.address = peer[0] if isinstance(peer, tuple) else "127.0.0.1"
        secured = transport.get_extra_info("ssl_object")
        if secured is not None and (shown := secured.getpeercert(binary_form=True)):
            self.certificate = hashlib.sha256(shown).hexdigest()
        self._await_head()
        try:
            self.server.arrived(self)
        except Turned as turned:
            self._end(turned)

    def connection_lost(self, failure: Exception | None) -> None:
        self._lost = True
        self.server.left(self)
        if self.ticket is not None:
            self.ticket.given_up = True  # not written where that is still possible
        else:
            self._give_back()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self.server.buffer[:nbytes])
        if self.state is State.BUSY:
            self._pause()
        elif self.state is State.LAST:
            self._left -= nbytes
            if self._left < 0:
                self._transport.abort()
            return
        elif self.state is State.HEAD and not self._rest:
            self.deadline = self.server.now() + self.server.limits.head_s
        self._rest = self._rest + data if self._rest else data
        if self.state is not State.BUSY:
            self._read()

    def eof_received(self) -> bool:
        self._ended = True  # an answer under way can still be read by who has closed its own side
        return self.state is State.BUSY and self._transport.can_write_eof()

    def pause_writing(self) -> None:
        self._choked = True  # who does not read its answers is not read either
        self._pause()

    def resume_writing(self) -> None:
        self._choked = False
        self._resume()
        self.server.loop.call_soon(self._read)

    # the application's side

    @property
    def busy(self) -> bool:
        """Whether the application's answer is still awaited."""
        return self.state is State.BUSY and not self._lost

    @property
    def under_way(self) -> bool:
        """Whether a request is being read or answered."""
        return self.state is not State.LAST and (self.state is not State.HEAD or bool(self._rest))

    def hold(self) -> None:
        """The application needs a while; nothing more is read until it answers or goes on."""
        self.state = State.BUSY
        self.deadline = self.server.now() + self.server.limits.patience_s

    def body(self) -> None:
        """Read the body and hand it over as `message`."""
        if self.head.headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.deadline = self.server.now() + self.server.limits.body_s
        self._left = self.head.length
        self.state = State.BODY
        if self._left == CHUNKED:
            self.state, self._left, self._chunks = State.CHUNKS, 0, Chunks()

    def go_on(self) -> None:
        """Read on after `hold` and `body`."""
        if not self._lost:
            self._resume()
            self._read()
            if self._ended and self.state not in (State.BUSY, State.LAST):
                self._transport.close()  # cut off: what is missing will never come

    def answer(self, status: int, headers: Headers, told: bytes) -> None:
        """Answer the request and be ready for the next."""
        self._give_back()
        self.ticket = None
        if self._lost:
            return
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
        keep = "" if self.head.keep else "connection: close\r\n"
        first = f"HTTP/1.1 {status} {_REASONS[status]}\r\n{lines}{keep}content-length: {len(told)}\r\n\r\n"
        self._transport.write(first.encode("latin-1") + told)
        self._answered()

    def acknowledge(self, whole: bytes) -> None:
        """Answer by a whole response made before."""
        self._give_back()
        self.ticket = None
        if not self._lost:
            self._transport.write(whole)
            self._answered()

    def refuse(self, turned: Turned) -> None:
        """Turn the request away: at once, or behind a body that is small enough to be read past."""
        if self._read_whole or not self.head.length:
            self.answer(*turned.answer())
        elif not 0 < self.head.length <= self.server.limits.message_bytes or "expect" in self.head.headers:
            self._end(turned)
        else:
            self.state, self._refusal = State.PASSED_OVER, turned
            self.deadline = self.server.now() + self.server.limits.body_s
            self.go_on()

    def expired(self) -> None:
        """The time for what was awaited is over."""
        if self.state is State.LAST or (self.state is State.HEAD and not self._rest):
            self._transport.abort()
        elif self.state is State.BUSY:
            if self.ticket is not None:
                self.ticket.given_up = True
            self._end(self.server.app.excuse(self.sender, Turned("intake.away")))
        else:
            self._end(Turned("intake.late"))

    def shut(self) -> None:
        """The intake ends: an idle connection at once, another after its answer."""
        if self.state is State.HEAD and not self._rest:
            self._transport.close()

    # reading

    def _read(self) -> None:
        try:
            while not self._choked and (self._rest or (self.state is State.BODY and not self._left)):
                if self.state is State.HEAD:
                    if not self._read_head():
                        return
                elif self.state is State.BODY:
                    self._read_body()
                elif self.state is State.CHUNKS:
                    self._read_chunks()
                elif self.state is State.PASSED_OVER:
                    self._pass_over()
                else:
                    return
        except Turned as turned:
            self._end(self.server.app.excuse(self.sender, turned))
        except Exception:
            log.exception("intake.request")
            self._end(Turned("intake.error"))

    def _read_head(self) -> bool:
        end = self._rest.find(b"\r\n\r\n", 0, heads.LONGEST)
        if end < 0:
            if len(self._rest) >= heads.LONGEST:
                raise Turned("intake.head")
            return False
        data, self._rest = self._rest[:end], self._rest[end + 4 :]
        self.sender, self._parts, self._read_whole = None, [], False
        self.head = heads.read(data)
        self._left = max(self.head.length, 0)
        self.hold()
        self.server.app.open(self)
        return True

    def _read_body(self) -> None:
        piece = self._rest
        if len(piece) > self._left:
            piece, self._rest = piece[: self._left], piece[self._left :]
        else:
            self._rest = b""
        self._left -= len(piece)
        self._keep(piece)
        if not self._left:
            self._whole()

    def _read_chunks(self) -> None:
        pieces = self._chunks.feed(self._rest)
        self._rest = b""
        for piece in pieces:
            self._keep(piece)
        if self._chunks.ended:
            self._rest = self._chunks.rest
            self._whole()

    def _keep(self, piece: bytes) -> None:
        if self.taken + len(piece) > self.server.limits.message_bytes:
            raise Turned("intake.too_large", f"> {self.server.limits.message_bytes}")
        self.server.app.room.take(len(piece))
        self.taken += len(piece)
        self._parts.append(piece)

    def _whole(self) -> None:
        raw = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts, self._read_whole = [], True
        self.hold()
        self.server.app.message(self, raw)

    def _pass_over(self) -> None:
        passed = min(self._left, len(self._rest))
        self._rest, self._left = self._rest[passed:], self._left - passed
        if not self._left and self._refusal is not None:
            turned, self._refusal = self._refusal, None
            self.answer(*turned.answer())

    # ending

    def _answered(self) -> None:
        if not self.head.keep or self.server.closing or (self._ended and not self._rest):
            self._last()
            return
        self._await_head()
        self._resume()
        if self._rest:
            self.server.loop.call_soon(self._read)

    def _await_head(self) -> None:
        self.state = State.HEAD
        self.deadline = self.server.now() + self.server.limits.idle_s

    def _end(self, turned: Turned) -> None:
        """Answer and read no more requests of this connection."""
        self._give_back()
        self.ticket, self._parts = None, []
        if self._lost:
            return
        status, headers, told = turned.answer()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        first = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\n{lines}connection: close\r\ncontent-length: {len(told)}\r\n\r\n"
        )
        self._transport.write(first.encode("latin-1") + told)
        self._last()

    def _last(self) -> None:
        """Whoever still sends must be able to read the answer: a reset would take it away."""
        self.state, self._rest = State.LAST, b""
        self.deadline, self._left = self.server.now() + LINGER_S, LINGER_BYTES
        if self._transport.can_write_eof():
            self._transport.write_eof()
            self._resume()
        else:
            self._transport.close()

    def _give_back(self) -> None:
        if self.taken:
            self.server.app.room.give(self.taken)
            self.taken = 0

    def _pause(self) -> None:
        if not self._paused and not self._lost:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._paused and not (self._lost or self._choked):
            self._paused = False
            self._transport.resume_reading()
