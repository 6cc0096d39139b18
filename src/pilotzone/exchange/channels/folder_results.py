"""What became of the files of a watched folder, written beside each: `done/NAME.result.json`.

A file kept is answered at once by its receipt ids (`NAME.txt`, folder.py); the judgement comes when a worker has taken it.
What was not answered yet when the process ended is found again by its `.txt`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from pilotzone.exchange.channels.opened import entered, lies, plain, write_whole
from pilotzone.kernel import clock

log = structlog.get_logger("folders")
RECEIPT = re.compile(r"^receipt 回执号: (\w+)$", re.MULTILINE)
ENDING, DONE = ".result.json", "done"
PER_LOOK = 200
LARGEST = 1024 * 1024  # an answer of ours is far smaller
PATIENCE_S = 24 * 3600.0  # what has no result after a day is left to the page
Ask = Callable[[str, Sequence[str]], bytes | None]


class Results:
    """`ask(organisation code, receipt ids)`: JSON of what became of all of them, None while one is not judged yet, is not that firm's,
    or nothing can be asked. Nothing is read through a link, and nothing but plain files."""

    def __init__(self, root: Path, ask: Ask) -> None:
        self._root, self._ask = root, ask
        self._waiting: dict[Path, list[str]] | None = None
        self._blocked: set[Path] = set()  # whose result could not be written, as was told once

    def expect(self, path: Path, receipts: list[str]) -> None:
        """Note a file that was kept: its place in `done/` and its receipt ids."""
        if self._waiting is not None and receipts:
            self._waiting[path] = receipts

    def look(self) -> list[Path]:
        """Write the results that are there by now, the files kept first first; answers where they were written.

        What cannot be written, or not judged yet, waits behind the others.
        """
        if self._waiting is None:
            self._waiting = dict(self._left())
        written = []
        for path in list(self._waiting)[:PER_LOOK]:
            receipts = self._waiting.pop(path)
            try:
                gone = self._gone(path)
                told = None if gone else self._ask(path.parent.parent.name, receipts)
                if told is not None:
                    written.append(self._write(path, told))
                if gone or told is not None:
                    self._blocked.discard(path)
                    continue
            except OSError as failure:
                if path not in self._blocked:
                    log.warning("folder.result_left", path=str(path), reason=failure.strerror)
                self._blocked.add(path)
            self._waiting[path] = receipts  # behind the others, that none of them waits for it
        return written

    def _write(self, path: Path, told: bytes) -> Path:
        """Into the folder of the file, which is entered through no link."""
        place = _place(path)
        with entered(self._root, *path.relative_to(self._root).parts[:-1]) as folder:
            write_whole(folder, place.name, told)
        return place

    def _gone(self, path: Path) -> bool:
        """Whether a file was taken away by the firm, or waits too long."""
        try:
            with entered(self._root, *path.relative_to(self._root).parts[:-1]) as folder:
                return not lies(folder, path.name) or _age(folder, path.name) > PATIENCE_S
        except FileNotFoundError:
            return True

    def _left(self) -> list[tuple[Path, list[str]]]:
        found = list[tuple[Path, list[str]]]()
        for firm in sorted(self._root.glob("*")):
            with suppress(OSError), entered(self._root, firm.name, DONE) as folder:
                for name in sorted(os.listdir(folder)):
                    with suppress(OSError):
                        receipts = _answered(folder, name.removesuffix(".txt")) if name.endswith(".txt") else []
                        found += [(firm / DONE / name.removesuffix(".txt"), receipts)] if receipts else []
        return found


def _answered(folder: int, name: str) -> list[str]:
    """The receipts of a file in an opened folder that has an answer and no result yet."""
    if not lies(folder, name) or lies(folder, name + ENDING) or _age(folder, name) > PATIENCE_S:
        return []
    with plain(folder, f"{name}.txt") as answer:
        return RECEIPT.findall(answer.read(LARGEST).decode(errors="replace"))


def _age(folder: int, name: str) -> float:
    """Seconds since the file changed: a moved file keeps its own time, so its answer's counts where there is one."""
    answer = f"{name}.txt"
    told = os.stat(answer if lies(folder, answer) else name, dir_fd=folder, follow_symlinks=False)
    return clock.wall().timestamp() - told.st_mtime


def _place(path: Path) -> Path:
    return path.with_name(path.name + ENDING)
