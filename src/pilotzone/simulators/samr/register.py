"""What market regulation tells of an entity: everybody the public part, whoever was verified the rest as well."""

from __future__ import annotations

from typing import Any

NAME = "samr"
OPEN = ("UNISCID", "ENTNAME", "ENTTYPE", "DOM", "ESTDATE", "OPSCOPE", "REGSTATE", "ABNLIST")
CLOSED = ("LEREP",)


def tell(entry: dict[str, Any], *, verified: bool) -> dict[str, Any] | None:
    """The fields of an answer; None where nothing may be told."""
    return {name: entry.get(name, "") for name in (OPEN + CLOSED if verified else OPEN)}
