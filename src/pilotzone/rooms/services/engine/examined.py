"""A file of a service item under examination: what it may name, and the faults found, each with its place and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from pilotzone.rooms.services.engine.lines import Source, dotted, worded
from pilotzone.rooms.services.errors import Finding, finding

MOST_DAYS = 250
FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: units and kinds of firm by their codes, rights by their keys."""

    units: frozenset[str]
    roles: frozenset[str]
    actions: frozenset[str]


@dataclass
class Sheet:
    """A file under examination and what was found."""

    source: Source
    wrong: list[Finding] = field(default_factory=list)

    def fault(self, path: Sequence[str | int], code: str, **values: Any) -> None:
        """Note a fault at a place."""
        place = dotted(path)
        self.wrong.append(finding(place, code, path=place, line=self.source.line(path), **values))

    def value(self, path: Sequence[str | int], zh: str, en: str) -> None:
        """Note that a value is not what it must be."""
        self.fault(path, "format.item.value", name=dotted(path), wanted=zh, wanted_en=en)

    def part(self, node: Any, path: tuple[str | int, ...], must: set[str], may: AbstractSet[str] = frozenset()) -> bool:
        """Whether `node` is a table with these keys; what is missing or strange is noted."""
        if not isinstance(node, dict):
            self.value(path, "若干“键: 值”", "a table of keys")
            return False
        for name in sorted(must - node.keys()):
            self.fault((*path, name), "format.item.missing", name=name)
        for name in node.keys() - must - may:
            self.fault((*path, name), "format.item.unknown", name=name)
        return must <= node.keys()

    def words(self, node: Any, path: tuple[str | int, ...]) -> None:
        """Whether there is a text in both languages."""
        if not isinstance(node, dict) or not worded(node):
            self.value(path, "zh、en两种文字", "a text in zh and en")

    def days(self, value: Any, path: tuple[str | int, ...]) -> None:
        """Whether it is a number of working days."""
        if type(value) is not int or not 1 <= value <= MOST_DAYS:
            self.value(path, f"1至{MOST_DAYS}的工作日数", f"working days from 1 to {MOST_DAYS}")
