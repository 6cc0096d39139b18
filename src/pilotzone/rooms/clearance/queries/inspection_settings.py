"""What data/inspection says: sites, agencies, ports, the method of the study. The zone's own file comes before the shipped one."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Refused
from pilotzone.base.written import fault_line, plain
from pilotzone.reference.tables import SHIPPED, overlay
from pilotzone.rooms.clearance.engine import inspection_selection as selection
from pilotzone.rooms.clearance.engine import inspection_study as study
from pilotzone.rooms.clearance.engine.inspection_refusals import RULES, refused
from pilotzone.rooms.clearance.engine.inspection_slots import Site

_WRONG = (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError)


def sites() -> tuple[Site, ...]:
    """The supervised sites."""
    return _sites(*_stamped("sites.yaml"))


def site(code: str) -> Site | None:
    """A site by its code."""
    return next((one for one in sites() if one.code == code), None)


def texts(part: str) -> dict[str, dict[str, Any]]:
    """`facilities`, `agencies` or `ports` of the sites' file, by code: {zh, en, …}."""
    found: dict[str, dict[str, Any]] = _content(*_stamped("sites.yaml"))[part]
    return found


def setting(part: str) -> dict[str, Any]:
    """`coverage` or `liaison` of the sites' file."""
    found: dict[str, Any] = _content(*_stamped("sites.yaml"))[part]
    return found


def shipped_editions() -> tuple[selection.Edition, ...]:
    """The selection rules of the file."""
    return _editions(*_stamped("rules.yaml"))


def editions_of(body: str) -> tuple[selection.Edition, ...]:
    """Selection rules as somebody wrote them; Refused `rule.inspection.rules` names the first thing wrong."""
    try:
        return selection.read(plain(body))
    except yaml.YAMLError as wrong:
        line = fault_line(wrong, body)
        raise refused(RULES, field="body", what=f"YAML line {line}" if line else "YAML") from wrong
    except (ValueError, RecursionError) as wrong:
        raise refused(RULES, field="body", what=str(wrong)) from wrong


def method() -> study.Method:
    """How the Time Release Study is made."""
    return _method(*_stamped("study.yaml"))


def _stamped(name: str) -> tuple[Path, int]:
    for folder in (overlay(), SHIPPED):
        path = folder / "inspection" / name if folder is not None else None
        if path is not None and path.is_file():
            return path, path.stat().st_mtime_ns
    raise FileNotFoundError(name)


@lru_cache(maxsize=8)
def _content(path: Path, changed: int) -> dict[str, Any]:
    try:
        raw = plain(path.read_text(encoding="utf-8"))
        if not isinstance(raw, dict):
            raise TypeError("no mapping")
    except _WRONG as wrong:
        raise _broken(path, wrong) from wrong
    return raw


@lru_cache(maxsize=8)
def _sites(path: Path, changed: int) -> tuple[Site, ...]:
    try:
        return tuple(
            Site(
                row["code"], row["zh"], row["en"], int(row["bays"]), time.fromisoformat(row["hours"][0]),
                time.fromisoformat(row["hours"][1]), int(row["minutes"]), tuple(row.get("customs", ())), bool(row.get("rest")),
            )
            for row in _content(path, changed)["sites"]
        )  # fmt: skip
    except _WRONG as wrong:
        raise _broken(path, wrong) from wrong


@lru_cache(maxsize=8)
def _editions(path: Path, changed: int) -> tuple[selection.Edition, ...]:
    try:
        return selection.read(_content(path, changed))
    except ValueError as wrong:
        raise _broken(path, wrong) from wrong


@lru_cache(maxsize=8)
def _method(path: Path, changed: int) -> study.Method:
    try:
        return study.read(_content(path, changed))
    except _WRONG as wrong:
        raise _broken(path, wrong) from wrong


def _broken(path: Path, wrong: Exception) -> Refused:
    return refused(RULES, what=f"{path.name}: {wrong}"[:200])
