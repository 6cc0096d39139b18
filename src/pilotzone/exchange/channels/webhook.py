"""One push over HTTP: to a judged address only, within one deadline, no redirect followed, the answer cut short."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from pilotzone.base.errors import Problem
from pilotzone.exchange.channels.endpoint import Endpoint, Guard, Resolve, addresses, read, resolve

CONNECT_S, TOTAL_S = 5.0, 15.0
READ_BYTES, SNIPPET = 2048, 500
AGENT = "PilotZone-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` is 0 where nothing did, and `error` says why; `text` is the beginning of the answer."""

    status: int = 0
    took_ms: int = 0
    text: str = ""
    retry_after: str | None = None
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300


def post(
    url: str, content: bytes, headers: Mapping[str, str], guard: Guard, *,
    total_s: float = TOTAL_S, resolver: Resolve = resolve,
) -> Answer:  # fmt: skip
    """Send once. Never raises for what the other side or the network does."""
    started = time.monotonic()
    try:
        endpoint = read(url)
        sock = _connect(endpoint, addresses(endpoint, guard, resolver), guard, started + total_s)
    except Problem as problem:
        return Answer(took_ms=_since(started), error=problem.code)
    except OSError as failure:
        return Answer(took_ms=_since(started), error=_said(failure))
    # a server may drip a byte at a time for ever: the socket is shut when the time is over
    watch = threading.Timer(max(0.0, started + total_s - time.monotonic()), _shut, [sock])
    watch.daemon = True
    watch.start()
    try:
        return _exchange(endpoint, sock, content, headers, started)
    except (OSError, http.client.HTTPException, ValueError) as failure:
        late = time.monotonic() - started >= total_s
        return Answer(took_ms=_since(started), error="timeout" if late else _said(failure))
    finally:
        watch.cancel()
        sock.close()


def _exchange(
    endpoint: Endpoint, sock: socket.socket, content: bytes, headers: Mapping[str, str], started: float
) -> Answer:
    connection = http.client.HTTPConnection(endpoint.host, endpoint.port)
    connection.auto_open = 0  # this socket or none
    connection.sock = sock
    sent = {
        "Host": endpoint.authority, "User-Agent": AGENT, "Content-Type": "application/json; charset=utf-8",
        "Connection": "close", **headers,
    }  # fmt: skip
    connection.request("POST", endpoint.target, content, sent)
    answer = connection.getresponse()
    text = answer.read(READ_BYTES).decode("utf-8", "replace")
    shown = "".join(sign if sign.isprintable() else " " for sign in text)[:SNIPPET]
    error = "redirect" if 300 <= answer.status < 400 else ""
    return Answer(answer.status, _since(started), shown, answer.getheader("Retry-After"), error)


def _connect(endpoint: Endpoint, found: list[str], guard: Guard, until: float) -> socket.socket:
    """A connection to the first address that answers, looked at once more when it stands."""
    failure: OSError = TimeoutError("timed out")
    for address in found:
        left = min(CONNECT_S, until - time.monotonic())
        if left <= 0:
            break
        try:
            sock = socket.create_connection((address, endpoint.port), timeout=left)
        except OSError as away:
            failure = away
            continue
        try:
            if not guard.allows(str(sock.getpeername()[0])):
                raise PermissionError("address")
            sock.settimeout(max(0.1, until - time.monotonic()))
            if endpoint.scheme == "https":
                return _tls().wrap_socket(sock, server_hostname=endpoint.host)
            return sock
        except OSError:
            sock.close()
            raise
    raise failure


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _said(failure: Exception) -> str:
    if isinstance(failure, ssl.SSLError):
        return f"tls: {failure.reason or failure}"[:200]
    return "timeout" if isinstance(failure, TimeoutError) else f"{type(failure).__name__}: {failure}"[:200]


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
