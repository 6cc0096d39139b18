"""What the running tree costs: memory as the sum of proportional set sizes, so that shared pages count once."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import psutil

from pilotzone.portal.processes import records

MEGABYTE = 1024 * 1024


def state_of(state: Path) -> dict[str, Any]:
    """The tree as it is: running, pid, url, database, pss_mb, processes [{name, state, pid, restarts, uptime_s, pss_mb}]."""
    pid = records.holder(state)
    if pid is None:
        return {"running": False, "home": str(state), "processes": []}
    told = records.read(records.tree_file(state))
    rows = [
        {
            "name": row["name"],
            "state": row["state"],
            "pid": row["pid"],
            "restarts": row["restarts"],
            "uptime_s": round(time.time() - row["started"]) if row["pid"] and row["started"] else None,
            "pss_mb": round(proportional(row["pid"]) / MEGABYTE, 1) if row["pid"] else 0.0,
        }
        for row in told.get("processes", [])
    ]
    own = round(proportional(pid, children=False) / MEGABYTE, 1)
    return {
        "running": True,
        "home": str(state),
        "pid": pid,
        "url": told.get("url", ""),
        "database": told.get("database", ""),
        "pss_mb": round(own + sum(float(str(row["pss_mb"])) for row in rows), 1),
        "supervisor_pss_mb": own,
        "processes": rows,
    }


def proportional(pid: int, *, children: bool = True) -> int:
    """Bytes of a process, with its children; what may not be looked at counts nothing."""
    total = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for member in [process, *(process.children(recursive=True) if children else [])]:
            with contextlib.suppress(psutil.Error):
                total += member.memory_full_info().pss
    return total
