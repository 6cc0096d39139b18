"""The receiving firms' addresses at the counterparts' door, each firm under its own name.

POST /firm/NAME            a push; answered as the firm was told to behave
GET  /firm/NAME/received   ?after=0&max=100; what it has
POST /firm/NAME/control    how it behaves (receiving.Behaviour), from this machine only
"""

from __future__ import annotations

import http.server
import json
import time
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import msgspec

from pilotzone.kernel import clock
from pilotzone.simulators.firm import receiving

PREFIX = "/firm/"


class Lender(Protocol):
    """What lends connections."""

    def connection(self) -> AbstractContextManager[receiving.Connection]: ...


def serve(request: http.server.BaseHTTPRequestHandler, pool: Lender, body: bytes, *, near: bool) -> None:
    """Answer one request below /firm/."""
    parts = urlsplit(request.path)
    name, _, what = parts.path.removeprefix(PREFIX).partition("/")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    verb = (request.command, what)
    how = receiving.Behaviour()
    status: int = HTTPStatus.OK
    told: Any
    try:
        if not receiving.NAME.fullmatch(name):
            raise LookupError
        with pool.connection() as connection:
            if verb == ("POST", ""):
                headers = {key.lower(): value for key, value in request.headers.items()}
                status, told, how = receiving.take(connection, name, headers, body, clock.wall())
            elif verb == ("GET", "received"):
                most = min(int(query.get("max", "100")), 500)
                told = {"pushes": receiving.received(connection, name, int(query.get("after", "0")), most)}
            elif verb == ("POST", "control") and near:
                told = msgspec.structs.asdict(receiving.change(connection, name, json.loads(body)))
            else:
                raise LookupError
    except LookupError:
        status, told = HTTPStatus.NOT_FOUND, {"code": "not_found"}
    except (ValueError, msgspec.MsgspecError) as failure:
        status, told = HTTPStatus.BAD_REQUEST, {"code": "bad_request", "text": str(failure)[:300]}
    if how.delay_ms:
        time.sleep(how.delay_ms / 1000)  # without holding a connection
    if how.lose:
        request.close_connection = True
        return
    _answer(request, status, told, how.retry_after)


def _answer(request: http.server.BaseHTTPRequestHandler, status: int, told: Any, retry_after: str) -> None:
    data = json.dumps(told, ensure_ascii=False).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(data)))
    if retry_after and status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        request.send_header("Retry-After", retry_after)
    request.end_headers()
    request.wfile.write(data)
