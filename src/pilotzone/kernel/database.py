"""One way to ask for a cursor, from Django's connection or a raw psycopg one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import cast

from django.db import connection as django_connection

from pilotzone.kernel.cursor import Connection, Cursor


def cursor_of(connection: Connection | None = None) -> AbstractContextManager[Cursor]:
    """A cursor of the raw connection given, else of this thread's Django connection."""
    return cast("AbstractContextManager[Cursor]", (connection or django_connection).cursor())
