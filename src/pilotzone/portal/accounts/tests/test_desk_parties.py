"""Every desk that holds a step of a service item can be seen in a demonstration: somebody plays it."""

from __future__ import annotations

from pilotzone.kernel.access.roles import read, role
from pilotzone.rooms.services import api as services
from pilotzone.rooms.services.queries import items


def test_every_unit_that_holds_a_step_is_played_by_somebody_who_may_decide() -> None:
    played = {
        items.path_of(str(row["unit"]))
        for row in read("parties.yaml")
        if "unit" in row and str(row["unit"]) in items.units() and "service.decide" in role(row["role"]).may
    }
    steps = {path for path, _, _ in services.units()}
    assert steps and steps <= played, sorted(steps - played)
