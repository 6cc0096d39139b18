"""Queries as the hub notes them, for tests of what is measured."""

from __future__ import annotations

import datetime

from pilotzone.exchange.hub import rows
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

LIST = "customs.list_status"  # promises 99.5 % and 500 ms


def asked(took_ms: int | None, outcome: str = "answered", *, days_ago: int = 0, way: str = "query") -> None:
    """A query of the tax office as the hub notes it."""
    with scope(PLATFORM):
        rows.run(
            "INSERT INTO exchange_hub_use (at, day, resource, owner, consumer, outcome, way, took_ms)"
            " VALUES (pz_now(), %s, %s, 'zone.customs', 'zone.tax', %s, %s, %s)",
            (clock.today() - datetime.timedelta(days=days_ago), LIST, outcome, way, took_ms),
        )
