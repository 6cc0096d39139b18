"""The maps of the explorer: districts and countries as tiles, schematic, each drawn over a table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pilotzone.base.errors import Gap, Refused
from pilotzone.reference.codes import entry
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words

Rows = Sequence[dict[str, Any]]
TILE, GAP, LINE = 40, 2, 11


def districts(rows: Rows) -> list[dict[str, Any]]:
    """The districts of an answer on the tile map, each with a level from 0 to 4 by its part of the largest."""
    most = max((row["value"] for row in rows if row["value"]), default=Decimal(0))
    places = api.tiles()
    return [
        {"column": places[row["code"]][0], "row": places[row["code"]][1], "name": row["name"], "value": row["value"], "hidden": row["hidden"],
         "level": 0 if not row["value"] or not most else min(4, int(row["value"] / most * 4) + 1)}
        for row in rows
        if row["code"] in places
    ]  # fmt: skip


def world(rows: Rows, on: date) -> dict[str, Any]:
    """Every country of the code list as a tile in drawing units, shaded by its part of the largest, and the names that have no tile."""
    told, places = {row["code"]: row for row in rows}, api.world()
    most = max((row["value"] for row in rows if row["value"] and row["code"] in places), default=Decimal(0))
    names = words.codes("country", set(places), on)
    tiles = []
    for code, (column, row) in places.items():
        found = told.get(code)
        value, hidden = (found["value"], found["hidden"]) if found else (None, False)
        tiles.append({
            "x": column * TILE + GAP, "y": row * TILE + GAP, "name": names[code], "value": value, "hidden": hidden,
            "level": "h" if hidden else api.level_of(float(value / most)) if value and most else 0,
            "lines": _lines(code, names[code], on, column * TILE + TILE // 2, row * TILE + TILE // 2),
        })  # fmt: skip
    return {
        "tiles": tiles, "size": TILE - 2 * GAP, "width": (max(column for column, _row in places.values()) + 1) * TILE,
        "height": (max(row for _column, row in places.values()) + 1) * TILE, "outside": [row["name"] for row in rows if row["code"] not in places],
        "legend": [("h", _("已隐去")), (0, _("没有数")), (1, "< 1%"), (2, "1%–10%"), (3, "10%–50%"), (4, "≥ 50%")],
    }  # fmt: skip


def _lines(code: str, name: str, on: date, x: int, y: int) -> list[tuple[int, int, str]]:
    """The words within a tile: the Chinese name in lines, in English (or where it is too long) the ISO letters of the code list."""
    said = () if words.english() else api.lines_of(name)
    if not said:
        try:
            said = (entry("country", code, on=on).extra.get("iso2") or code,)
        except (Gap, Refused):
            said = (code,)
    top = y - (len(said) - 1) * LINE // 2 + 4
    return [(x, top + at * LINE, line) for at, line in enumerate(said)]
