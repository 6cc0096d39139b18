"""A sender that costs little: raw sockets, one process, bounded in time and connections, this machine only.

    python tools/sender.py < order.json      order: {port, paths of files with bodies, tokens, connections, seconds, per_second}

`per_second` 0 sends as fast as it is answered, one message a connection at a time; else messages are due at even
distances and their waiting counts from when they were due. Prints one JSON line: sent, refused, seconds, p50_ms, p99_ms.
"""

from __future__ import annotations

import json
import pickle
import selectors
import socket
import sys
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any

MOST_CONNECTIONS, MOST_SECONDS = 512, 120


def request(body: bytes, token: str) -> bytes:
    """One whole request."""
    head = (
        "POST /intake/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/xml\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self.told = b""

    def send(self, data: bytes, due: float) -> None:
        """Send one request that was due then; what does not fit at once is waited for."""
        self.due, self.told = due, b""
        self.socket.sendall(data)

    def status(self) -> int:
        """The status once the answer is whole, else 0."""
        self.told += self.socket.recv(65536)
        head, found, body = self.told.partition(b"\r\n\r\n")
        if not found:
            return 0
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(head[9:12]) if len(body) >= length else 0


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Send for so many seconds; what came back."""
    bodies: list[bytes] = pickle.loads(Path(order["bodies"]).read_bytes())
    tokens = order["tokens"]
    requests = [request(body, tokens[n % len(tokens)]) for n, body in enumerate(bodies)]
    pace, seconds = order["per_second"], min(order["seconds"], MOST_SECONDS)
    selector = selectors.EpollSelector()
    idle: deque[Connection] = deque()
    for _ in range(min(order["connections"], MOST_CONNECTIONS)):
        connection = Connection(order["port"])
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        idle.append(connection)
    statuses: Counter[int] = Counter()
    waits: list[float] = []
    sent = 0
    began = time.perf_counter()
    end = began + seconds
    while (now := time.perf_counter()) < end or len(idle) < len(selector.get_map()):
        while idle and now < end and (not pace or began + sent / pace <= now):
            idle.popleft().send(requests[sent % len(requests)], began + sent / pace if pace else now)
            sent += 1
            now = time.perf_counter()
        wait = 1.0 if not (pace and idle) or now >= end else max(0.0, began + sent / pace - now)
        for key, _ in selector.select(wait):
            if status := key.data.status():
                statuses[status] += 1
                waits.append(time.perf_counter() - key.data.due)
                idle.append(key.data)
        if now > end + 30:
            break
    waits.sort()
    told = {
        "sent": statuses[202],
        "refused": sum(statuses.values()) - statuses[202],
        "seconds": time.perf_counter() - began,
    }
    return told | {
        f"p{share}_ms": waits[min(len(waits) - 1, len(waits) * share // 100)] * 1000 if waits else 0.0
        for share in (50, 99)
    }


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
