"""Groups of countries on a day: RCEP, the European Union, the United States; who is of none is of the rest of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

REST = "rest"


@dataclass(frozen=True, slots=True)
class Region:
    """A group with its members by day: (first day, last day or None, code)."""

    key: str
    zh: str
    en: str
    document: str
    tag: str
    members: tuple[tuple[date, date | None, str], ...]


def regions_of(content: Mapping[str, Any]) -> tuple[Region, ...]:
    """The groups of the data file; ValueError where a country is in two groups on one day."""
    told = tuple(
        Region(
            row["key"], row["zh"], row["en"], row["document"], row["tag"],
            tuple((part["from"], part.get("to"), str(code)) for part in row["members"] for code in part["codes"]),
        )
        for row in content["regions"]
    )  # fmt: skip
    for day in {first for one in told for first, _last, _code in one.members}:
        codes = [code for one in told for code in _members(one, day)]
        if len(codes) != len(set(codes)):
            raise ValueError(f"a country stands in two groups on {day}")
    return told


def membership(regions: Sequence[Region], on: date) -> dict[str, str]:
    """Country → key of its group on a day."""
    return {code: one.key for one in regions for code in _members(one, on)}


def _members(one: Region, on: date) -> list[str]:
    return [code for first, last, code in one.members if first <= on and (last is None or on <= last)]
