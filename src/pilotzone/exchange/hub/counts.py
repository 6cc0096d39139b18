"""对账: what the hub counted for a department on a day that is over, beside what the department counted itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from pilotzone.exchange.hub import log, rows
from pilotzone.exchange.hub.agreements import USE
from pilotzone.exchange.hub.callers import department
from pilotzone.exchange.hub.errors import refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current

FIGURES = ("queries", "refused", "rows", "provided", "sent", "received")
MOST = 10**12


def ours(unit: str, day: date) -> dict[str, int]:
    """What the hub counted: queries answered, refused, rows received, rows provided, messages sent and received."""
    used = rows.first(
        "SELECT count(*) FILTER (WHERE consumer = %s AND outcome = 'answered' AND way = 'query') AS queries,"
        " count(*) FILTER (WHERE consumer = %s AND outcome <> 'answered') AS refused,"
        " coalesce(sum(rows) FILTER (WHERE consumer = %s AND way = 'query'), 0) AS rows,"
        " coalesce(sum(rows) FILTER (WHERE owner = %s AND consumer <> %s AND way = 'query'), 0) AS provided,"
        " count(*) FILTER (WHERE owner = %s AND way = 'message') AS sent"
        " FROM exchange_hub_use WHERE day = %s",
        (unit, unit, unit, unit, unit, unit, day),
    )
    taken = rows.first(
        "SELECT count(*) AS n FROM exchange_hub_message WHERE target = %s AND state = 'taken'"
        " AND (settled_at AT TIME ZONE 'Asia/Shanghai')::date = %s",
        (unit, day),
    )
    return {name: int(value) for name, value in (used or {}).items()} | {"received": int(taken["n"]) if taken else 0}


def units(day: date) -> list[str]:
    """Who exchanged anything that day, as the caller sees it."""
    found = rows.every(
        "SELECT consumer AS u FROM exchange_hub_use WHERE day = %s UNION SELECT owner FROM exchange_hub_use WHERE day = %s ORDER BY 1",
        (day, day),
    )
    return [one["u"] for one in found]


def sheet(day: date) -> list[dict[str, Any]]:
    """A day's lines the caller sees: unit, our figures, theirs (None: not told), whether they agree."""
    told = {one["unit"]: one for one in rows.every("SELECT * FROM exchange_hub_count WHERE day = %s", (day,))}
    mine = [department()] if current().kind == "agency" else sorted({*units(day), *told})
    lines = []
    for unit in mine:
        found, now = told.get(unit), ours(unit, day)
        theirs = None if found is None else _json(found["theirs"])
        lines.append({"unit": unit, "ours": now, "theirs": theirs, "agreed": None if theirs is None else theirs == now})
    return lines


def tell(day: date, theirs: Mapping[str, int]) -> bool:
    """A department tells its own count of a day that is over; answers whether both agree. A later telling replaces the earlier."""
    require(USE)
    unit = department()
    if day >= clock.today():
        raise refused("hub.day")
    if set(theirs) != set(FIGURES) or any(not 0 <= value <= MOST for value in theirs.values()):
        raise refused("hub.input", what=", ".join(FIGURES))
    counted = ours(unit, day)
    agreed = counted == dict(theirs)
    rows.run(
        "INSERT INTO exchange_hub_count (day, unit, ours, theirs, agreed, told_by, told_at) VALUES (%s, %s, %s::jsonb, %s::jsonb, %s, %s, pz_now())"
        " ON CONFLICT (day, unit) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, agreed = excluded.agreed,"
        " told_by = excluded.told_by, told_at = excluded.told_at",
        (day, unit, json.dumps(counted), json.dumps(dict(theirs)), agreed, current().person),
    )
    log.write("count.told", {"day": day.isoformat(), "unit": unit, "agreed": agreed})
    return agreed


def _json(value: Any) -> dict[str, int]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value)
