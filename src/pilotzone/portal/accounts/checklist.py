"""First steps, by role: data/units/checklists.yaml, ticked off by the person."""

from __future__ import annotations

from dataclasses import dataclass

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import ChecklistMark
from pilotzone.kernel.access.roles import read
from pilotzone.kernel.access.scope import current


@dataclass(frozen=True)
class Step:
    """One step, where it is done, and whether it is."""

    key: str
    zh: str
    en: str
    page: str
    done: bool


def steps() -> list[Step]:
    """The caller's steps: everybody's first, then his role's."""
    lists = read("checklists.yaml")
    rows = [*lists["*"], *lists.get(current().role, [])]
    marks = set(ChecklistMark.objects.filter(person_id=current().person or 0).values_list("key", flat=True))
    return [Step(row["key"], row["zh"], row["en"], row["page"], row["key"] in marks) for row in rows]


def tick(key: str, *, done: bool) -> None:
    """Mark a step of the caller as done or not. Refused `accounts.step` for a step that is not his."""
    if key not in {step.key for step in steps()}:
        raise Refused(code="accounts.step", zh="没有这一步骤。", en="There is no such step.")
    mine = ChecklistMark.objects.filter(person_id=current().person or 0, key=key)
    if not done:
        mine.delete()
    elif not mine.exists():
        ChecklistMark.objects.create(person_id=current().person or 0, key=key, done_at=clock.now())
