"""How far the demonstration has been loaded: a note the loader leaves in the state folder."""

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

    @property
    def finished(self) -> bool:
        return self.done >= self.total


def loading() -> Loading | None:
    """The state of the load; None where none was started or its note cannot be read (it may be half written)."""
    try:
        told = json.loads((home() / "run" / "demo.json").read_text(encoding="utf-8"))
        return Loading(int(told["done"]), int(told["total"]), str(told.get("stage", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
