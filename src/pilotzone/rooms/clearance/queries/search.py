"""Finding trades over all years: numbers of a page from a function that knows the caller (migrations/0008).

What is found is read again through row-level security by whoever shows it: this module narrows, it never widens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.partitions import day_of_id, first_id
from pilotzone.rooms.clearance.engine import keys

PAGE = 50  # rows a page shows where nothing else is asked
BOUND = 10_000  # nobody counts beyond; deeper pages are read all the same
WITHIN = timedelta(milliseconds=400)  # a page looks so long and tells how far back it came
WHOLE = timedelta(minutes=10)  # for who needs the whole answer


def found(
    filters: Mapping[str, Any], most: int, roles: Mapping[str, str], within: timedelta = WITHIN
) -> tuple[list[int], date | None]:
    """Numbers of trades the caller sees, the newest first, at most `most`. Filters: see queries.pages.trades.

    Beside them the day up to which, going back, everything was looked at when the time was over; None: all there is.
    """
    asked: dict[str, Any] = {"history": bool(filters.get("history", False))}
    if wanted := filters.get("state"):
        asked["state"] = [wanted] if isinstance(wanted, str) else list(wanted)
    for name, column in (
        ("flow", "flow"),
        ("mode", "mode"),
        ("customs", "customs_code"),
        ("unit", "unit"),
        ("holder", "holder"),
    ):
        if filters.get(name):
            asked[column] = filters[name]
    if filters.get("mine"):
        asked["mine"] = dict(roles)
    if "ids" in filters:
        asked["ids"] = sorted(filters["ids"])
    asked |= _days(filters.get("since"), filters.get("until"))
    if back := filters.get("back"):
        asked["high"] = min(first_id(max(back, date(2000, 1, 1))), asked.get("high", first_id(date(2700, 1, 1))))
    with connection.cursor() as cursor:
        if number := str(filters.get("number") or "").strip():
            asked["ids"] = sorted({*_numbered(cursor, number), *filters.get("found", ())})
        cursor.execute(
            "SELECT told, back FROM clearance_page(%s::jsonb, %s, make_interval(secs => %s))",
            [json.dumps(asked), most, within.total_seconds()],
        )
        told, back = cursor.fetchone()
    return list(told), day_of_id(back) if back else None


def _days(since: date | None, until: date | None) -> dict[str, Any]:
    """Days as times and as bounds of numbers, a day wider: a number begins with the day it was given on."""
    told: dict[str, Any] = {}
    if since:
        told |= {"since": _midnight(since), "low": first_id(max(since, date(2000, 1, 2)) - timedelta(days=1))}
    if until and until < date(2700, 1, 1):
        told |= {"before": _midnight(until + timedelta(days=1)), "high": first_id(until + timedelta(days=2))}
    return told


def _midnight(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).isoformat()


def _numbered(cursor: Any, number: str) -> list[int]:
    hashes = [keys.key_hash(namespace, number) for namespace in (keys.PRE_NO, keys.INVT_NO, keys.ORDER_NO)]
    cursor.execute("SELECT number FROM clearance_numbered(%s, %s)", [hashes, number])
    return [row[0] for row in cursor.fetchall()]
