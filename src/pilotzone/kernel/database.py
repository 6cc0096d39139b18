"""One way to ask for a cursor, from Django's connection or a raw psycopg one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from django.db import connection as django_connection


class Cursor(Protocol):
    """What the kernel needs of a cursor; psycopg's and Django's both have it."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """What the kernel needs of a connection; psycopg's and Django's both have it."""

    def cursor(self) -> AbstractContextManager[Any]: ...


def cursor_of(connection: Connection | None = None) -> AbstractContextManager[Cursor]:
    """A cursor of the raw connection given, else of this thread's Django connection."""
    return cast("AbstractContextManager[Cursor]", (connection or django_connection).cursor())
