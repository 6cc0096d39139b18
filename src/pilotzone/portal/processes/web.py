"""What the web process serves: the portal, and on the same port the intake, relayed to its own process.

`POST /intake/` and `GET /intake/receipts/…` never touch Django: no session, no CSRF, no transaction of the desk.
"""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlsplit

from pilotzone.portal.processes.gate import Gate
from pilotzone.portal.wsgi import application as portal

PREFIX = "/intake/"
PATIENCE_S = 30
PASSED = (
    "content-type", "content-encoding", "authorization", "content-length", "accept",
)  # fmt: skip
Start = Callable[..., Any]
_gate = Gate(int(os.environ.get("PILOTZONE_WEB_AT_ONCE", "1")))

_AWAY = {
    "type": "about:blank",
    "title": "intake.away",
    "status": 503,
    "code": "intake.away",
    "zh": "报文接收服务暂时不可用，请稍后重发。",
    "en": "The intake is away for the moment; send the message again later.",
}


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """The WSGI application of the web process."""
    if environ.get("PATH_INFO", "").startswith(PREFIX):
        return relay(environ, start_response, os.environ.get("PILOTZONE_INTAKE_URL", "http://127.0.0.1:8001"))
    with _gate:
        answer: Iterable[bytes] = portal(environ, start_response)
    return answer


def relay(environ: dict[str, Any], start_response: Start, address: str) -> Iterable[bytes]:
    """Pass the request to the intake as it streams in, and its answer back."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
    try:
        body, headers = _body(environ), _headers(environ)
        with suppress(BrokenPipeError, ConnectionResetError):  # turned away while still sending: its answer says why
            # WSGI gives the path unquoted, each byte a character
            path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/")
            connection.request(environ["REQUEST_METHOD"], path, body=body, headers=headers)
        answer = connection.getresponse()
        told = answer.read()
    except (OSError, http.client.HTTPException):
        told = json.dumps(_AWAY, ensure_ascii=False).encode()
        start_response("503 Service Unavailable", [("Content-Type", "application/problem+json"), ("Retry-After", "2")])
        return [told]
    finally:
        connection.close()
    kept = [(name, value) for name, value in answer.getheaders() if name.lower() in ("content-type", "retry-after")]
    start_response(f"{answer.status} {answer.reason}", [*kept, ("Content-Length", str(len(told)))])
    return [told]


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {"content-type": environ.get("CONTENT_TYPE", ""), "content-length": environ.get("CONTENT_LENGTH", "")}
    for name in PASSED:
        found.setdefault(name, environ.get("HTTP_" + name.upper().replace("-", "_"), ""))
    # the intake asks who really sends: whoever came through here is no neighbour unless all of the way was local
    way = [environ.get("HTTP_X_FORWARDED_FOR", ""), environ.get("REMOTE_ADDR", "")]
    found["x-forwarded-for"] = ", ".join(filter(None, way))
    return {name: value for name, value in found.items() if value}


def _body(environ: dict[str, Any]) -> Iterable[bytes] | None:
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return None
    stream = environ["wsgi.input"]
    return iter(lambda: stream.read(65536), b"")
