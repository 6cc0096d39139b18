"""Workbooks of rows not taken, kept to be fetched: sealed in the state folder, each for the firm it came from alone.

Only what is too large to lie in the page's own address is kept. The day's term is data (data/protection, `given_back`).
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pilotzone.kernel import vault
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.home import home

MOST_BYTES = 512 * 1024 * 1024  # of all that is kept, so that nobody fills the disk with it
A_FIRMS = 64 * 1024 * 1024  # and of one firm's, so that none fills the others' room
TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(workbook: bytes) -> str:
    """Keep a workbook for the caller's firm; answers its name, or "" where there is no room."""
    folder, name = _folder(), secrets.token_hex(16)
    sealed = vault.seal(workbook, _context())
    part = folder / f"{name}.part"
    try:
        folder.parent.mkdir(exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        sizes = [(size, path.parent == folder) for path, size, _ in _kept()]
        if len(sealed) + sum(size for size, _ in sizes) > MOST_BYTES:
            return ""
        if len(sealed) + sum(size for size, own in sizes if own) > A_FIRMS:
            return ""
        part.write_bytes(sealed)
        part.replace(folder / name)
    except OSError:  # a disk that is full, or none that may be written to
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return ""
    return name


def fetch(name: str) -> bytes | None:
    """The workbook of that name; None where its term is over, and to any other firm."""
    if not TOKEN.fullmatch(name):
        return None
    try:
        sealed = (_folder() / name).read_bytes()
    except FileNotFoundError:
        return None
    workbook: bytes = vault.open_(sealed, _context())
    return workbook


def over(before: datetime) -> int:
    """How many were kept before that moment (wall time)."""
    return len(_over(before))


def remove_over(before: datetime) -> int:
    """Remove those; answers how many."""
    found = _over(before)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _folder() -> Path:
    """The caller's firm's own."""
    return home() / "given-back" / str(require("declare.submit").organisation or 0)


def _context() -> str:
    return f"desk.given_back:{require('declare.submit').organisation}"


def _kept() -> list[tuple[Path, int, float]]:
    """Path, size and moment of each file; what another process swept meanwhile is left out."""
    found = []
    for path in (home() / "given-back").glob("*/*"):
        with suppress(FileNotFoundError):
            seen = path.stat()
            found.append((path, seen.st_size, seen.st_mtime))
    return found


def _over(before: datetime) -> list[Path]:
    return [path for path, _, changed in _kept() if changed < before.timestamp()]
