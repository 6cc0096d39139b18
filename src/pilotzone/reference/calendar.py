"""Working days of China: weekends, State Council holidays and make-up working days (handbook §0.2).

Years whose notice is not loaded answer by weekends alone and say so: `provisional`. A zone loads a new year by
`PILOTZONE_HOME/data/calendar/*.yaml` in the shipped form; deadlines computed before are computed anew then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Refused
from pilotzone.base.written import plain
from pilotzone.reference.spans import DAY
from pilotzone.reference.tables import SHIPPED, Table

__all__ = ["WorkingDay", "add_working_days", "build", "is_working_day", "look", "next_working_day", "on_or_after"]

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day and whether its year's notice is unknown."""

    day: date
    working: bool
    provisional: bool
    name_zh: str = ""
    name_en: str = ""


@dataclass
class Calendar:
    """Days off with their names, make-up working days, and the years a notice covers."""

    off: dict[date, tuple[str, str]] = field(default_factory=dict)
    work: set[date] = field(default_factory=set)
    years: dict[int, str] = field(default_factory=dict)


def build(overlay: Path | None) -> Calendar:
    """The shipped years; a year in an overlay stands in place of the shipped one."""
    years = _read(SHIPPED / "calendar")
    if overlay is not None and (overlay / "calendar").is_dir():
        years.update(_read(overlay / "calendar"))
    calendar = Calendar()
    for year, parts in years.items():
        calendar.years[year] = parts["document"]
        calendar.work.update(parts["working"])
        for holiday in parts["holidays"]:
            for offset in range((holiday["to"] - holiday["from"]).days + 1):
                calendar.off[holiday["from"] + timedelta(days=offset)] = (holiday["zh"], holiday["en"])
    return calendar


_table = Table(build)


def look(day: date) -> WorkingDay:
    """What kind of day it is."""
    calendar = _table()
    provisional = day.year not in calendar.years
    if day in calendar.off:
        zh, en = calendar.off[day]
        return WorkingDay(day, False, provisional, zh, en)
    return WorkingDay(day, day in calendar.work or day.weekday() < SATURDAY, provisional)


def is_working_day(day: date) -> bool:
    """Whether people work that day; in a year without notice, whether it is Monday to Friday."""
    return look(day).working


def next_working_day(day: date) -> WorkingDay:
    """The first working day after `day`. Provisional if any day on the way was."""
    return add_working_days(day, 1)


def on_or_after(day: date) -> WorkingDay:
    """`day` itself if it is a working day, else the next: how a deadline on a holiday rolls (handbook §1.4)."""
    return add_working_days(day - DAY, 1)


def add_working_days(day: date, count: int) -> WorkingDay:
    """The `count`-th working day after `day` (the event day is not counted). `count` from 1 to 2,000."""
    if not 1 <= count <= 2000:
        raise ValueError("count working days from 1 to 2000")
    provisional, found = False, look(day)
    while count:
        found = look(found.day + DAY)
        provisional = provisional or found.provisional
        count -= found.working
    return WorkingDay(found.day, True, provisional)


def _read(folder: Path) -> dict[int, dict[str, Any]]:
    years: dict[int, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = plain(path.read_text(encoding="utf-8"))
            for year, parts in content["years"].items():
                years[int(year)] = _checked(int(year), parts)
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused(
                code="reference.calendar",
                zh=f"假期文件有误 {path.name}：{error}",
                en=f"Holiday file is not in order. {path.name}: {error}",
                source="docs/dates.md",
                whose="zone",
            ) from error
    return years


def _checked(year: int, parts: dict[str, Any]) -> dict[str, Any]:
    if not parts["document"] or parts["tag"] not in ("A", "B", "C", "P"):
        raise ValueError(f"{year} needs the document and a tag")
    for holiday in parts["holidays"]:
        days = (holiday["to"] - holiday["from"]).days
        if not 0 <= days < 31 or not year - 1 <= holiday["from"].year <= year:
            raise ValueError(f"{year}: holiday {holiday['from']} to {holiday['to']}")
        holiday["zh"], holiday["en"] = str(holiday["zh"]), str(holiday["en"])
    for day in parts["working"]:
        if day.weekday() < SATURDAY:
            raise ValueError(f"{year}: make-up day {day} is no weekend")
    return dict(parts)
