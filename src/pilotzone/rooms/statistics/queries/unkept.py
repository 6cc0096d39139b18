"""Facts without legal quantity: those counted before the room kept it get it by a rebuild, those whose document tells none never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance

LOOKED = 200  # lists whose documents are asked, the oldest first: they were counted before


@dataclass(frozen=True, slots=True)
class Unkept:
    """How many lines of some months tell no legal quantity, and whether a rebuild would find it in the documents of any."""

    lines: int
    rebuild: bool


def lacking(months: Sequence[date]) -> Unkept:
    """The same for who works on statistics; it is in nothing published."""
    require("statistics.work")
    with scope(PLATFORM):  # facts are nobody's but the platform's; the door is passed above
        return unkept(months)


def unkept(months: Sequence[date]) -> Unkept:
    """Of these months together, as the platform: facts are nobody's but its own."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_WITHOUT}", [list(months)])
        lines = int(cursor.fetchone()[0])
        oldest = f"SELECT DISTINCT trade_id {_WITHOUT} ORDER BY trade_id LIMIT {LOOKED}"
        cursor.execute(
            f"SELECT DISTINCT trade_id, line {_WITHOUT} AND trade_id IN ({oldest})", [list(months), list(months)]
        )
        bare = {(trade, line) for trade, line in cursor.fetchall()}
    told = clearance.counted_lists(sorted({trade for trade, _line in bare})) if bare else []
    known = {(one.trade, at) for one in told for at, line in enumerate(one.lines, 1) if line.legal_quantity}
    return Unkept(lines, bool(bare & known))


_WITHOUT = "FROM statistics_fact WHERE month = ANY(%s) AND NOT back AND legal_quantity IS NULL"
