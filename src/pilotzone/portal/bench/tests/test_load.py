"""The sender: everything is acknowledged once, whatever the other side does to its connections."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pilotzone.portal.bench.board import Board
from pilotzone.portal.bench.load import Sender
from pilotzone.portal.bench.stream import ROW

COUNT = 60


class Moody:
    """A server that acknowledges, turns away, breaks off, and closes what is idle."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked: list[bytes] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            while head := lines.readline():
                while lines.readline().strip():
                    pass
                with self._lock:
                    self.asked.append(head)
                    mood = len(self.asked) % 7
                if mood == 3:
                    return  # broken off before an answer
                if mood == 5:
                    connection.sendall(b"HTTP/1.1 503 x\r\ncontent-length: 0\r\nretry-after: 0\r\n\r\n")
                    continue
                body = b'{"receipt": "%b"}' % head.split()[1].strip(b"/")
                connection.sendall(b"HTTP/1.1 202 x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                if mood == 6:
                    return  # answered, then closed while idle


@pytest.fixture
def server() -> Iterator[Moody]:
    made = Moody()
    yield made
    made.socket.close()


def sender(folder: Path, port: int, acks: Any, **more: Any) -> Sender:
    offset = 0
    with (folder / "body").open("wb") as body, (folder / "index").open("wb") as index:
        for number in range(COUNT):
            length = body.write(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number)
            index.write(ROW.pack(offset, length, number // 5, number, 2, 0, 0))
            offset += length
    spec = {"body": str(folder / "body"), "index": str(folder / "index"), "port": port, "connections": 4, "place": 1}
    return Sender(spec | {"board": str(folder / "board")} | more, acks)


def test_each_message_is_acknowledged_once_over_two_turns(tmp_path: Path, server: Moody) -> None:
    acks = io.StringIO()
    one = sender(tmp_path, server.port, acks)
    first = one.run(60, share=0.5)
    second = one.run(60, rate=10_000)
    rows = [line.split()[:2] for line in acks.getvalue().splitlines()]
    assert sorted(rows, key=lambda row: int(row[0])) == [[str(n), str(n)] for n in range(COUNT)]
    assert {int(row) for row, _ in rows[: first.messages]} == set(range(first.messages))
    assert 0 < first.messages < COUNT
    assert first.documents + second.documents == 2 * COUNT == Board(tmp_path / "board").acknowledged()
    assert first.turned_away + second.turned_away > 0
    assert first.broken + second.broken > 0


def test_what_is_asked_once_is_not_asked_again(tmp_path: Path, server: Moody) -> None:
    acks = io.StringIO()
    told = sender(tmp_path, server.port, acks, once=True).run(60)
    assert told.refused["503"] > 0
    assert told.turned_away == 0
    assert told.messages + told.refused["503"] == COUNT


def test_senders_wait_while_the_board_says_so(tmp_path: Path, server: Moody) -> None:
    board = Board(tmp_path / "board")
    board.paused = True
    one = sender(tmp_path, server.port, io.StringIO())
    thread = threading.Thread(target=one.run, args=(60,), daemon=True)
    thread.start()
    thread.join(0.1)
    assert board.acknowledged() == 0
    board.paused = False
    thread.join(60)
    assert board.acknowledged() == 2 * COUNT


def test_a_sender_without_a_free_connection_waits_for_an_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        one = sender(tmp_path, silent.getsockname()[1], io.StringIO())
        looks = Looks(one._poll, one)
        one._poll = looks  # type: ignore[assignment]
        with pytest.raises(Enough):
            one.run(60, rate=1_000_000)
    assert looks.waits[-10:] == [0.02] * 10


class Enough(Exception):
    """As many looks as a test needs."""


class Looks:
    """Notes how long the sender is ready to wait once all its connections are in use."""

    def __init__(self, poll: Any, of: Sender) -> None:
        self._poll, self._of, self.waits = poll, of, list[float]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poll, name)

    def poll(self, wait: float) -> Any:
        if not self._of._free:
            self.waits.append(wait)
        if len(self.waits) == 12:
            raise Enough
        return self._poll.poll(wait)
