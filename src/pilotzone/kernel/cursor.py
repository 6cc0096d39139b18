"""What the rooms need of a cursor, whoever opened it; no Django here, so that a pure command may name it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol


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
