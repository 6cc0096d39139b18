"""What customs tells of a registered enterprise, to whoever was verified for it."""

from __future__ import annotations

from typing import Any

NAME = "customs"
CLOSED = ("tradeCode", "tradeName", "creditLevel", "regStatus", "regAddress", "lawMan")


def tell(entry: dict[str, Any], *, verified: bool) -> dict[str, Any] | None:
    """The fields of an answer; None where nothing may be told."""
    return {name: entry.get(name, "") for name in CLOSED} if verified else None
