"""Whether a process of the tree is ready to work. A probe takes at most half a second."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import psycopg

PATIENCE_S = 0.5


def answers(address: str) -> bool:
    """Whether an HTTP address answers 200."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def lost(dsn: str) -> bool:
    """Whether nobody answers where a database did. One that refuses (starting up, too many connections) answers."""
    try:
        psycopg.connect(dsn, connect_timeout=2, autocommit=True).close()
    except psycopg.Error as failure:
        return "FATAL" not in str(failure)
    return False


def connects(dsn: str) -> bool:
    """Whether a database takes connections."""
    try:
        with psycopg.connect(dsn, connect_timeout=2, autocommit=True) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
