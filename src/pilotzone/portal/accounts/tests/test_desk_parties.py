"""Every desk that holds a step of a service item can be seen in a demonstration: somebody plays it; so can reporting on the plan."""

from __future__ import annotations

from pilotzone.kernel.access.roles import read, role
from pilotzone.kernel.access.units import shipped
from pilotzone.rooms.plan import api as plan
from pilotzone.rooms.services import api as services


def test_every_unit_that_holds_a_step_is_played_by_somebody_who_may_decide() -> None:
    paths = {str(row["code"]): str(row["path"]) for row in shipped()}
    played = {
        paths[str(row["unit"])]
        for row in read("parties.yaml")
        if str(row.get("unit")) in paths and "service.decide" in role(row["role"]).may
    }
    steps = {path for path, _, _ in services.units()}
    assert steps and steps <= played, sorted(steps - played)


def test_somebody_plays_who_reports_on_the_plan_for_a_department_and_for_a_county() -> None:
    parts = [row for row in read("parties.yaml") if "unit" in row and "report.fill" in role(row["role"]).may]
    assert {role(row["role"]).kind for row in parts} == {"agency", "district"}
    led = {unit for task in plan.plan_of("nanchang-2019").tasks for unit in task.lead}
    names = {str(row["code"]): str(row["zh"]) for row in shipped()}
    assert any(names[str(row["unit"])] in led for row in parts), "one that leads a task"
