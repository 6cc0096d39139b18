"""What the running tree leaves for others to read: the lock that says it runs, its state, the demo's progress."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO, Any

from pilotzone.portal.processes.home import run_dir

SILENT_S = 600.0  # a demonstration at work says so far more often (demo/load.py Progress)


class AlreadyRunning(RuntimeError):
    """Another process holds this state folder; the text is its process id."""


class Lock:
    """Held by the one process there may be of a kind (the supervisor, who loads a demonstration); let go even after `kill -9`."""

    def __init__(self, state: Path, kind: str = "supervisor") -> None:
        self._path = run_dir(state) / f"{kind}.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock for this process or raise AlreadyRunning."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let the lock go; the file stays."""
        if self._file is not None:
            self._file.close()
            self._file = None


def holder(state: Path) -> int | None:
    """The process id of the supervisor that runs on this state folder; None where none does."""
    path = run_dir(state) / "supervisor.lock"
    try:
        file = path.open("r")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read().strip() or 0)
    return None


def write(path: Path, data: dict[str, Any]) -> None:
    """Replace a small JSON file as a whole: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(data, ensure_ascii=False))
    fresh.replace(path)


def read(path: Path) -> dict[str, Any]:
    """What such a file says; nothing where there is none."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def tree_file(state: Path) -> Path:
    """The state of the process tree, written by the supervisor at every change."""
    return run_dir(state) / "tree.json"


def demo_file(state: Path) -> Path:
    """The progress of the demonstration: {"done", "total", "stage", "finished"}; `finished` keeps it from loading again."""
    return run_dir(state) / "demo.json"


def loading(state: Path) -> bool:
    """Whether a demonstration has begun and is not finished; one that has said nothing for SILENT_S has broken off."""
    told = read(demo_file(state))
    try:
        silent = time.time() - demo_file(state).stat().st_mtime
    except OSError:
        return False
    return bool(told) and not told.get("finished") and silent < SILENT_S
