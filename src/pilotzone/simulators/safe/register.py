"""What SAFE tells of a body (name list and class), to whoever was verified for it. Its id is characters 9-17 of the code."""

from __future__ import annotations

from typing import Any

NAME = "safe"
CLOSED = ("corpCode", "corpName", "inList", "grade")


def tell(entry: dict[str, Any], *, verified: bool) -> dict[str, Any] | None:
    """The fields of an answer; None where nothing may be told."""
    return {name: entry.get(name, "") for name in CLOSED} if verified else None
