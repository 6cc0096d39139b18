"""Reads events into facts: which trade counts in which month. In the consumer's transaction, as the platform."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.kernel import clock
from pilotzone.kernel.copying import array, plain
from pilotzone.reference.rates import rate
from pilotzone.rooms.tracking.engine.months import Fact, booked_month, closed, follow, matters, month_of
from pilotzone.rooms.tracking.engine.told import Told, lines_of
from pilotzone.rooms.tracking.models import Month
from pilotzone.rooms.tracking.operations.staging import stage

CLOSE_DAYS = "statistics.month.close_days"
_COLUMNS = (
    ("trade_id", "bigint"), ("unit", "text"), ("firm", "bigint"), ("flow", "text"), ("mode", "text"), ("declared", "date"),
    ("released", "date"), ("returned", "date"), ("value", "numeric"), ("tax", "numeric"), ("given_back", "boolean"),
)  # fmt: skip


def count(told: Iterable[tuple[Iterable[Told], datetime]]) -> int:
    """Count event rows, each batch with the zone time it was told at; returns how many facts changed.

    What is told after its month closed counts in the first month still open, so a published month stands, but for a list
    customs cancelled and releases again: its month is published anew without that return, as a revision (ADR 17). In a
    demonstration zone a synthetic year is told afterwards and counts where it belongs (docs/adr/0006).
    """
    demo = clock.is_demo()
    found = []
    wanted: set[int] = set()
    for rows, at in told:
        told_on = day_of(at)
        days = _close_days(told_on)
        for row in rows:
            if row.trade and (lines := [line for line in lines_of(row) if matters(line)]):
                found.append((row.trade, row, told_on, days, lines))
                wanted.add(row.trade)
    if not found:
        return 0
    facts = _known(wanted)
    changed: dict[int, Fact] = {}
    months: set[date] = set()
    revised: set[tuple[date, date]] = set()
    for trade, row, told_on, days, lines in found:
        fact = facts.get(trade)
        if fact is None:
            fact = facts[trade] = Fact(trade)
        for line in lines:
            given_back = fact.given_back
            if touched := follow(fact, row, line, _month(line.at, told_on, days, demo)):
                months |= touched
                # only a list released again moves a month that is closed
                revised |= {(month, told_on) for month in touched if not demo and closed(month, on=told_on, days=days)}
            if touched or given_back != fact.given_back:
                changed[trade] = fact
    _keep(changed.values())
    _spoil(sorted(months))
    _revise(sorted(revised))
    return len(changed)


def empty_facts() -> None:
    """Forget facts and figures, before a rebuild reads all events again.

    Of a revised month stays that it was revised, and what it hid: beside its former figures that must stay hidden.
    """
    with connection.cursor() as cursor:
        for table in ("tracking_fact", "tracking_figure"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        cursor.execute("DELETE FROM tracking_month WHERE NOT rule ? 'revisions' OR rule->'revisions' = '[]'")


@lru_cache(maxsize=8192)
def _month(at: str, told_on: date, days: int, demo: bool) -> date:
    moment = datetime.fromisoformat(at)
    return month_of(moment) if demo else booked_month(moment, told_on, days=days)


def _close_days(on: date) -> int:
    return int(rate(CLOSE_DAYS, on=on).number)


def _known(trades: set[int]) -> dict[int, Fact]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT trade_id, unit, firm, flow, mode, declared, released, returned, value, tax, given_back"
            " FROM tracking_fact WHERE trade_id = ANY(%s::bigint[])",
            [array(trades)],
        )
        return {row[0]: Fact(*row) for row in cursor.fetchall()}


def _keep(facts: Iterable[Fact]) -> None:
    with connection.cursor() as cursor:
        stage(cursor, "tracking_told_fact", _COLUMNS, map(_fields, facts))
        names = ", ".join(name for name, _ in _COLUMNS)
        later = ", ".join(f"{name} = excluded.{name}" for name, _ in _COLUMNS[1:])
        cursor.execute(
            f"INSERT INTO tracking_fact ({names}) SELECT {names} FROM pg_temp.tracking_told_fact"  # noqa: S608
            f" ON CONFLICT (trade_id) DO UPDATE SET {later}"
        )


def _fields(fact: Fact) -> tuple[str, ...]:
    return (
        str(fact.trade), fact.unit, str(fact.firm), fact.flow, fact.mode, plain(fact.declared), plain(fact.released),
        plain(fact.returned), plain(fact.value), plain(fact.tax), "t" if fact.given_back else "f",
    )  # fmt: skip


def _spoil(months: list[date]) -> None:
    """Mark months to be published; in a real zone one of them is closed only where it is revised."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracking_month (month, stale, rule) SELECT m, true, '{}' FROM unnest(%s::date[]) m"
            " ON CONFLICT (month) DO UPDATE SET stale = true",
            [months],
        )


def _revise(revised: list[tuple[date, date]]) -> None:
    """Keep beside a closed month the days on which it was revised, each once."""
    for month, on in revised:
        row = Month.objects.select_for_update().get(month=month)
        days = {*row.rule.get("revisions", []), on.isoformat()}
        row.rule = row.rule | {"revisions": sorted(days)}
        row.save(update_fields=["rule"])
