"""The world as tiles: where each customs country code stands on the schematic map, read from rows of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SEA = "..."


def places_of(content: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Code → (column, row) from 0; ValueError where a word of the rows is no customs code or a code stands twice."""
    told: dict[str, tuple[int, int]] = {}
    for row, line in enumerate(str(content["map"]).splitlines()):
        for column, code in enumerate(line.split()):
            if code == SEA:
                continue
            if len(code) != 3 or not code.isdecimal():
                raise ValueError(f"row {row + 1}: {code} is no customs country code")
            if code in told:
                raise ValueError(f"row {row + 1}: {code} stands twice")
            told[code] = (column, row)
    return told


def level_of(part: float) -> int:
    """The shade 1 to 4 of a figure by its part of the largest: below 1 %, from 1 %, from 10 %, from a half; 0 for nothing."""
    return 0 if part <= 0 else 1 if part < 0.01 else 2 if part < 0.1 else 3 if part < 0.5 else 4


def lines_of(name: str, most: int = 9) -> tuple[str, ...]:
    """A name in lines of three signs at most, as even as can be, for a tile; empty where it is longer than `most` signs."""
    if not 0 < len(name) <= most:
        return ()
    count = -(-len(name) // 3)
    size = -(-len(name) // count)
    return tuple(name[at : at + size] for at in range(0, len(name), size))
