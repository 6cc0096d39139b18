"""Tables built once from data files and swapped together when a zone loads new data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

SHIPPED = Path(__file__).resolve().parents[1] / "data"

T = TypeVar("T")
FOLDERS = ("rates", "codes", "goods", "calendar", "catalogue", "protection")
Stamp = tuple[tuple[str, int, int], ...]
_tables: list[Table] = []
_seen: dict[str, Stamp] = {}


class Table(Generic[T]):
    """What `build(overlay)` made of the files, kept until `swap` puts a newer one in its place."""

    def __init__(self, build: Callable[[Path | None], T], *, lenient: Callable[[Path | None], T] | None = None) -> None:
        """`lenient` builds as much as can be read where a zone starts with a faulty file; without it, what is shipped."""
        self.build = build
        self.lenient = lenient or (lambda overlay: build(None))
        self._value: T | None = None
        _tables.append(self)

    def __call__(self) -> T:
        value = self._value
        if value is None:
            value = self._value = self._first(overlay())
        return value

    def _first(self, folder: Path | None) -> T:
        _seen.setdefault("stamp", stamp(folder))
        try:
            return self.build(folder)
        except Exception:
            if folder is None:
                raise
            return self.lenient(folder)  # `pilotzone doctor` names the file

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


def stamp(folder: Path | None) -> Stamp:
    """What the overlay's files look like from outside: name, time, size. Cheap; changes with every change of a file."""
    found = []
    for part in FOLDERS if folder is not None else ():
        assert folder is not None
        try:
            with os.scandir(folder / part) as entries:
                found += [
                    (f"{part}/{e.name}", (s := e.stat()).st_mtime_ns, s.st_size) for e in entries if e.name[0] != "."
                ]
        except OSError:
            continue
    return tuple(sorted(found))


def first_stamp() -> Stamp | None:
    """The stamp from before the first table was built; None while none is."""
    return _seen.get("stamp")


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
