"""Where a zone keeps its state: PILOTZONE_HOME and the places below it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

NOTE = "moved-to"
NAMED = Path("/var/lib/pilotzone")
SOCKET, LONGEST_SOCKET = ".s.PGSQL.5432", 107


def asked() -> Path:
    """The state folder somebody asked for, absolute: PILOTZONE_HOME, or ./var."""
    return Path(os.environ.get("PILOTZONE_HOME") or "var").absolute()


def home() -> Path:
    """The state folder, absolute: the one asked for, or the named one a note left in it points to."""
    note = asked() / NOTE
    return Path(note.read_text().strip()) if note.is_file() else asked()


def settle(reachable: Callable[[Path], bool]) -> Path:
    """Make the state folder and answer it; a named one, recorded in a note, where `reachable` refuses the one asked for.

    The database lives below it under another account when we are root: then a parent that only root may enter (a
    checkout below a 0700 home) makes the folder unusable, and such parents are never opened to others.
    """
    folder = home()
    _make(folder)
    if reachable(folder):
        return folder
    wanted = asked()
    named = Path(os.environ.get("PILOTZONE_STATE") or NAMED) / _digest(wanted)
    _make(named)
    (wanted / NOTE).write_text(f"{named}\n")
    return named


def database_dir(state: Path | None = None) -> Path:
    """The data directory of the embedded PostgreSQL."""
    return (state or home()) / "postgres"


def socket_dir(data: Path) -> Path:
    """A short folder for the server's Unix socket, the same on every call.

    PILOTZONE_SOCKETS names it; else it lies beside the data, where no cleaner of temporary files comes by, unless the
    path would be longer than a socket's may be: then in the temporary folder.
    """
    asked_for, beside = os.environ.get("PILOTZONE_SOCKETS"), data.parent / "sockets"
    if not asked_for and len(os.fsencode(beside / SOCKET)) <= LONGEST_SOCKET:
        return beside
    return Path(asked_for or tempfile.gettempdir()) / f"pilotzone-{_digest(data)}"


def run_dir(state: Path) -> Path:
    """What the running processes tell each other: lock, tree, progress of the demonstration."""
    return state / "run"


def log_dir(state: Path) -> Path:
    """One file of JSON lines per process."""
    return state / "logs"


def _make(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)  # whatever the umask: the database's account must pass; secrets have a 0700 folder


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
