"""A connector's questions over HTTP, or a file of this machine; used by the firm's agent only."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

from pilotzone.exchange.channels import tables
from pilotzone.exchange.connectors.asking import Answer, Request

LARGEST_ANSWER = 64 * 1024 * 1024
PATIENCE_S = 60.0


def ask(request: Request) -> Answer:
    """The answer of the marketplace, of a file (`file:PATH`) or of a table (`table:SOURCE`, the query its body).

    OSError where there is none.
    """
    if request.url.startswith("table:"):
        since = request.headers.get("since", "")
        return Answer(200, tables.rows(request.url.removeprefix("table:"), request.body, since))
    if request.url.startswith("file:"):
        return Answer(200, Path(request.url.removeprefix("file:")).read_bytes())
    parts = urlsplit(request.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OSError("no http(s) address")
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname, parts.port, timeout=PATIENCE_S)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        body = request.body.encode() if request.body else None
        connection.request(request.method, path, body, dict(request.headers))
        answer = connection.getresponse()
        raw = answer.read(LARGEST_ANSWER)
        return Answer(answer.status, raw, {name.lower(): value for name, value in answer.getheaders()})
    except http.client.HTTPException as broken:
        raise OSError(type(broken).__name__) from None
    finally:
        connection.close()
