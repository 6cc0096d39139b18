"""The simulated broker behind TLS: a relay at one port under changing certificates."""

from __future__ import annotations

import select
import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from pilotzone.simulators.tests.test_broker_as_rabbitmq import HERE, NOW, Authority

TOMORROW = NOW + timedelta(days=1)


class _Relay(socketserver.BaseRequestHandler):
    """One connection, from its handshake to the end of either side."""

    server: _Listening

    def handle(self) -> None:
        with suppress(OSError):  # who does not believe the certificate hangs up
            secured = self.server.context.wrap_socket(self.request, server_side=True)
            with secured, socket.create_connection(("127.0.0.1", self.server.broker)) as plain:
                self.server.held.add(secured)
                if self.server.closed:
                    return
                while True:
                    ready = [secured] if secured.pending() else select.select([secured, plain], [], [])[0]
                    for one in ready:
                        if not (data := one.recv(65_536)):
                            return
                        (plain if one is secured else secured).sendall(data)


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext, broker: int, port: int) -> None:
        self.context, self.broker, self.held, self.closed = context, broker, set[ssl.SSLSocket](), False
        super().__init__(("127.0.0.1", port), _Relay)


class Secured:
    """The simulated broker behind TLS, at one port under changing certificates."""

    def __init__(self, folder: Path, broker: int) -> None:
        self._broker = broker
        self.authorities = {name: Authority(folder, name) for name in ("ours", "theirs")}
        self._door: _Listening | None = None
        self.port = 0
        self.show()

    @property
    def ca(self) -> Path:
        return self.authorities["ours"].pem

    def show(
        self,
        authority: str = "ours",
        host: x509.GeneralName = HERE,
        end: datetime = TOMORROW,
    ) -> None:
        """Begin again under another certificate."""
        self.go_away()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authorities[authority].issue("server", host, end))
        self._door = _Listening(context, self._broker, self.port)
        self.port = self._door.server_address[1]
        threading.Thread(target=self._door.serve_forever, daemon=True).start()

    def go_away(self) -> None:
        if self._door is None:
            return
        self._door.closed = True
        self._door.shutdown()
        self._door.server_close()
        for one in list(self._door.held):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._door = None
