"""Where a zone keeps its state: PILOTZONE_HOME and the places below it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def home() -> Path:
    """The state folder, absolute: PILOTZONE_HOME, or ./var; a note left in it may point to a named one."""
    asked = Path(os.environ.get("PILOTZONE_HOME") or "var").absolute()
    note = asked / "moved-to"
    return Path(note.read_text().strip()) if note.is_file() else asked


def database_dir(state: Path | None = None) -> Path:
    """The data directory of the embedded PostgreSQL."""
    return (state or home()) / "postgres"


def socket_dir(data: Path) -> Path:
    """A short folder for the server's Unix socket (a socket path may hold 107 bytes), the same on every call."""
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(os.environ.get("PILOTZONE_SOCKETS") or tempfile.gettempdir()) / f"pilotzone-{digest}"
