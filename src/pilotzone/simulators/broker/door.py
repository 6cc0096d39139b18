"""The broker's socket: one thread a connection, on this machine only. Loaded only where a setting names its port."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
import time
from contextlib import suppress
from typing import Any

import structlog
from pika import frame

from pilotzone.simulators.broker import queues
from pilotzone.simulators.broker.session import Session
from pilotzone.simulators.broker.state import Broker, Lend

log = structlog.get_logger("simulators")
READ = 65_536
MOST_CONNECTIONS = 64
PARTING_S = 1.0
HANDSHAKE_S = 10.0
SILENT = 4  # halves of a heartbeat without a byte after which the other side is taken for dead


class Door(socketserver.ThreadingTCPServer):
    """Serves until shut down, over TLS where `tls` is given; `hang_up` drops every connection as a broker that dies does."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, broker: Broker, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.broker, self.tls = broker, tls
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
        if self.server.tls is not None:
            secured = self.server.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            secured.settimeout(HANDSHAKE_S)
            try:
                secured.do_handshake()
            except OSError:  # no TLS, or a certificate one of the two does not take: the other side reads why
                with socket.socket(fileno=secured.detach()) as bare, suppress(OSError):
                    _part(bare)
                return
            sock = secured
        if len(self.server.sockets) >= MOST_CONNECTIONS:
            return
        self.server.sockets.add(sock)
        session = Session(self.server.broker)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            talk(sock, session, self.server.broker)
            if session.closed:  # what was said last is read before the socket is gone
                _part(sock)
        except OSError:
            pass
        finally:
            self.server.sockets.discard(sock)
            session.end()


def _part(sock: socket.socket) -> None:
    """Say nothing more, and let the other side read what was said."""
    sock.shutdown(socket.SHUT_WR)
    sock.settimeout(PARTING_S)
    while sock.recv(READ):
        pass


def talk(sock: Any, session: Session, broker: Broker) -> None:
    """Until one side ends it: the other by silence too, after twice the heartbeat that was agreed on."""
    silent = 0
    while not session.closed:
        sock.settimeout(session.heartbeat_s / 2 if session.heartbeat_s else None)
        try:
            data = sock.recv(READ)
        except TimeoutError:
            silent += 1
            if silent >= SILENT:
                return
            sock.sendall(frame.Heartbeat().marshal())
            continue
        if not data:
            return
        silent = 0
        with broker.lend() as connection:
            told = queues.behaviour(connection)
        if told.down:
            return
        if told.delay_ms:
            time.sleep(told.delay_ms / 1000)
        sock.sendall(session.feed(data))


def serve(lend: Lend, port: int, users: dict[str, str], tls: ssl.SSLContext | None = None) -> Door:
    """A broker that listens from now on; whoever made it shuts it down."""
    door = Door(Broker(lend, users), port, tls)
    threading.Thread(target=door.serve_forever, args=(0.05,), name="broker", daemon=True).start()
    return door
