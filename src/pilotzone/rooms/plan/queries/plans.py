"""The plan in force: a file of data/plan, or of the zone's own PILOTZONE_HOME/data/plan, chosen by PILOTZONE_PLAN."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.written import plain
from pilotzone.reference.tables import SHIPPED, overlay
from pilotzone.rooms.plan.engine.lights import Rule, rule_of
from pilotzone.rooms.plan.engine.plan import Plan, Target, Task, read
from pilotzone.rooms.plan.engine.work import Work, work_of
from pilotzone.rooms.plan.errors import refused

DEFAULT = "nanchang-2019"
PARTS = ("tasks", "targets", "gaps", "reports", "facts")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def plan_in_force() -> Plan:
    """The plan the zone runs. Refused `plan.unknown_plan` or `plan.file` where the file is missing or not in order."""
    return plan_of(os.environ.get("PILOTZONE_PLAN", "") or DEFAULT)


def plan_of(key: str) -> Plan:
    """A plan by its key; the zone's own file of that name comes before the shipped one."""
    if not _KEY.fullmatch(key):
        raise refused("plan.unknown_plan", key=key[:60])
    path = _found(f"{key}.yaml")
    if path is None:
        raise refused("plan.unknown_plan", key=key)
    plan = _read(path, path.stat().st_mtime_ns)
    if plan.key != key:
        raise refused("plan.file", what=f"key {plan.key}")
    return plan


def plan_from(path: Path) -> Plan:
    """A plan from any file, to look at before it is put in force."""
    return read(_plain(path))


def light_rule() -> Rule:
    """The rule of the lights: the zone's own or the shipped proposal."""
    path = _found("lights.yaml")
    assert path is not None
    return rule_of(_plain(path))


def work_rule() -> Work:
    """The rules of working by the plan: the zone's own or the shipped proposal."""
    path = _found("work.yaml")
    assert path is not None
    return work_of(_plain(path))


def bindings(key: str) -> dict[str, dict[Any, dict[str, Any]]]:
    """What proves the tasks (by number) and targets (by key) of that plan; by key why a target cannot be seen (`gaps`) and which task's bodies
    declare a main goal (`reports`); which declared figures are numbers of statistics (`facts`). Empty for a plan without bindings."""
    for folder in (overlay(), SHIPPED):
        path = folder / "plan" / "evidence.yaml" if folder is not None else None
        if path is not None and path.is_file():
            raw = _plain(path)
            if raw.get("plan") == key:
                return {name: raw.get(name) or {} for name in PARTS}
    return {name: {} for name in PARTS}


def targets_of(plan: Plan, task: Task) -> tuple[Target, ...]:
    """The targets a task serves: those of its measure, and those of the main goals whose figures its bodies declare."""
    served = bindings(plan.key)["reports"]
    return tuple(one for one in plan.targets if one.of == task.of or served.get(one.key) == task.no)


def tasks_of(plan: Plan, target: Target) -> tuple[Task, ...]:
    """The tasks a target is served by."""
    served = bindings(plan.key)["reports"].get(target.key)
    return tuple(task for task in plan.tasks if task.of == target.of or task.no == served)


def tasks_proved_by(plan: Plan, query: str) -> tuple[int, ...]:
    """The numbers of the tasks a query of the records proves."""
    bound = bindings(plan.key)["tasks"]
    return tuple(task.no for task in plan.tasks if (bound.get(task.no) or {}).get("query") == query)


def _found(name: str) -> Path | None:
    for folder in (overlay(), SHIPPED):
        if folder is not None and (folder / "plan" / name).is_file():
            return folder / "plan" / name
    return None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> Plan:
    return read(_plain(path))


def _plain(path: Path) -> Any:
    try:
        raw = plain(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise refused("plan.file", what=f"{path.name}: {type(fault).__name__}") from fault
    if not isinstance(raw, dict):
        raise refused("plan.file", what=path.name)
    return raw
