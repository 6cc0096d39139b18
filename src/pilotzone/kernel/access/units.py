"""The tree of units, from data/units into the database."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import transaction

from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.roles import read

FILES = ("units.yaml", "districts.yaml", "parks.yaml")
SHIPPED = ("kind", "name_zh", "name_en", "path", "gb2260", "valid_from", "valid_to", "note")


@lru_cache(maxsize=1)
def shipped() -> tuple[dict[str, Any], ...]:
    """The rows of the shipped files, parents before children."""
    rows = [row for name in FILES for row in read(name)]
    return tuple(sorted(rows, key=lambda row: row["path"].count(".")))


def code_named(name: str) -> str | None:
    """The code of the unit an official text calls `name`, by its name or another spelling; None when it names none."""
    return next((r["code"] for r in shipped() if name == r["zh"] or name in r.get("also", ())), None)


@transaction.atomic
def load_units() -> int:
    """Bring the table up to the shipped files; how many rows were new or changed. A zone's own units stay as they are."""
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


def _unit(row: dict[str, Any]) -> Unit:
    return Unit(
        code=row["code"], kind=row["kind"], name_zh=row["zh"], name_en=row["en"], path=row["path"],
        gb2260=row.get("gb2260", ""), valid_from=row.get("from"), valid_to=row.get("to"), note=row.get("note", ""),
    )  # fmt: skip
