"""Every desk that holds a step of a service item can be seen in a demonstration: somebody plays it."""

from __future__ import annotations

from pilotzone.kernel.access.roles import read, role
from pilotzone.kernel.access.units import shipped
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
