"""Who may send for whom, for a batch."""

from __future__ import annotations

from datetime import date
from typing import Any

# (principal, agent, kind of document) → the spans in which it may be sent
Mandated = dict[tuple[int, int, str], list[tuple[date, date | None]]]


def mandates(cursor: Any) -> Mandated:
    """Every mandate, by principal, agent and kind; a revoked one is named without a span."""
    cursor.execute(
        "SELECT principal_id, agent_id, kinds, valid_from, valid_to, revoked_at IS NOT NULL FROM clearance_mandate"
    )
    found: Mandated = {}
    for principal, agent, kinds, first, last, revoked in cursor.fetchall():
        for kind in kinds:
            spans = found.setdefault((principal, agent, kind), [])
            if not revoked:
                spans.append((first, last))
    return found
