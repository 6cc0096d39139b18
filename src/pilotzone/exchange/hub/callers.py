"""In whose name the hub is asked: an officer or a system of a department, as its own body in the tree."""

from __future__ import annotations

from pilotzone.exchange.hub.errors import denied
from pilotzone.kernel.access.actor import AGENCY
from pilotzone.kernel.access.scope import current


def department() -> str:
    """The caller's department: the unit right below the zone. Denied `hub.department` to everybody else."""
    actor = current()
    parts = actor.unit_path.split(".")
    if actor.kind != AGENCY or len(parts) < 2 or parts[0] != "zone":
        raise denied("hub.department")
    return ".".join(parts[:2])


def person() -> int:
    """The person who acts; Denied `hub.department` where only a system does: steps of an agreement are people's."""
    found = current().person
    if found is None:
        raise denied("hub.department")
    return found
