"""The version of all reference data in use, and loading a zone's newer data.

Every decision stores `version()`; with the files of that version the decision can be computed again.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from pilotzone.base.errors import Problem
from pilotzone.reference import calendar, codes, goods, rates
from pilotzone.reference.tables import FOLDERS, SHIPPED, Table, first_stamp, overlay, stamp, swap

__all__ = ["faults", "refresh", "reload", "version"]

# naming them here makes sure that all are imported before a swap
TABLES = (rates, codes, goods, calendar)


def _digest(folder: Path | None) -> str:
    found = hashlib.sha256()
    for root in (SHIPPED, folder):
        for part in FOLDERS if root is not None else ():
            assert root is not None
            for path in sorted((root / part).glob("*")):
                if path.is_file() and not path.name.startswith("."):
                    found.update(f"{part}/{path.name}\0".encode())
                    found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


_version = Table(_digest)


def version() -> str:
    """Sixteen hexadecimal digits over shipped and overlay files as they were loaded.

    Computed once for each load and kept: asking again costs a look at a variable.
    """
    return _version()


def reload(folder: Path | None = None) -> str:
    """Load anew with an overlay folder (default `PILOTZONE_HOME/data`) and return the new version.

    Refused with every fault if a file is not in order; then everything stays as it was.
    """
    swap(folder if folder is not None else overlay())
    return version()


class _Watch:
    """When the overlay was looked at last, and what it looked like then."""

    looked_at = float("-inf")
    stamp: object = None


def refresh(*, every_s: float = 1.0) -> str:
    """Take up a zone's newer data if its files changed, and return the version in use; call it before each batch.

    The files are looked at once a second at most. Faulty ones change nothing; `faults` names them.
    """
    moment = time.monotonic()
    if moment - _Watch.looked_at < every_s:
        return version()
    _Watch.looked_at = moment
    version()  # before the first look everything is as it is first built
    seen, before = stamp(overlay()), _Watch.stamp if _Watch.stamp is not None else first_stamp()
    _Watch.stamp = seen
    if seen != before:
        try:
            return reload()
        except Exception:
            return version()  # everything stays as it was; the next change of a file is looked at again
    return version()


def faults(folder: Path | None) -> list[tuple[str, str, str]]:
    """What is wrong in an overlay: (file, zh, en), one line a faulty file; empty where all is in order."""
    if folder is None or not folder.is_dir():
        return []
    found = [(str(path), told.zh, told.en) for path, told in goods.build_leniently(folder)[1]]
    for part, module in (("rates", rates), ("codes", codes), ("calendar", calendar), ("goods", goods)):
        try:
            module.build(folder)
        except Problem as told:
            if part != "goods" or not found:
                found.append((str(folder / part), told.zh, told.en))
        except Exception as told:
            found.append((str(folder / part), f"无法读取：{told}"[:300], f"cannot be read: {told}"[:300]))
    return found
