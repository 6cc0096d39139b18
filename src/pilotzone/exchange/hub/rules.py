"""The dated rules of sharing: days of each step (data/sharing/rules.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.base.written import plain
from pilotzone.reference.tables import SHIPPED, Table


@dataclass(frozen=True, slots=True)
class Rule:
    """A number with its document; `tag` says how sure it is."""

    key: str
    value: int
    since: date
    document: str
    article: str
    tag: str


def build(overlay: Path | None) -> dict[str, list[Rule]]:
    """Every rule's values, the latest first."""
    whole: dict[str, Any] = plain((SHIPPED / "sharing" / "rules.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[Rule]] = {}
    for row in whole["rules"]:
        made = Rule(row["key"], int(row["value"]), row["from"], row["document"], row["article"], row["tag"])
        found.setdefault(made.key, []).append(made)
    return {key: sorted(rows, key=lambda one: one.since, reverse=True) for key, rows in found.items()}


def rule(key: str, *, on: date) -> Rule:
    """The rule in force on a day; Gap `hub.rule` where none was."""
    for one in _table().get(key, []):
        if one.since <= on:
            return one
    raise Gap(
        code="hub.rule",
        zh=f"没有适用于该日的规则“{key}”。",
        en=f"No rule “{key}” is known for that day.",
        source="data/sharing/rules.yaml",
    )


_table = Table(build)
