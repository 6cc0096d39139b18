"""考核评分: a unit's score of a year out of what evidence shows, every point of it unfolded. plan_work.v1

A part nothing can be said about is left out and the weights of the others fill its place; a unit with no part has no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pilotzone.rooms.plan.engine.lights import LONG
from pilotzone.rooms.plan.engine.work import PARTS, Work

TENTH = Decimal("0.1")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A task the unit leads or takes part in, and its light at the year's end."""

    no: int
    light: str
    leads: bool


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A target of the year under a measure the unit leads; `value` None where there is no figure."""

    key: str
    number: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What counts for a unit in a year: monthly reports due and sent in time, actions due and closed in time."""

    tasks: Sequence[TaskFact]
    targets: Sequence[TargetFact]
    reports_due: int
    reports_in_time: int
    actions_due: int
    actions_in_time: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its own points (0 to 100), its weight as used, what it adds to the score and how it came about."""

    key: str
    weight: Decimal
    points: Decimal
    adds: Decimal
    rows: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data to keep with the scorecard; numbers as strings."""
        return {
            "key": self.key, "weight": str(self.weight), "points": str(self.points), "adds": str(self.adds), "rows": list(self.rows),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """The whole, to a tenth of a point; the parts add up to it before rounding."""

    score: Decimal
    parts: tuple[Part, ...]


def score(facts: Facts, work: Work) -> Score | None:
    """The score of a unit; None where nothing counts for it that year."""
    found = {
        "tasks": _tasks(facts.tasks, work),
        "targets": _targets(facts.targets),
        "reports": _share("reports", facts.reports_in_time, facts.reports_due),
        "actions": _share("actions", facts.actions_in_time, facts.actions_due),
    }
    counted = [key for key in PARTS if found[key] is not None and work.weights[key]]
    whole = sum((work.weights[key] for key in counted), Decimal(0))
    if not whole:
        return None
    parts = []
    for key in counted:
        points, rows = found[key] or (Decimal(0), ())
        weight = work.weights[key] * HUNDRED / whole
        parts.append(Part(key, weight.quantize(TENTH), points.quantize(TENTH), weight * points / HUNDRED, rows))
    total = sum((part.adds for part in parts), Decimal(0)).quantize(TENTH, ROUND_HALF_UP)
    return Score(total, tuple(parts))


def _tasks(tasks: Sequence[TaskFact], work: Work) -> tuple[Decimal, tuple[dict[str, Any], ...]] | None:
    rows = [
        {"task": one.no, "light": one.light, "points": str(work.lights[one.light]), "leads": one.leads}
        for one in tasks
        if one.light != LONG
    ]
    if not rows:
        return None
    shares = [Decimal(1) if row["leads"] else work.part_share for row in rows]
    points = sum((share * Decimal(str(row["points"])) for share, row in zip(shares, rows, strict=True)), Decimal(0))
    return points / sum(shares), tuple(rows)


def _targets(targets: Sequence[TargetFact]) -> tuple[Decimal, tuple[dict[str, Any], ...]] | None:
    rows, points = [], Decimal(0)
    for one in targets:
        reached = Decimal(0) if one.value is None else min(one.value / one.number, Decimal(1)) * HUNDRED
        points += reached
        rows.append(
            {"target": one.key, "asked": f"{one.number:f}", "value": None if one.value is None else f"{one.value:f}",
             "points": str(reached.quantize(TENTH))}
        )  # fmt: skip
    return (points / len(rows), tuple(rows)) if rows else None


def _share(key: str, good: int, due: int) -> tuple[Decimal, tuple[dict[str, Any], ...]] | None:
    if not due:
        return None
    return Decimal(good) * HUNDRED / due, ({key: due, "in_time": good},)
