"""Who told what in verified reports: a body for the whole, or a county for its own part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.units import code_named
from pilotzone.rooms.plan.engine.declared import Said
from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.models import DONE, Report


@dataclass(frozen=True, slots=True)
class Teller:
    """A unit that reported: its names, its code, whether it is a county or development zone."""

    zh: str
    en: str
    code: str
    county: bool


def tellers(rows: Sequence[Report]) -> dict[str, Teller]:
    """The units of reports by their path."""
    found = Unit.objects.filter(path__in={row.unit for row in rows}) if rows else ()
    return {unit.path: Teller(unit.name_zh, unit.name_en, unit.code, unit.kind == "district") for unit in found}


def part(plan: Plan, row: Report, known: Mapping[str, Teller]) -> bool:
    """Whether a report tells of a part alone: of a county the task does not name itself, but as one of all counties."""
    unit, task = known.get(row.unit), plan.task(row.task)
    names = (*task.lead, *task.participants) if task else ()
    return (
        unit is not None
        and unit.county
        and unit.zh not in names
        and unit.code not in {code_named(one) for one in names}
    )


def figures(plan: Plan, rows: Sequence[Report], target: str, known: Mapping[str, Teller]) -> tuple[Said, ...]:
    """The figures of verified reports about a target as the engine reckons with them, in their order."""
    return tuple(
        Said(row.month, row.unit, row.value, part(plan, row, known))
        for row in rows
        if row.target == target and row.value is not None
    )


def says_done(plan: Plan, rows: Sequence[Report], known: Mapping[str, Teller], on: date) -> tuple[Report, ...]:
    """The reports that say a task is done as a whole: of a body that speaks for it, or of every county there was on that day."""
    done = [row for row in rows if row.status == DONE]
    whole = tuple(row for row in done if not part(plan, row, known))
    if whole or not done:
        return whole
    alive = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
    counties = set(Unit.objects.filter(alive, kind="district").values_list("path", flat=True))
    return tuple(done) if counties and counties <= {row.unit for row in done} else ()
