"""Who may send for whom, for a batch."""

from __future__ import annotations

from datetime import date
from typing import Any

# (principal, agent, kind of document) → the spans in which it may be sent
Mandated = dict[tuple[int, int, str], list[tuple[date, date | None]]]


def mandates(cursor: Any) -> Mandated:
    """Every mandate, by principal, agent and kind."""
    cursor.execute("SELECT principal_id, agent_id, kinds, valid_from, valid_to FROM clearance_mandate")
    found: Mandated = {}
    for principal, agent, kinds, first, last in cursor.fetchall():
        for kind in kinds:
            found.setdefault((principal, agent, kind), []).append((first, last))
    return found
