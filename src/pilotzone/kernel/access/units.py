"""The tree of units, from data/units into the database."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import transaction

from pilotzone.base.errors import Refused
from pilotzone.base.sentences import Sentences
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.roles import read

FILES = ("units.yaml", "districts.yaml", "parks.yaml")
SHIPPED = ("kind", "name_zh", "name_en", "path", "gb2260", "valid_from", "valid_to", "note")

SENTENCES = Sentences(
    {
        "kernel.unit.twice": ("两个单位的{what}相同：“{value}”", "Two units have the same {what}: “{value}”", "data/units", "zone", "改正单位文件", "Correct the file of units"),
        "kernel.unit.parent": ("单位“{unit}”的上级不在单位树中", "The unit above “{unit}” is not in the tree", "data/units", "zone", "改正其 path", "Correct its path"),
        "kernel.unit.cycle": ("单位“{unit}”的承继关系成环", "The successors of the unit “{unit}” lead back to it", "data/units", "zone", "改正其 successor", "Correct its successor"),
        "kernel.unit.successor": ("单位“{unit}”的承继单位不存在", "The successor of the unit “{unit}” does not exist", "data/units", "zone", "改正其 successor", "Correct its successor"),
    }
)  # fmt: skip
log = logging.getLogger("pilotzone.units")


@lru_cache(maxsize=1)
def shipped() -> tuple[dict[str, Any], ...]:
    """The rows of the shipped files, parents before children."""
    rows = [row for name in FILES for row in read(name)]
    return tuple(sorted(rows, key=lambda row: row["path"].count(".")))


def code_named(name: str) -> str | None:
    """The code of the unit an official text calls `name`, by its name or another spelling; None when it names none."""
    return _codes().get(name)


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in shipped():
        for name in (row["zh"], *row.get("also", ())):
            found.setdefault(name, row["code"])
    return found


@transaction.atomic
def load_units() -> int:
    """Bring the table up to the shipped files; how many rows were new or changed. A zone's own units stay as they are.

    Refused `kernel.unit.*` where the rows are no tree: it is logged, and nothing is changed.
    """
    try:
        hold_together(shipped())
    except Refused as refused:
        log.error("%s %s", refused.code, refused.en)
        raise
    known = {unit.code: unit for unit in Unit.objects.all()}
    wanted = [_unit(row) for row in shipped()]
    made = Unit.objects.bulk_create(one for one in wanted if one.code not in known)
    changed = len(made)
    for one in wanted:
        if one.code in known and any(getattr(one, name) != getattr(known[one.code], name) for name in SHIPPED):
            Unit.objects.filter(code=one.code).update(**{name: getattr(one, name) for name in SHIPPED})
            changed += 1
    numbers = {unit.code: unit.pk for unit in (*known.values(), *made)}
    before = {unit.code: unit.successor_id for unit in known.values()}
    for row in shipped():
        if (after := row.get("successor")) and before.get(row["code"]) != numbers[after]:
            changed += Unit.objects.filter(code=row["code"]).update(successor=numbers[after])
    return changed


def hold_together(rows: Sequence[dict[str, Any]]) -> None:
    """Judge rows of units: each code, place and name once among those that are valid together, every place below one that
    is there, successors that come to an end. Refused `kernel.unit.*`."""
    for what in ("code", "path"):
        twice = next((value for value, times in Counter(row[what] for row in rows).items() if times > 1), None)
        if twice is not None:
            raise SENTENCES.refused("kernel.unit.twice", what=what, value=str(twice)[:60])
    for row in rows:
        for other in rows:
            if row["code"] < other["code"] and row["zh"] == other["zh"] and _together(row, other):
                raise SENTENCES.refused("kernel.unit.twice", what="zh", value=str(row["zh"])[:60])
    places = {row["path"] for row in rows}
    after = {row["code"]: row.get("successor") for row in rows}
    for row in rows:
        above = row["path"].rpartition(".")[0]
        if above and above not in places:
            raise SENTENCES.refused("kernel.unit.parent", unit=row["code"])
        passed, code = {row["code"]}, after[row["code"]]
        while code:
            if code not in after:
                raise SENTENCES.refused("kernel.unit.successor", unit=row["code"])
            if code in passed:
                raise SENTENCES.refused("kernel.unit.cycle", unit=row["code"])
            passed.add(code)
            code = after[code]


def _together(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether there is a day on which both exist; `to` is the last one."""
    return all(not (a.get("to") and b.get("from")) or a["to"] >= b["from"] for a, b in ((one, other), (other, one)))


def _unit(row: dict[str, Any]) -> Unit:
    return Unit(
        code=row["code"], kind=row["kind"], name_zh=row["zh"], name_en=row["en"], path=row["path"],
        gb2260=row.get("gb2260", ""), valid_from=row.get("from"), valid_to=row.get("to"), note=row.get("note", ""),
    )  # fmt: skip
