"""公告: what the zone tells everybody, a dated file of the zone's own overlay (`data/notices.yaml` in the state folder).

A list of {from, until?, zh, en, href?}; newest first. A faulty entry is left out and logged, the others are shown.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from pilotzone.base.written import plain
from pilotzone.portal.processes.home import home

MOST = 6
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notice:
    """One notice in both languages, shown from `start` until and with `until`; `href` is a path of this site or https."""

    start: date
    zh: str
    en: str
    href: str = ""
    until: date | None = None


def notices(day: date) -> list[Notice]:
    """The notices in force on a day, newest first, at most six."""
    path = home() / "data" / "notices.yaml"
    if not path.is_file():
        return []
    try:
        written = plain(path.read_text(encoding="utf-8")) or []
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as problem:
        log.warning("notices.yaml cannot be read: %s", problem)
        return []
    found = [notice for entry in written if (notice := _notice(entry))] if isinstance(written, list) else []
    valid = [notice for notice in found if notice.start <= day and (notice.until is None or day <= notice.until)]
    return sorted(valid, key=lambda notice: notice.start, reverse=True)[:MOST]


def _notice(entry: Any) -> Notice | None:
    """The entry as a notice; None, and a line in the log, for one that is not well formed."""
    try:
        until = entry.get("until")
        href = str(entry.get("href", ""))
        sound = type(entry["from"]) is date and (until is None or type(until) is date)
        safe = href == "" or href.startswith("https://") or (href.startswith("/") and not href.startswith("//"))
        if sound and safe:
            return Notice(entry["from"], str(entry["zh"]), str(entry["en"]), href, until)
    except (KeyError, AttributeError, TypeError):
        pass
    log.warning("notices.yaml: an entry is not {from, zh, en, href?, until?}: %.80r", entry)
    return None
