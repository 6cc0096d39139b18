"""Every kind of paper this zone prints, gathered from the rooms: a new kind is one function in a room and stands here by itself."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from pilotzone.portal.wiring import PAPERS
from pilotzone.ui.paper.kinds import Kind, unknown


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Code → kind, in the order of the wiring."""
    found: dict[str, Kind] = {}
    for module in PAPERS:
        for kind in import_module(module).KINDS:
            if kind.code in found or any(kind.prefix == other.prefix for other in found.values()):
                raise ValueError(f"{module}: {kind.code} or {kind.prefix} is taken")
            found[kind.code] = kind
    return found


def kind_of(code: str) -> Kind:
    """The kind of a code; Denied `kernel.access.unknown` for another."""
    found = kinds().get(code)
    if found is None:
        raise unknown()
    return found
