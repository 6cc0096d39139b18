"""An action plan as it was issued: chapters, measures, safeguards, tasks with who leads and by when, targets by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.plan.engine.days import LONG, due_day
from pilotzone.rooms.plan.errors import refused

MUST, STRIVE = "必须", "力争"
KINDS = ("annual", "new", "stock", "total")
BOARD = 6


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the annex. `lead` and `participants` as they count, blank cells filled; `due` yyyy-mm or `long`."""

    no: int
    chapter: str
    of: str
    zh: str
    en: str
    lead: tuple[str, ...]
    participants: tuple[str, ...]
    due: str
    strength: str

    @property
    def last_day(self) -> date | None:
        """The last day in time; None for lasting work."""
        return due_day(self.due)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure or safeguard of the text, whose leads may differ from the annex's."""

    no: str
    chapter: str
    zh: str
    en: str
    lead: tuple[str, ...]
    participants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A number the plan asks for in one year. `kind`: annual (within the year), new (added in it), stock (standing at its end),
    total (since the plan began). `above`: more than the number, not the number itself. `base` and `since`: where the straight
    line to the number begins, and on which day: at nothing with the year; of stocks and totals where the last number left off,
    or at nothing with the plan."""

    key: str
    of: str
    zh: str
    en: str
    unit: str
    year: int
    number: Decimal
    kind: str
    above: bool
    strength: str
    where: str
    note: str
    base: Decimal
    since: date


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading of the annex."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Centre:
    """A body the text wants founded without a deadline: the measure it belongs to, its name, the plan's own words."""

    of: str
    zh: str
    en: str
    said_zh: str
    said_en: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan and the document it comes from. `board`: the targets the leaders' board shows, at most six."""

    key: str
    zh: str
    en: str
    document: str
    start: date
    end: date
    chapters: tuple[Chapter, ...]
    measures: tuple[Measure, ...]
    safeguards: tuple[Measure, ...]
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    centre: Centre | None = None
    board: tuple[str, ...] = ()

    def task(self, no: int) -> Task | None:
        """The task of that number."""
        return next((task for task in self.tasks if task.no == no), None)

    def measure(self, no: str) -> Measure | None:
        """The measure or safeguard a task or target belongs to."""
        return next((one for one in (*self.measures, *self.safeguards) if one.no == no), None)


def read(raw: Mapping[str, Any]) -> Plan:
    """A plan from the plain data of its file. Refused `plan.file` names what is missing, doubled or unknown."""
    try:
        plan = Plan(
            key=raw["key"],
            zh=raw["zh"],
            en=raw["en"],
            document=raw["document"],
            start=raw["from"],
            end=raw["to"],
            chapters=tuple(Chapter(c["key"], c["zh"], c["en"]) for c in raw["chapters"]),
            measures=tuple(_measure(one) for one in raw["measures"]),
            safeguards=tuple(_measure(one) for one in raw.get("safeguards", ())),
            tasks=_tasks(raw["tasks"]),
            targets=tuple(target for one in raw.get("targets", ()) for target in _targets(one, raw["from"])),
            centre=_centre(raw.get("centre")),
            board=tuple(raw.get("board") or dict.fromkeys(one["key"] for one in raw.get("targets", ())))[:BOARD],
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
        raise refused("plan.file", what=f"{type(fault).__name__} {fault}") from fault
    _consistent(plan)
    return plan


def _measure(row: Mapping[str, Any]) -> Measure:
    return Measure(
        str(row["n"]), row.get("chapter", "safeguards"), row["zh"], row["en"], tuple(row["lead"]), tuple(row["participants"])
    )  # fmt: skip


def _centre(row: Mapping[str, Any] | None) -> Centre | None:
    return Centre(str(row["of"]), row["zh"], row["en"], row["said"], row["said_en"]) if row is not None else None


def _tasks(rows: Sequence[Mapping[str, Any]]) -> tuple[Task, ...]:
    """A blank cell belongs to the row above; an empty list is “/”, nobody, and is handed down as nobody."""
    found: list[Task] = []
    for row in rows:
        above = found[-1] if found else None
        if above is None and not ("lead" in row and "participants" in row):
            raise ValueError(f"task {row['n']} has no row above")
        lead = tuple(row["lead"]) if "lead" in row else above.lead  # type: ignore[union-attr]
        others = tuple(row["participants"]) if "participants" in row else above.participants  # type: ignore[union-attr]
        due_day(row["due"])
        found.append(
            Task(
                row["n"], row["chapter"], str(row["of"]), row["zh"], row["en"], lead, others, str(row["due"]),
                row.get("strength", MUST),
            )
        )  # fmt: skip
    return tuple(found)


def _targets(row: Mapping[str, Any], start: date) -> list[Target]:
    if row["kind"] not in KINDS:
        raise ValueError(f"target {row['key']}: kind {row['kind']}")
    asked = [(year, number, row["kind"]) for year, number in row["values"].items()]
    asked += [(year, number, "total") for year, number in row.get("total", {}).items()]
    soft = row.get("soft", ())
    base, since, found = Decimal(0), start, []
    for year, number, kind in sorted(asked):
        begins = (base, since) if kind in ("stock", "total") else (Decimal(0), date(int(year), 1, 1))
        found.append(
            Target(
                row["key"], str(row["of"]), row["zh"], row["en"], row["unit"], int(year), Decimal(number), kind,
                row["op"] == "gt", STRIVE if year in soft else row.get("strength", MUST), row["from"],
                row.get("note", ""), *begins,
            )
        )  # fmt: skip
        # what was added year by year adds up to what stands; a figure of one year leaves nothing behind
        base = base + Decimal(number) if kind == "new" else Decimal(number) if kind == "stock" else base
        since = date(int(year) + 1, 1, 1)
    return found


def _consistent(plan: Plan) -> None:
    numbers = [task.no for task in plan.tasks]
    if numbers != list(range(1, len(numbers) + 1)):
        raise refused("plan.file", what="tasks are numbered 1, 2, 3 …")
    chapters = {chapter.key for chapter in plan.chapters}
    for task in plan.tasks:
        if task.chapter not in chapters or plan.measure(task.of) is None:
            raise refused("plan.file", what=f"task {task.no}: chapter {task.chapter}, of {task.of}")
        if not task.lead:
            raise refused("plan.file", what=f"task {task.no}: nobody leads")
    if plan.centre is not None and plan.measure(plan.centre.of) is None:
        raise refused("plan.file", what=f"centre: of {plan.centre.of}")
    if len({(target.key, target.year) for target in plan.targets}) != len(plan.targets):
        raise refused("plan.file", what="a target twice in one year")
    if not set(plan.board) <= {target.key for target in plan.targets}:
        raise refused("plan.file", what=f"board: {', '.join(plan.board)}")
    if plan.start > plan.end or any(not plan.start.year <= target.year <= plan.end.year for target in plan.targets):
        raise refused("plan.file", what="a year outside of the plan")


__all__ = ["KINDS", "LONG", "MUST", "STRIVE", "Centre", "Chapter", "Measure", "Plan", "Target", "Task", "read"]
