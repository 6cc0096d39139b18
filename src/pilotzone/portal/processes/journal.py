"""What the processes say: one file of JSON lines each, turned over when it is full."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import IO

from pilotzone.kernel import log_masking

MAX_BYTES = 10 * 1024 * 1024
KEEP = 3
MAX_LINE = 64 * 1024


class Journal:
    """The log file of one process. Lines that are JSON objects stay; anything else becomes {"event": text}."""

    def __init__(self, folder: Path, name: str, max_bytes: int = MAX_BYTES) -> None:
        self.path = folder / f"{name}.log"
        self.tail: list[str] = []
        self._name = name
        self._max_bytes = max_bytes
        self._rest = b""
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = self.path.open("ab")

    def feed(self, data: bytes) -> None:
        """Take what came from the process; a line may come in pieces."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAX_LINE:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            if line.strip():
                self.write(line.decode(errors="replace"))

    def write(self, text: str) -> None:
        """One line."""
        entry = dict(log_masking.event(None, "", _entry(text)))
        entry.setdefault("timestamp", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        entry["process"] = self._name
        self.tail = [*self.tail[-19:], _told(entry)]
        self._file.write(json.dumps(entry, ensure_ascii=False).encode(errors="replace") + b"\n")
        self._file.flush()
        if self._file.tell() > self._max_bytes:
            self._turn_over()

    def close(self) -> None:
        """Write the unfinished line, if any, and close the file."""
        if self._rest.strip():
            self.write(self._rest.decode(errors="replace"))
        self._rest = b""
        self._file.close()

    def _turn_over(self) -> None:
        self._file.close()
        for number in range(KEEP, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number - 1}") if number > 1 else self.path
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number}"))
        self._file = self.path.open("ab")


def _told(entry: dict[str, object]) -> str:
    """An entry in one line for who watches the tree: the event, then what it says to people."""
    words = (str(entry[name]) for name in ("zh", "en", "error", "mend") if entry.get(name))
    return " · ".join((str(entry.get("event", "")), *words))


def _entry(text: str) -> dict[str, object]:
    if text.startswith("{"):
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        if isinstance(told, dict):
            return told
    return {"event": text.rstrip()[:MAX_LINE]}
