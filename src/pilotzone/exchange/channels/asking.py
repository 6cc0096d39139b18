"""One question as JSON over HTTP to a counterpart that answers at once."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

LARGEST_ANSWER = 64 * 1024


class Away(Exception):
    """Nobody answered, or nothing that can be read; the text says what."""


def ask(
    url: str,
    path: str,
    body: Any,
    *,
    patience_s: float = 5.0,
    headers: Callable[[bytes], Mapping[str, str]] | None = None,
    largest: int = LARGEST_ANSWER,
) -> tuple[int, dict[str, Any]]:
    """Status and answer of a POST; `headers`: further ones, made of the body; `largest`: bytes of an answer. Raises Away.

    The whole answer comes within `patience_s` of the question, however slowly its parts follow each other.
    """
    parts, until = urlsplit(url), time.monotonic() + patience_s
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=patience_s)
        try:
            data = json.dumps(body).encode()
            further = headers(data) if headers else {}
            connection.request(
                "POST", parts.path.rstrip("/") + path, data, {"Content-Type": "application/json", **further}
            )
            line = connection.sock
            answer = connection.getresponse()
            told = json.loads(_read(answer, line, largest, until))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as failure:
        raise Away(type(failure).__name__) from None
    if not isinstance(told, dict):
        raise Away("unreadable answer")
    return answer.status, told


def _read(answer: http.client.HTTPResponse, line: socket.socket, largest: int, until: float) -> bytes:
    """The body of an answer. Raises Away where it is too large, TimeoutError where time (monotonic seconds) is over before its end."""
    size, parts = 0, list[bytes]()
    while size <= largest:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)
        part = answer.read1(largest + 1 - size)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    raise Away(f"more than {largest} bytes")
