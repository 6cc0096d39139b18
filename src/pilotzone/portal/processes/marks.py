"""Marked points: for proofs, a process ends itself (or the database) at a chosen statement. Off unless PILOTZONE_MARKS.

The marks are where work can be half done: before and after every statement that writes, and before and after every
commit of a transaction that wrote (after the commit and before anybody is told of it). They are found by listening to
the driver, so each new statement has its two marks, and without PILOTZONE_MARKS nothing is there at all.

PILOTZONE_MARKS names a folder. `seen` gets a line for each mark met first (`process|mark`). A file `order` – a process
id, then a line `process|mark` for each mark meant – is obeyed once, by the first process that meets one of them: it
takes the file away, writes `process|mark` to `obeyed`, and kills that process id, itself where it is 0.

An order comes to a mark that is met again. A file `first` is for what is met once or seldom: of a mark that begins as one of
its lines does, the first process that meets it while `seen` does not name it kills itself there and leaves `fallen/process|mark`.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg._connection_base import BaseConnection

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|COPY|MERGE|TRUNCATE)\s+(?:INTO\s+|FROM\s+|ONLY\s+|TABLE\s+)*\"?(\w+)", re.I
)
# what a common table expression writes
WITHIN = re.compile(r"\bAS\s*\(\s*(INSERT|UPDATE|DELETE)\s+(?:INTO\s+|FROM\s+|ONLY\s+)*\"?(\w+)", re.I)
SEPARATOR = "|"


class Marks:
    """The marks of this process."""

    def __init__(self, folder: Path, process: str) -> None:
        self._folder, self._process = folder, process
        self._seen: set[str] = set()

    def meet(self, mark: str) -> None:
        """This point is reached now."""
        if mark not in self._seen:
            self._seen.add(mark)
            self._first(f"{self._process}{SEPARATOR}{mark}")
        with suppress(OSError, ValueError):
            pid, *meant = (self._folder / "order").read_text(encoding="utf-8").splitlines()
            if f"{self._process}{SEPARATOR}{mark}" in meant:
                self._obey(mark, int(pid))

    def _first(self, line: str) -> None:
        """This process meets the mark for the first time: it is noted, and it falls where nobody met it before and that is wanted."""
        seen, first = self._folder / "seen", self._folder / "first"
        known = seen.read_text(encoding="utf-8").splitlines() if seen.exists() else []
        meant = first.read_text(encoding="utf-8").splitlines() if first.exists() else []
        falls = False
        if line not in known and line.startswith(tuple(meant)):
            with suppress(FileExistsError):  # of two at once one falls
                (self._folder / "fallen" / line).touch(exist_ok=False)
                falls = True
        with seen.open("a", encoding="utf-8") as noted:
            noted.write(f"{line}\n")
        if falls:
            os.kill(os.getpid(), signal.SIGKILL)

    def _obey(self, mark: str, pid: int) -> None:
        mine = self._folder / f"taken.{os.getpid()}"
        (self._folder / "order").rename(mine)  # one of several workers obeys
        mine.write_text(f"{self._process}{SEPARATOR}{mark}", encoding="utf-8")
        mine.rename(self._folder / "obeyed")
        os.kill(pid or os.getpid(), signal.SIGKILL)


def name_of(query: Any) -> str:
    """What a statement writes, as a mark's name; empty for one that only reads."""
    text = query.decode(errors="replace") if isinstance(query, bytes) else query
    if not isinstance(text, str):
        text = text.as_string(None)
    found = WITHIN.search(text) if text.lstrip()[:4].upper() == "WITH" else WRITES.match(text)
    return f"{found[1].lower()} {found[2]}" if found else ""


def install(folder: Path, process: str) -> None:
    """Listen to the driver from now on."""
    marks = Marks(folder, process)
    _statements(marks)
    _copies(marks)
    _commits(marks)


def _statements(marks: Marks) -> None:
    for name in ("execute", "executemany"):
        plain = getattr(psycopg.Cursor, name)

        def listened(cursor: Any, query: Any, *words: Any, _plain: Any = plain, **more: Any) -> Any:
            mark = _noted(cursor, query)
            if not mark:
                return _plain(cursor, query, *words, **more)
            marks.meet(f"before {mark}")
            told = _plain(cursor, query, *words, **more)
            marks.meet(f"after {mark}")
            return told

        setattr(psycopg.Cursor, name, listened)


def _copies(marks: Marks) -> None:
    plain = psycopg.Cursor.copy

    @contextmanager
    def listened(cursor: Any, query: Any, *words: Any, **more: Any) -> Iterator[Any]:
        mark = _noted(cursor, query)
        marks.meet(f"before {mark}")
        with plain(cursor, query, *words, **more) as copy:
            yield copy
        marks.meet(f"after {mark}")

    psycopg.Cursor.copy = listened  # type: ignore[method-assign, assignment]


def _commits(marks: Marks) -> None:
    plain = BaseConnection._exec_command

    def listened(connection: Any, command: Any, *words: Any, **more: Any) -> Any:
        ends = command in (b"COMMIT", "COMMIT")
        wrote = connection.__dict__.pop("_pz_wrote", "") if ends else ""
        if wrote:
            marks.meet(f"before commit of {wrote}")
        told = yield from plain(connection, command, *words, **more)
        if wrote:
            marks.meet(f"after commit of {wrote}")
        return told

    BaseConnection._exec_command = listened  # type: ignore[method-assign, assignment]


def _noted(cursor: Any, query: Any) -> str:
    """The statement's mark; its transaction is known by the first table it wrote."""
    mark = name_of(query)
    if mark:
        cursor.connection.__dict__.setdefault("_pz_wrote", mark.split()[1])
    return mark
