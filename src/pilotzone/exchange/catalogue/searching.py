"""Finding resources by words (Chinese needs no spaces) and filters; a catalogue of thousands is walked in milliseconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pilotzone.exchange.catalogue.shapes import Resource

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; empty is everything. `words`: every one must occur, letters of either case."""

    words: str = ""
    owner: str = ""
    sharing: str = ""
    klass: str = ""


def find(resources: Iterable[Resource], asked: Asked) -> list[Resource]:
    """The resources asked for: those whose name has the words before those that only mention them, then by code."""
    words = [word for word in asked.words[:LONGEST].lower().split() if word]
    found = [
        one
        for one in resources
        if (not asked.owner or one.owner == asked.owner)
        and (not asked.sharing or one.sharing == asked.sharing)
        and (not asked.klass or one.worst == asked.klass)
        and all(word in one.words for word in words)
    ]
    return sorted(
        found, key=lambda one: (not all(word in f"{one.zh} {one.en} {one.code}".lower() for word in words), one.code)
    )
