"""What comes by time alone: provisional deadlines are reckoned anew when a year's calendar was loaded."""

from __future__ import annotations

from pilotzone.kernel import audit
from pilotzone.rooms.services.operations import desks


def tick() -> int:
    """As the platform; how many deadlines changed. Asked again it does nothing twice."""
    changed = desks.recompute()
    if changed:
        audit.record("service.recompute", object_kind="list", object_id="desks", after={"changed": changed})
    return changed
