"""The room's data files, read once: indicators, forms with edit checks, recognition, boundaries, days of Chinese New Year.

A zone's own file of the same name in `PILOTZONE_HOME/data/indicators` or `…/data/statistics` stands in place of the shipped one.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pilotzone.base.written import plain
from pilotzone.reference.tables import SHIPPED, overlay
from pilotzone.rooms.statistics.engine import boundaries
from pilotzone.rooms.statistics.engine.collection import checks, recognition
from pilotzone.rooms.statistics.engine.indicators.definitions import Indicator, read
from pilotzone.rooms.statistics.engine.regions import Region, regions_of
from pilotzone.rooms.statistics.engine.world import places_of
from pilotzone.rooms.statistics.errors import refused

__all__ = ["boundary_moves", "form_heads", "forms", "indicators", "new_years", "regions", "scale", "tiles", "world"]


@lru_cache(maxsize=1)
def indicators() -> tuple[Indicator, ...]:
    """Every indicator, by group and in the order of the files; a key is of one file only."""
    files = {path.name: path for path in (SHIPPED / "indicators").glob("*.yaml")}
    own = overlay()
    if own is not None:
        files |= {path.name: path for path in (own / "indicators").glob("*.yaml")}
    told: list[Indicator] = []
    owners: dict[str, str] = {}
    for name in sorted(files):
        for one in read(files[name].read_text(encoding="utf-8"), name):
            if owners.setdefault(one.key, name) != name:
                raise refused(
                    "statistics.indicator.file", name=name, count=1, line=1, zh=f"{one.key}已在{owners[one.key]}中",
                    en=f"{one.key} stands in {owners[one.key]}",
                )  # fmt: skip
            told.append(one)
    return tuple(told)


@lru_cache(maxsize=1)
def forms() -> tuple[checks.Form, ...]:
    """The versions of the self-report with their edit checks."""
    return checks.forms(_file("edit_checks.yaml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def scale() -> recognition.Scale:
    """The weights of automatic recognition."""
    return recognition.scale_of(_content("recognition.yaml"))


@lru_cache(maxsize=1)
def boundary_moves() -> tuple[boundaries.Move, ...]:
    """How districts changed."""
    return boundaries.moves(_content("boundaries.yaml"))


@lru_cache(maxsize=1)
def new_years() -> dict[int, date]:
    """The day of Chinese New Year by year."""
    return {day.year: day for row in _content("cny.yaml")["days"] for day in row}


@lru_cache(maxsize=1)
def regions() -> tuple[Region, ...]:
    """Groups of countries with their members by day."""
    return regions_of(_content("regions.yaml"))


@lru_cache(maxsize=1)
def tiles() -> dict[str, tuple[int, int]]:
    """Column and row of each district on the tile map, by path (synthetic)."""
    return {path: (int(place[0]), int(place[1])) for path, place in _content("tiles.yaml")["tiles"].items()}


@lru_cache(maxsize=1)
def world() -> dict[str, tuple[int, int]]:
    """Column and row of each country and territory on the schematic world map, by customs code."""
    return places_of(_content("world.yaml"))


def _file(name: str) -> Path:
    own = overlay()
    there = own / "statistics" / name if own is not None else None
    return there if there is not None and there.is_file() else SHIPPED / "statistics" / name


def _content(name: str) -> Any:
    return plain(_file(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def form_heads() -> dict[str, dict[str, Any]]:
    """The head of each version of the self-report: number, maker, approval, until when."""
    return {row["version"]: row for row in _content("form_heads.yaml")["heads"]}
