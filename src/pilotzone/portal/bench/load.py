"""A sender process: streams prepared requests over keep-alive connections, one request at a time on each.

    python -m pilotzone.portal.bench.load SPEC

SPEC (JSON): body, index, port, connections, board, place, acks; `once`: what is turned away is not sent again. Orders come as JSON lines on standard input, each answered by
one line when it is done: {"seconds", "rate", "share"} sends for so long, as fast as it can or `rate` documents a second, at most that
share of all blocks; standard input's end ends it. What was turned away (429, 503) is sent again after Retry-After, what met a broken
connection at once, until it is acknowledged. `acks` gets a line an acknowledgement: row, receipt, milliseconds.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import mmap
import re
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pilotzone.portal.bench.board import Board
from pilotzone.portal.bench.stream import ROW, Row

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
RECEIPT = re.compile(rb'"receipt"\s*:\s*"([^"]+)"')
LATER = (b"429", b"503")
BROKEN_PAUSE_S = 0.2
PATIENCE_S = 300.0
ANSWER_S = 45.0  # who waits longer for an answer breaks off


@dataclass(slots=True)
class Line:
    """One keep-alive connection and the request on it."""

    socket: socket.socket | None = None
    row: int = -1
    left: memoryview | None = None
    began: float = 0.0
    answer: bytes = b""


@dataclass
class Turn:
    """What one order came to."""

    seconds: float = 0.0
    messages: int = 0
    documents: int = 0
    turned_away: int = 0
    broken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    late_ms: list[float] = field(default_factory=list)


class Sender:
    """The connections of one stream."""

    def __init__(self, spec: dict[str, Any], acks: IO[str]) -> None:
        self._body = _mapped(Path(spec["body"]))
        self.rows = [Row(*row) for row in ROW.iter_unpack(Path(spec["index"]).read_bytes())]
        self._port = int(spec["port"])
        self._board = Board(Path(spec["board"]), int(spec["place"]))
        self._acks = acks
        self._once = bool(spec.get("once"))
        self._poll = select.epoll()
        self._lines: dict[int, Line] = {}
        self._free = deque(Line() for _ in range(int(spec["connections"])))
        self._again: list[tuple[float, int]] = []
        self._next = 0
        self._least_block = 0
        self._flying = 0
        self._turn = Turn()

    def run(self, seconds: float, rate: float = 0.0, share: float = 1.0) -> Turn:
        """Send new blocks for so long, then what the begun blocks still owe. `rate` 0: as fast as it goes.

        `share`: of all blocks of the stream, how many may be begun by the end of this turn.
        """
        turn = self._turn = Turn()
        began = time.perf_counter()
        frames, due, sent = self._frames(began + seconds, share), began, 0
        following: int | None = next(frames, None)
        looked = began
        while following is not None or self._again or self._flying:
            now = time.perf_counter()
            if now > looked + 1:
                looked = now
                for line in [one for one in self._lines.values() if one.row >= 0 and now > one.began + ANSWER_S]:
                    self._broke(line)
            if now > began + seconds + PATIENCE_S:
                raise TimeoutError("the platform acknowledges nothing more")
            paused = self._board.paused
            while self._free:
                if self._again and self._again[0][0] <= now:
                    self._begin(heapq.heappop(self._again)[1], now)
                elif following is not None and not paused and (not rate or now >= due):
                    if rate:
                        turn.late_ms.append((now - due) * 1000)
                    self._begin(following, now)
                    sent += self.rows[following].documents
                    due = began + sent / rate if rate else began
                    following = next(frames, None)
                else:
                    break
            for number, event in self._poll.poll(self._patience(following, rate, due)):
                self._happened(number, event)
        turn.seconds = time.perf_counter() - began
        return turn

    def _patience(self, following: int | None, rate: float, due: float) -> float:
        """Seconds to wait for answers: until the next row is due. Where no connection is free it waits for one, as a
        sender that only looks again takes the processor from what it measures."""
        if not rate or following is None or not self._free:
            return 0.02
        return max(0.0, min(0.02, due - time.perf_counter()))

    def _frames(self, deadline: float, share: float) -> Iterator[int]:
        """Rows in their order; after the deadline only those of blocks begun before, and the next turn begins there."""
        most = resume = -1
        start, least = self._next, self._least_block
        last = max((row.block for row in self.rows), default=0)
        for place in range(start, len(self.rows)):
            block = self.rows[place].block
            if block < least:
                continue
            if block > most:
                over = time.perf_counter() >= deadline or (most >= 0 and share < 1 and block > share * last)
                if resume >= 0 or over:
                    resume = place if resume < 0 else resume
                    continue
                most = block
            yield place
        self._next = resume if resume >= 0 else len(self.rows)
        self._least_block = most + 1

    def _begin(self, row: int, now: float) -> None:
        line = self._free.popleft()
        line.row, line.began, line.answer = row, now, b""
        self._flying += 1
        at = self.rows[row]
        line.left = self._body[at.offset : at.offset + at.length]
        try:
            if line.socket is None:
                line.socket = socket.create_connection(("127.0.0.1", self._port), timeout=5)
                line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line.socket.setblocking(False)
                self._lines[line.socket.fileno()] = line
                self._poll.register(line.socket.fileno(), select.EPOLLIN)
            self._push(line)
        except OSError:
            self._broke(line)

    def _push(self, line: Line) -> None:
        assert line.socket is not None and line.left is not None
        with contextlib.suppress(BlockingIOError):
            line.left = line.left[line.socket.send(line.left) :]
        wanted = select.EPOLLIN | (select.EPOLLOUT if line.left else 0)
        self._poll.modify(line.socket.fileno(), wanted)

    def _happened(self, number: int, event: int) -> None:
        line = self._lines.get(number)
        if line is None or line.socket is None:
            return
        if line.row < 0:  # an idle connection was closed by the other side
            self._close(line)
            return
        try:
            if event & select.EPOLLOUT and line.left:
                self._push(line)
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                piece = line.socket.recv(65536)
                if not piece:
                    raise ConnectionResetError
                line.answer += piece
                self._read(line)
        except BlockingIOError:
            return
        except OSError:
            self._broke(line)

    def _read(self, line: Line) -> None:
        head, mark, body = line.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not mark or (length and len(body) < int(length[1])):
            return
        status, row, now = head[9:12], line.row, time.perf_counter()
        if status == b"202":
            found = RECEIPT.search(body)
            receipt = found[1].decode() if found else "?"
            self._acks.write(f"{row} {receipt} {(now - line.began) * 1000:.3f}\n")
            self._turn.messages += 1
            self._turn.documents += self.rows[row].documents
            self._board.add(self.rows[row].documents)
        elif status in LATER and not self._once:
            self._turn.turned_away += 1
            pause = RETRY.search(head)
            heapq.heappush(self._again, (now + (float(pause[1]) if pause else 1.0), row))
        else:
            self._turn.refused[status.decode()] += 1
        if line.left:  # answered before all was sent: what follows on this connection would be read as rubbish
            self._close(line)
        self._release(line)

    def _broke(self, line: Line) -> None:
        self._turn.broken += 1
        heapq.heappush(self._again, (time.perf_counter() + BROKEN_PAUSE_S, line.row))
        self._close(line)
        self._release(line)

    def _close(self, line: Line) -> None:
        if line.socket is not None:
            self._lines.pop(line.socket.fileno(), None)
            line.socket.close()
            line.socket = None

    def _release(self, line: Line) -> None:
        line.left, line.row = None, -1
        self._flying -= 1
        self._free.append(line)


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def main() -> None:
    """Follow orders until there are no more."""
    spec = json.loads(sys.argv[1])
    with Path(spec["acks"]).open("w", encoding="ascii") as acks:
        sender = Sender(spec, acks)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for text in sys.stdin:
            order = json.loads(text)
            spent = time.process_time()
            turn = sender.run(float(order["seconds"]), float(order.get("rate", 0)), float(order.get("share", 1)))
            acks.flush()
            late = sorted(turn.late_ms)
            told = {
                "seconds": turn.seconds, "messages": turn.messages, "documents": turn.documents,
                "turned_away": turn.turned_away, "broken": turn.broken, "refused": dict(turn.refused),
                "late_p99_ms": late[int(len(late) * 0.99)] if late else 0.0, "cpu_s": time.process_time() - spent,
            }  # fmt: skip
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
