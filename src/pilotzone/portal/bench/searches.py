"""Searches over all trades of a zone as pages make them: role web, row-level security, one page of the newest first."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance

TIMES = 3
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")
_TRADES = sql.Identifier("clearance_trade")
_FIRMS = sql.SQL("SELECT firm FROM {}, unnest(parties) firm GROUP BY firm ORDER BY count(*) DESC, firm").format(_TRADES)
_NUMBER = sql.SQL("SELECT order_no, customs_code FROM {} ORDER BY id DESC LIMIT 1").format(_TRADES)
Asked = tuple[Actor, Mapping[str, Any]]


def searched(dsn: str) -> dict[str, dict[str, Any]]:
    """Each question by its name: milliseconds of each time, rows on the page, whether it says to go on from a day.

    `dsn`: of role flood, by which what to ask for is chosen; the questions are this process's own, as role web.
    """
    told = {}
    for name, (actor, filters) in _questions(dsn).items():
        times = []
        for _ in range(TIMES):
            began = time.perf_counter()
            with scope(actor):
                page = clearance.trades(filters)
            times.append(round((time.perf_counter() - began) * 1000, 1))
        told[name] = {"ms": times, "found": len(page["rows"]), "goes_on": page["back"] is not None}
    return told


def _questions(dsn: str) -> dict[str, Asked]:
    with psycopg.connect(dsn) as connection:
        number, district = connection.execute(_NUMBER).fetchone() or ("", "")
        firms = [firm for (firm,) in connection.execute(_FIRMS).fetchall()]
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
