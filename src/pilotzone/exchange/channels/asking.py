"""One question as JSON over HTTP to a counterpart that answers at once."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

LARGEST_ANSWER = 64 * 1024


class Away(Exception):
    """Nobody answered, or nothing that can be read; the text says what."""


def ask(url: str, path: str, body: Any, *, patience_s: float = 5.0) -> tuple[int, dict[str, Any]]:
    """Status and answer of a POST. Raises Away."""
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=patience_s)
        try:
            data = json.dumps(body).encode()
            connection.request("POST", parts.path.rstrip("/") + path, data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read(LARGEST_ANSWER))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as failure:
        raise Away(type(failure).__name__) from None
    if not isinstance(told, dict):
        raise Away("unreadable answer")
    return answer.status, told
