"""Whether customs has said anything to messages that went there."""

from __future__ import annotations

from collections.abc import Iterable

from pilotzone.kernel.database import cursor_of


def answered(messages: Iterable[int]) -> set[int]:
    """Those of the messages that a receipt of customs names; told to the zone's own people only, and nothing more."""
    wanted = sorted(set(messages))
    if not wanted:
        return set()
    with cursor_of() as cursor:
        cursor.execute("SELECT * FROM clearance_answered(%s)", (wanted,))
        return {row[0] for row in cursor.fetchall()}
