"""How far the demonstration has been loaded: a note its loader leaves (processes/records.report_demo)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pilotzone.portal.processes.home import home


@dataclass(frozen=True)
class Loading:
    """Trades done of the total, and the loader's words for the present stage."""

    done: int
    total: int
    stage: str
    finished: bool


def loading() -> Loading | None:
    """The state of the load; None where none was started or its note cannot be read (it may be half written)."""
    try:
        told = json.loads((home() / "run" / "demo.json").read_text(encoding="utf-8"))
        done, total = int(told["done"]), int(told["total"])
        return Loading(done, total, str(told.get("stage", "")), bool(told.get("finished")) or done >= total)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
