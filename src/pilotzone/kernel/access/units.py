"""The tree of units, from data/units into the database."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import transaction

from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.roles import read

FILES = ("units.yaml", "districts.yaml", "parks.yaml")


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
    changed = 0
    for row in shipped():
        values = {
            "kind": row["kind"],
            "name_zh": row["zh"],
            "name_en": row["en"],
            "path": row["path"],
            "gb2260": row.get("gb2260", ""),
            "valid_from": row.get("from"),
            "valid_to": row.get("to"),
            "note": row.get("note", ""),
        }
        changed += _put(row["code"], values)
    for row in shipped():
        if after := row.get("successor"):
            successor = Unit.objects.get(code=after)
            changed += Unit.objects.filter(code=row["code"]).exclude(successor=successor).update(successor=successor)
    return changed


def _put(code: str, values: dict[str, Any]) -> int:
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        Unit.objects.create(code=code, **values)
        return 1
    if all(getattr(unit, name) == value for name, value in values.items()):
        return 0
    Unit.objects.filter(pk=unit.pk).update(**values)
    return 1
