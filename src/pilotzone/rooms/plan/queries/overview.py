"""The state of the plan on a day: every task and target with its light, value and the number of records behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.rooms.plan.engine import lights
from pilotzone.rooms.plan.engine.declared import RATIOS, figure
from pilotzone.rooms.plan.engine.lights import Light, Rule
from pilotzone.rooms.plan.engine.plan import Plan, Target, Task
from pilotzone.rooms.plan.models import DONE, Report
from pilotzone.rooms.plan.queries import evidence as records
from pilotzone.rooms.plan.queries.centre import CentreState, centre_state
from pilotzone.rooms.plan.queries.evidence import DECLARED, NONE, NOTHING, Evidence
from pilotzone.rooms.plan.queries.plans import bindings, light_rule
from pilotzone.rooms.plan.queries.reports import confirmed, deadlines_in_force
from pilotzone.rooms.plan.queries.telling import Teller, figures, says_done, tellers


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task, the deadline in force, what proves it and its light."""

    task: Task
    due: date | None
    evidence: Evidence
    light: Light


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target of one year, what is known of it and its light."""

    target: Target
    evidence: Evidence
    light: Light


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole plan on one day, and by which rule its lights were computed. `centre` None: the plan names none, or nothing is known."""

    plan: Plan
    on: date
    rule: Rule
    tasks: tuple[TaskState, ...]
    targets: tuple[TargetState, ...]
    centre: CentreState | None = None


def overview(
    plan: Plan, on: date, *, tasks: Sequence[Task] | None = None, targets: Sequence[Target] | None = None
) -> Overview:
    """Every task and target of `plan`, or these alone, as they stand on that day, for the caller's open scope."""
    rule, bound = light_rule(), bindings(plan.key)
    declared = list(confirmed(plan.key, on).defer("evidence"))
    known = tellers(declared)
    moved = deadlines_in_force(plan.key, on)
    shown = []
    for task in plan.tasks if tasks is None else tasks:
        due = moved.get(task.no, task.last_day)
        found = _task_evidence(plan, task, bound["tasks"].get(task.no), declared, known, on)
        shown.append(
            TaskState(
                task, due, found, lights.of_task(task, due, found.done, on, rule, declared=found.kind == DECLARED)
            )
        )
    asked = []
    for target in plan.targets if targets is None else targets:
        found = _target_evidence(plan, target, bound, declared, known, on)
        light = lights.of_target(target, found.value, on, rule, declared=found.kind == DECLARED)
        asked.append(TargetState(target, found, light))
    return Overview(plan, on, rule, tuple(shown), tuple(asked), centre_state(plan, on))


def unproved(plan: Plan, on: date) -> Overview:
    """The plan where no zone runs: the same lights with no evidence at all."""
    rule = light_rule()
    tasks = (TaskState(t, t.last_day, NOTHING, lights.of_task(t, t.last_day, False, on, rule)) for t in plan.tasks)
    targets = (TargetState(t, NOTHING, lights.of_target(t, None, on, rule)) for t in plan.targets)
    return Overview(plan, on, rule, tuple(tasks), tuple(targets))


def _task_evidence(
    plan: Plan, task: Task, binding: dict[str, object] | None, declared: list[Report], known: dict[str, Teller], on: date
) -> Evidence:  # fmt: skip
    """What records show; a verified report stands in where they show nothing, or where it says done and they do not."""
    found = records.of_records(binding, on) if binding else NOTHING
    own = [row for row in declared if row.task == task.no and not row.target]
    done = says_done(plan, own, known, on)
    if found.done or not own or (found.kind != NONE and not done):
        return found
    newest = done[0] if done else own[0]
    parts = len({row.unit for row in own if row.status == DONE}) if not done else 0
    zh, en = _names(newest.unit, known)
    bare_zh, bare_en = ("", "") if newest.evidence_name else ("，没有附件", ", nothing attached")
    return Evidence(
        DECLARED, newest.value, len(own), bool(done),
        f"{len(own)}份经核实的填报（平台记录没有证明），{zh}{newest.month:%Y年%m月}报{bare_zh}" + (f"；{parts}个县区报本区域已完成" if parts else ""),
        f"{len(own)} verified reports (the platform's records prove nothing of it), {en} for {newest.month:%Y-%m}{bare_en}"
        + (f"; {parts} counties say their part is done" if parts else ""),
        f"/plan/tasks/{task.no}/#reports",
    )  # fmt: skip


def _target_evidence(
    plan: Plan, target: Target, bound: dict[str, dict[Any, dict[str, Any]]], declared: list[Report], known: dict[str, Teller], on: date
) -> Evidence:  # fmt: skip
    """What records show, else what bodies declared and others verified (engine/declared.py)."""
    gap, binding = bound["gaps"].get(target.key), bound["targets"].get(target.key)
    nothing = Evidence(NONE, None, 0, False, gap["zh"], gap["en"]) if gap else NOTHING
    if binding:
        nothing = records.of_records(binding, min(on, date(target.year, 12, 31)))
        if nothing.kind != NONE:
            return nothing
    kinds = {one.year: one.kind for one in plan.targets if one.key == target.key}
    said = figures(plan, declared, target.key, known)
    found = figure(target.kind, target.year, kinds, said, additive=target.unit not in RATIOS)
    if found is None:
        return nothing
    told = [(*_names(row.unit, known), row.month, f"{row.value.normalize():f}") for row in found.rows]
    backed = {(row.unit, row.month) for row in declared if row.target == target.key and row.evidence_name}
    bare = sum((row.unit, row.month) not in backed for row in found.rows)
    return Evidence(
        DECLARED, found.value, len(found.rows), False,
        "填报并经核实：" + "、".join(f"{zh}{month:%Y年%m月}报{value}" for zh, _en, month, value in told) + (f"（{bare}份没有附件）" if bare else ""),
        "declared and verified: " + "; ".join(f"{en} for {month:%Y-%m}: {value}" for _zh, en, month, value in told) + (f" ({bare} with nothing attached)" if bare else ""),
        f"/plan/targets/{target.key}/#reports",
    )  # fmt: skip


def _names(unit: str, known: dict[str, Teller]) -> tuple[str, str]:
    return (known[unit].zh, known[unit].en) if unit in known else (unit, unit)
