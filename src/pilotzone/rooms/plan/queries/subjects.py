"""The bodies that answer for the plan on a day, and which of its tasks they lead or take part in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.units import code_named
from pilotzone.rooms.plan.engine.plan import Plan, Task
from pilotzone.rooms.plan.engine.work import Work

GROUP = "districts"  # 各县（区）政府、开发区（新区）管委会: every one of them answers for itself
EVERYBODY = frozenset({"group", "zone"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A body: its path in the tree, its names, the codes it answers to (its own and its group's), and whether the city only
    coordinates it: then no chase and no score, but a 工作通报."""

    path: str
    zh: str
    en: str
    codes: frozenset[str]
    coordinated: bool

    def named_in(self, names: Sequence[str]) -> bool:
        """Whether any of the names of an official text means this body: by its shipped spelling, or as the zone entered it."""
        return self.zh in names or bool(self.codes & {code_named(name) for name in names})

    def leads(self, task: Task) -> bool:
        """Whether it leads the task."""
        return self.named_in(task.lead)

    def joins(self, task: Task) -> bool:
        """Whether it leads or takes part."""
        return self.leads(task) or self.named_in(task.participants)


def subjects(plan: Plan, work: Work, on: date) -> tuple[Subject, ...]:
    """Everybody the plan's tasks name who existed on that day, groups told apart into their members, in the tree's order."""
    return _subjects(plan, work, on, "")


def subject_of(plan: Plan, work: Work, on: date, path: str) -> Subject | None:
    """The body of a caller's place in the tree; None where the plan does not name it."""
    return next(iter(_subjects(plan, work, on, path)), None) if path else None


def _subjects(plan: Plan, work: Work, on: date, path: str) -> tuple[Subject, ...]:
    """Those at that path; all where it is empty."""
    names = {name for task in plan.tasks for name in (*task.lead, *task.participants)}
    named = {code_named(name) for name in names} - {None} - EVERYBODY
    aside = {code_named(name) for name in work.coordinated}
    alive = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
    # a zone's own units are known by the name they were entered with
    known = Q(code__in=[code for code in named if code != GROUP]) | (
        Q(name_zh__in=names) & ~Q(code__in=EVERYBODY | {GROUP})
    )
    if GROUP in named:
        known |= Q(kind="district")
    rows = Unit.objects.filter(alive & known).order_by("path")
    if path:
        rows = rows.filter(path=path)
    return tuple(
        Subject(
            row.path, row.name_zh, row.name_en,
            frozenset({row.code, GROUP} if row.kind == "district" and GROUP in named else {row.code}), row.code in aside or row.name_zh in work.coordinated,
        )
        for row in rows
    )  # fmt: skip
