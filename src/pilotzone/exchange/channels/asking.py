"""One question as JSON over HTTP to a counterpart that answers at once."""

from __future__ import annotations

import http.client
import json
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
    """Status and answer of a POST; `headers`: further ones, made of the body; `largest`: bytes of an answer. Raises Away."""
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=patience_s)
        try:
            data = json.dumps(body).encode()
            further = headers(data) if headers else {}
            connection.request(
                "POST", parts.path.rstrip("/") + path, data, {"Content-Type": "application/json", **further}
            )
            answer = connection.getresponse()
            raw = answer.read(largest + 1)
            if len(raw) > largest:
                raise Away(f"more than {largest} bytes")
            told = json.loads(raw)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as failure:
        raise Away(type(failure).__name__) from None
    if not isinstance(told, dict):
        raise Away("unreadable answer")
    return answer.status, told
