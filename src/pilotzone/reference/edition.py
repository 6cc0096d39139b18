"""The version of all reference data in use, and loading a zone's newer data.

Every decision stores `version()`; with the files of that version the decision can be computed again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pilotzone.reference import calendar, codes, goods, rates
from pilotzone.reference.tables import SHIPPED, Table, overlay, swap

__all__ = ["reload", "version"]

FOLDERS = ("rates", "codes", "goods", "calendar")
# naming them here makes sure that all are imported before a swap
TABLES = (rates, codes, goods, calendar)


def _digest(folder: Path | None) -> str:
    found = hashlib.sha256()
    for root in (SHIPPED, folder):
        for part in FOLDERS if root is not None else ():
            assert root is not None
            for path in sorted((root / part).glob("*")):
                if path.is_file():
                    found.update(f"{part}/{path.name}\0".encode())
                    found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


_version = Table(_digest)


def version() -> str:
    """Sixteen hexadecimal digits over shipped and overlay files as they were loaded."""
    return _version()


def reload(folder: Path | None = None) -> str:
    """Load anew with an overlay folder (default `PILOTZONE_HOME/data`) and return the new version.

    Refused with every fault if a file is not in order; then everything stays as it was.
    """
    swap(folder if folder is not None else overlay())
    return version()
