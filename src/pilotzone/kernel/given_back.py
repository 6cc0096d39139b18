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
    folder = home() / "given-back"
    folder.mkdir(exist_ok=True, mode=0o700)
    sealed = vault.seal(workbook, _context())
    if sum(path.stat().st_size for path in _kept()) + len(sealed) > MOST_BYTES:
        return ""
    name = secrets.token_hex(16)
    part = folder / f"{name}.part"
    part.write_bytes(sealed)
    part.replace(folder / name)
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


def _kept() -> list[Path]:
    folder = home() / "given-back"
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _over(before: datetime) -> list[Path]:
    found = []
    for path in _kept():
        with suppress(FileNotFoundError):  # fetched and swept by another process meanwhile
            if path.stat().st_mtime < before.timestamp():
                found.append(path)
    return found
