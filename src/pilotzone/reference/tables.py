"""Tables built once from data files and swapped together when a zone loads new data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

SHIPPED = Path(__file__).resolve().parents[1] / "data"

T = TypeVar("T")
_tables: list[Table] = []


class Table(Generic[T]):
    """What `build(overlay)` made of the files, kept until `swap` puts a newer one in its place."""

    def __init__(self, build: Callable[[Path | None], T]) -> None:
        self.build = build
        self._value: T | None = None
        _tables.append(self)

    def __call__(self) -> T:
        value = self._value
        if value is None:
            value = self._value = self.build(overlay())
        return value

    def peek(self) -> T | None:
        """What is kept, None if nothing was built yet."""
        return self._value

    def put(self, value: T | None) -> None:
        """Keep a value; None lets the next call build it."""
        self._value = value


def overlay() -> Path | None:
    """The zone's own data, `PILOTZONE_HOME/data`; None where the variable or the folder is missing."""
    home = os.environ.get("PILOTZONE_HOME", "")
    folder = Path(home) / "data" if home else None
    return folder if folder is not None and folder.is_dir() else None


def swap(folder: Path | None) -> None:
    """Build every table anew with the overlay `folder`; if one is refused, all are put back as they were.

    Tables are built in the order of their making, so a table may read those it was built upon.
    """
    before = [(table, table.peek()) for table in _tables]
    try:
        for table in _tables:
            table.put(table.build(folder))
    except BaseException:
        for table, value in before:
            table.put(value)
        raise
