"""Searches over all trades of a zone as pages make them: role web, row-level security, one page of the newest first."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance

TIMES = 3
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")
Asked = tuple[Actor, Mapping[str, Any]]


def searched() -> dict[str, dict[str, Any]]:
    """Each question by its name: milliseconds of each time, rows on the page, whether it says to go on from a day."""
    told = {}
    for name, (actor, filters) in _questions().items():
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            with scope(actor):
                page = clearance.trades(filters)
            times.append(round((time.perf_counter() - began) * 1000, 1))
        told[name] = {"ms": times, "found": len(page["rows"]), "goes_on": page["back"] is not None}
    return told


def _questions() -> dict[str, Asked]:
    with scope(PLATFORM):
        newest = clearance.trades({}, 1, 1)["rows"][0]
        firms = clearance.firms_by_trades()
    number, district = newest["order_no"], newest["customs_code"]
    most, fewest = (Actor(kind=ENTERPRISE, organisation=firm, role="ebc") for firm in (firms[0], firms[-1]))
    today = clock.today()
    return {
        "the newest of all": (CUSTOMS, {}),
        "one number": (CUSTOMS, {"number": number}),
        "a month": (CUSTOMS, {"since": today - timedelta(days=40), "until": today - timedelta(days=10)}),
        "refused": (CUSTOMS, {"state": "refused"}),
        "of one district": (CUSTOMS, {"customs": district}),
        "that no trade is like": (CUSTOMS, {"mode": "1239"}),
        "the newest of the firm with most": (most, {}),
        "the newest of the firm with fewest": (fewest, {}),
        "what waits for a firm": (most, {"mine": True}),
    }
