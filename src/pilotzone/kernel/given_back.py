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
TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(workbook: bytes) -> str:
    """Keep a workbook for the caller's firm; answers its name, or "" where there is no room."""
    folder, name = home() / "given-back", secrets.token_hex(16)
    sealed = vault.seal(workbook, _context())
    part = folder / f"{name}.part"
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        if sum(size for _, size, _ in _kept()) + len(sealed) > MOST_BYTES:
            return ""
        part.write_bytes(sealed)
        part.replace(folder / name)
    except OSError:  # a disk that is full, or none that may be written to
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return ""
    return name


def fetch(name: str) -> bytes | None:
    """The workbook of that name; None where its term is over. Refused `vault.broken` to any other firm."""
    path = home() / "given-back" / name
    if not TOKEN.fullmatch(name) or not path.is_file():
        return None
    workbook: bytes = vault.open_(path.read_bytes(), _context())
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


def _context() -> str:
    return f"desk.given_back:{require('declare.submit').organisation}"


def _kept() -> list[tuple[Path, int, float]]:
    """Path, size and moment of each file; what another process swept meanwhile is left out."""
    folder, found = home() / "given-back", []
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            seen = path.stat()
            found.append((path, seen.st_size, seen.st_mtime))
    return found


def _over(before: datetime) -> list[Path]:
    return [path for path, _, changed in _kept() if changed < before.timestamp()]
