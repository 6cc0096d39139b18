"""Events become facts, facts the cube: note the trades told of, read them from clearance in bulk, replace what was counted of them.

What a trade counts is always reckoned anew from how it stands, so an event told twice or late changes nothing or what it must.
As the platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.kernel.copying import array, plain
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.statistics.engine.counting import Counted, Goods, Listed, counted
from pilotzone.rooms.statistics.operations import cube
from pilotzone.rooms.statistics.operations.staging import stage

CHUNK = 2000
MILLION = Decimal(1_000_000)
_COLUMNS = (
    ("trade_id", "bigint"), ("line", "smallint"), ("back", "boolean"), ("day", "date"), ("month", "date"), ("flow", "text"),
    ("mode", "text"), ("unit", "text"), ("firm", "bigint"), ("port", "boolean"), ("registered", "boolean"), ("hs", "text"),
    ("country", "text"), ("transport", "text"), ("cny", "numeric"), ("usd", "numeric"), ("quantity", "numeric"),
    ("orders", "smallint"), ("legal_quantity", "numeric"), ("legal_unit", "text"),
)  # fmt: skip
COLUMNS = tuple(name for name, _ in _COLUMNS)


def note(trades: Iterable[int]) -> int:
    """Remember trades that something was told of; how many."""
    wanted = sorted(set(trades))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_pending (trade_id) SELECT t FROM unnest(%s::bigint[]) t ON CONFLICT DO NOTHING",
            [array(wanted)],
        )
    return len(wanted)


def settle(limit: int = CHUNK) -> int:
    """Count the noted trades, at most `limit`, as they stand now; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH n AS MATERIALIZED (SELECT trade_id FROM statistics_pending ORDER BY trade_id LIMIT %s FOR UPDATE SKIP LOCKED)"
            " DELETE FROM statistics_pending p USING n WHERE p.trade_id = n.trade_id RETURNING p.trade_id",
            [limit],
        )
        trades = [row[0] for row in cursor.fetchall()]
    if trades:
        replace(trades, facts_of(trades))
    return len(trades)


def facts_of(trades: Sequence[int]) -> list[Counted]:
    """What these trades count as they stand now."""
    rates = Rates()
    return [fact for one in clearance.counted_lists(trades) for fact in counted(_listed(one), rates.worth)]


def replace(trades: Sequence[int], facts: Iterable[Counted]) -> None:
    """Let the facts of these trades be exactly these; the cube follows by the difference."""
    with connection.cursor() as cursor:
        cube.begin(cursor)
        cursor.execute(
            "SELECT trade_id FROM statistics_fact WHERE trade_id = ANY(%s::bigint[]) LIMIT 1", [array(trades)]
        )
        if cursor.fetchone():
            cube.take_away(cursor, trades)
            cursor.execute("DELETE FROM statistics_fact WHERE trade_id = ANY(%s::bigint[])", [array(trades)])
        stage(cursor, "statistics_told", _COLUMNS, map(_fields, facts))
        names = ", ".join(COLUMNS)
        cursor.execute(f"INSERT INTO statistics_fact ({names}) SELECT {names} FROM pg_temp.statistics_told")  # noqa: S608 (our own names; values are parameters)
        cube.add(cursor)
        cube.apply(cursor)


def empty() -> None:
    """Forget facts and cube, before a rebuild reads all events again; releases and reports stand."""
    with connection.cursor() as cursor:
        for table in (
            "statistics_pending",
            "statistics_unfilled",
            "statistics_fact",
            "statistics_cell",
            "statistics_margin",
        ):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)


class Rates:
    """Yuan and dollars of an amount by the month's tables (fx), None where none tells the rate."""

    def __init__(self) -> None:
        self._dollars = fx.dollars()
        self._yuan: dict[date, Decimal | None] = {}

    def worth(self, amount: Decimal, currency: str, on: date) -> tuple[Decimal | None, Decimal | None]:
        """The amount of a customs currency on a day in yuan and in dollars."""
        if not amount:
            return Decimal(0), Decimal(0)
        name = self._dollars.name(currency, on)
        usd = amount if name == "USD" else self._dollars.of(amount, name, on)
        if name == "CNY":
            return amount, usd
        month = on.replace(day=1)
        if month not in self._yuan:
            self._yuan[month] = self._dollars.of(MILLION, "CNY", on)
        rate = self._yuan[month]
        return (usd * MILLION / rate if usd is not None and rate else None), usd


def _listed(one: clearance.CountedList) -> Listed:
    lines = tuple(
        Goods(line.hs, line.country, line.amount, line.currency, line.quantity, line.legal_quantity, line.legal_unit)
        for line in one.lines
    )
    return Listed(
        one.trade, one.flow, one.mode, one.firm, one.unit, one.customs, one.transport, one.released, one.back, one.value,
        one.cost, lines,
    )  # fmt: skip


def _fields(one: Counted) -> tuple[str, ...]:
    told: list[Any] = [getattr(one, name) if name != "trade_id" else one.trade for name in COLUMNS]
    return tuple(_told(value) for value in told)


def _told(value: Any) -> str:
    return ("t" if value else "f") if isinstance(value, bool) else value if isinstance(value, str) else plain(value)
