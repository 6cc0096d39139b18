"""The broker's socket: one thread a connection, on this machine only. Loaded only where a setting names its port."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from typing import Any

import structlog
from pika import frame

from pilotzone.simulators.broker import queues
from pilotzone.simulators.broker.session import HEARTBEAT_S, Broker, Lend, Session

log = structlog.get_logger("simulators")
READ = 65_536
MOST_CONNECTIONS = 64
PARTING_S = 1.0


class Door(socketserver.ThreadingTCPServer):
    """Serves until shut down; `hang_up` drops every connection as a broker that dies does."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, broker: Broker, port: int) -> None:
        self.broker = broker
        self.sockets: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def hang_up(self) -> None:
        """Drop every connection."""
        for one in list(self.sockets):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("broker.failed")


class _Handler(socketserver.BaseRequestHandler):
    server: Door

    def handle(self) -> None:
        sock: socket.socket = self.request
        if len(self.server.sockets) >= MOST_CONNECTIONS:
            return
        self.server.sockets.add(sock)
        session = Session(self.server.broker)
        sock.settimeout(HEARTBEAT_S / 2)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._talk(sock, session)
            if session.closed:  # what was said last is read before the socket is gone
                sock.shutdown(socket.SHUT_WR)
                sock.settimeout(PARTING_S)
                while sock.recv(READ):
                    pass
        except OSError:
            pass
        finally:
            self.server.sockets.discard(sock)
            session.end()

    def _talk(self, sock: socket.socket, session: Session) -> None:
        while not session.closed:
            try:
                data = sock.recv(READ)
            except TimeoutError:
                sock.sendall(frame.Heartbeat().marshal())
                continue
            if not data:
                return
            with self.server.broker.lend() as connection:
                told = queues.behaviour(connection)
            if told.down:
                return
            if told.delay_ms:
                time.sleep(told.delay_ms / 1000)
            sock.sendall(session.feed(data))


def serve(lend: Lend, port: int, users: dict[str, str]) -> Door:
    """A broker that listens from now on; whoever made it shuts it down."""
    door = Door(Broker(lend, users), port)
    threading.Thread(target=door.serve_forever, args=(0.05,), name="broker", daemon=True).start()
    return door
