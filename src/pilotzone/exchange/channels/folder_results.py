"""What became of the files of a watched folder, written beside each: `done/NAME.result.json`.

A file kept is answered at once by its receipt ids (`NAME.txt`, folder.py); the judgement comes when a worker has taken it.
What was not answered yet when the process ended is found again by its `.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from pilotzone.exchange.channels.opened import entered, write_whole
from pilotzone.kernel import clock

log = structlog.get_logger("folders")
RECEIPT = re.compile(r"^receipt 回执号: (\w+)$", re.MULTILINE)
ENDING = ".result.json"
PER_LOOK = 200
PATIENCE_S = 24 * 3600.0  # what has no result after a day is left to the page
Ask = Callable[[Sequence[str]], bytes | None]


class Results:
    """`ask(receipt ids)`: JSON of what became of all of them, None while one is not judged yet or nothing can be asked."""

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
                gone = not path.exists() or _age(path) > PATIENCE_S  # taken away by the firm, or too old
                told = None if gone else self._ask(receipts)
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

    def _left(self) -> list[tuple[Path, list[str]]]:
        found = []
        for answer in sorted(self._root.glob("*/done/*.txt")):
            path = answer.with_suffix("")
            if path.exists() and _age(answer) <= PATIENCE_S and not _place(path).exists():
                found.append((path, RECEIPT.findall(answer.read_text(encoding="utf-8", errors="replace"))))
        return [(path, receipts) for path, receipts in found if receipts]


def _age(path: Path) -> float:
    """Seconds since the file changed: a moved file keeps its own time, so its answer's counts where there is one."""
    answer = path.with_name(path.name + ".txt")
    return clock.wall().timestamp() - (answer if answer.exists() else path).stat().st_mtime


def _place(path: Path) -> Path:
    return path.with_name(path.name + ENDING)
