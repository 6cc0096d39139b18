"""Reads events into facts: which trade counts in which month. In the consumer's transaction, as the platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields
from datetime import date, datetime
from typing import Any

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.kernel import clock
from pilotzone.reference.rates import rate
from pilotzone.rooms.tracking.engine.months import Fact, booked_month, follow, month_of

CLOSE_DAYS = "statistics.month.close_days"
_COLUMNS = tuple(one.name for one in fields(Fact))
_TYPES = ("bigint", "text", "bigint", "text", "text", "date", "date", "date", "numeric", "numeric")


def count_in(told: Iterable[tuple[Mapping[str, Any], datetime]]) -> int:
    """Count event rows, each with the zone time it was told at; returns how many facts changed.

    What is told after its month closed counts in the first month still open, so a published month stands. In a
    demonstration zone a synthetic year is told afterwards and counts where it belongs (docs/adr/0006).
    """
    rows = [(row, at) for row, at in told if row.get("trade")]
    if not rows:
        return 0
    demo = clock.is_demo()
    facts = _known({int(row["trade"]) for row, _ in rows})
    changed: dict[int, Fact] = {}
    months: set[date] = set()
    for row, at in rows:
        trade = int(row["trade"])
        fact = facts.setdefault(trade, Fact(trade))
        if touched := follow(fact, row, _month(datetime.fromisoformat(str(row["at"])), at, demo)):
            changed[trade] = fact
            months |= touched
    _keep(list(changed.values()))
    _spoil(sorted(months))
    return len(changed)


def empty_facts() -> None:
    """Forget facts and figures, before a rebuild reads all events again."""
    with connection.cursor() as cursor:
        for table in ("tracking_fact", "tracking_figure", "tracking_month"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)


def _month(at: datetime, told_at: datetime, demo: bool) -> date:
    if demo:
        return month_of(at)
    told_on = day_of(told_at)
    return booked_month(at, told_on, days=int(rate(CLOSE_DAYS, on=told_on).number))


def _known(trades: set[int]) -> dict[int, Fact]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trade_id, unit, firm, flow, mode, declared, released, returned, value, tax"
            " FROM tracking_fact WHERE trade_id = ANY(%s)",
            [sorted(trades)],
        )
        return {row[0]: Fact(*row) for row in cursor.fetchall()}


def _keep(facts: list[Fact]) -> None:
    if not facts:
        return
    columns = [list(column) for column in zip(*(astuple(fact) for fact in facts), strict=True)]
    arrays = ", ".join(f"%s::{kind}[]" for kind in _TYPES)
    names = ("trade_id", *_COLUMNS[1:])
    later = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tracking_fact ({', '.join(names)}) SELECT * FROM unnest({arrays})"  # noqa: S608
            f" ON CONFLICT (trade_id) DO UPDATE SET {later}",
            columns,
        )


def _spoil(months: list[date]) -> None:
    """Mark months to be published; in a real zone none of them is closed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracking_month (month, stale, rule) SELECT m, true, '{}' FROM unnest(%s::date[]) m"
            " ON CONFLICT (month) DO UPDATE SET stale = true",
            [months],
        )
