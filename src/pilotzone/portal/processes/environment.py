"""What each process of the tree is told: the state folder, its database role and connection, and its own settings."""

from __future__ import annotations

import os

from pilotzone.portal.processes import connections
from pilotzone.portal.processes.tree import DXP_ID, Plan, Program


def environment_of(plan: Plan, program: Program) -> dict[str, str]:
    """The environment of one process. PILOTZONE_DSN is its role's connection; Django finds its own by the role."""
    told = {
        **os.environ,
        "PILOTZONE_HOME": str(plan.state),
        "PILOTZONE_SUPERVISED": "1",
        "DJANGO_SETTINGS_MODULE": "pilotzone.portal.settings",
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc keeps an arena per thread and core otherwise: tens of MB for nothing
        **program.environment,
    }
    told.setdefault("PILOTZONE_DXP_ID", DXP_ID)
    if program.role:
        told["PILOTZONE_DB_ROLE"] = program.role
        told["PILOTZONE_DSN"] = connections.dsn(f"pz_{program.role}", plan.state)
    return told
