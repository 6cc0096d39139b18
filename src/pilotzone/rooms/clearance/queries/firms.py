"""Which firms have trades, by how many."""

from __future__ import annotations

from django.db import connection


def by_trades() -> list[int]:
    """The firms named in trades the caller sees, the one in most trades first. Reads every trade: for measurements, not for pages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT firm FROM clearance_trade, unnest(parties) firm GROUP BY firm ORDER BY count(*) DESC, firm"
        )
        return [firm for (firm,) in cursor.fetchall()]
