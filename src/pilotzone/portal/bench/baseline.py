"""The ordinary way, to compare with: a view that does everything before it answers, message by message.

A WSGI application under granian, one blocking thread a process, one process a core. Each request opens the sender's
token, keeps the message, and lets the very same `Pipeline` work on it as a batch of one: the same parser, signatures,
match, tax, quota, rules and receipts. What differs is storage and HTTP alone: no group commit, no micro-batch; every
message has its own transaction, statements and flush, as a view that saves row by row has. It is kinder than a view
with ORM saves: the statements are prepared by the pipeline, a row costs no model instance, and the first commit (of
the message as it came) does not wait for the disk, so that one flush a message is left.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import psycopg

from pilotzone.exchange import inbox, results
from pilotzone.exchange.inbox import Incoming

TOKEN = "SELECT organisation_id FROM exchange_client WHERE token_hash = %s AND revoked_at IS NULL"  # noqa: S105 (a query)
PATIENCE_S = 60.0
Start = Callable[..., Any]


@cache
def _tools() -> tuple[psycopg.Connection[Any], Any]:
    """This process's connection and pipeline."""
    import django

    django.setup()
    from pilotzone.pipeline.batch import Pipeline

    connection = psycopg.connect(os.environ["PILOTZONE_DSN"], autocommit=True, options="-c enable_seqscan=off")
    return connection, Pipeline("DXPENT0036000000")


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Keep, work, answer."""
    if environ["REQUEST_METHOD"] == "GET":
        _tools()
        return _answer(start_response, "200 OK", {"ok": True})
    connection, pipeline = _tools()
    raw = environ["wsgi.input"].read()
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    found = connection.execute(TOKEN, (hashlib.sha256(token.encode()).digest(),)).fetchone()
    if found is None:
        return _answer(start_response, "401 Unauthorized", {"code": "intake.token"})
    message = Incoming(raw, "http", f"organisation:{found[0]}", found[0])
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = off")
        (receipt,) = inbox.keep(connection, [message])
    deadline = time.monotonic() + PATIENCE_S
    while not _done(connection, receipt):
        # another process may be at work on it, or write a message with a smaller number at this moment
        if not pipeline.run_once(connection).messages:
            time.sleep(0.001)
        if time.monotonic() > deadline:
            return _answer(start_response, "503 Service Unavailable", {"code": "intake.away"})
    pipeline.issue(connection)
    return _answer(start_response, "202 Accepted", {"receipt": receipt})


def _done(connection: psycopg.Connection[Any], receipt: str) -> bool:
    with connection.cursor() as cursor:
        told = results.read(cursor, receipt)
    return told is not None and told["state"] == results.DONE


def _answer(start_response: Start, status: str, told: dict[str, Any]) -> Iterable[bytes]:
    body = json.dumps(told).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
