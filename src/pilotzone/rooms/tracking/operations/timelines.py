"""Reads what happened into the timelines. In the consumer's transaction, as the platform; each batch exactly once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.copying import array
from pilotzone.rooms.tracking.engine.numbers import numbers_of
from pilotzone.rooms.tracking.engine.told import REACHED, TURN, Line, Told, lines_of, packed, parties_of
from pilotzone.rooms.tracking.operations.staging import stage

NEVER = "epoch"  # since when a trade stands as it does, where no row told that it moved
_json = msgspec.json.Encoder()


class _Stand(msgspec.Struct, gc=False):
    """What a batch tells of one trade. `since` is when its state or who holds it moved last, ISO or NEVER."""

    trade: int
    flow: str
    mode: str
    state: str
    holder: str
    since: str
    first_at: str
    parties: str
    buyer: str
    numbers: dict[str, str]
    lines: list[Line]


def read(rows: Iterable[Told]) -> int:
    """Write event rows into trades, their lines, numbers and hours; returns how many there were.

    Of two rows of a trade the one that moved it later says how it stands; lines are kept all, and a line that moved
    nothing (a tax bill, told when it came) turns nothing back.
    """
    stands: dict[int, _Stand] = {}
    reached: dict[tuple[str, str], int] = {}
    count = 0
    for row in rows:
        if row.trade:
            count += 1
            stand = _read(row, row.trade, reached)
            known = stands.get(row.trade)
            stands[row.trade] = stand if known is None else _joined(known, stand)
    if not count:
        return 0
    with connection.cursor() as cursor:
        _write_numbers(cursor, stands)
        stage(cursor, "tracking_told", _COLUMNS, map(_fields, stands.values()))
        cursor.execute(_TRADES)
        _count_hours(cursor, reached)
    return count


def empty() -> None:
    """Forget everything, before a rebuild reads all events again."""
    with connection.cursor() as cursor:
        for table in ("tracking_number", "tracking_hour", "tracking_trade"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)


def _read(row: Told, trade: int, reached: dict[tuple[str, str], int]) -> _Stand:
    lines = lines_of(row)
    since, first = NEVER, lines[0].at
    for line in lines:
        at = line.at
        if at != first and _moment(at) < _moment(first):
            first = at
        if line.moved >= TURN:
            since = _later(since, at)
            if line.moved == REACHED and line.state:
                place = (at, line.state)
                reached[place] = reached.get(place, 0) + 1
    return _Stand(
        trade, row.flow or "", row.mode or "", row.state or "", row.holder or "", since, first, parties_of(row),
        row.buyer or "", numbers_of(row.numbers), lines,
    )  # fmt: skip


def _joined(one: _Stand, two: _Stand) -> _Stand:
    """Two rows of a trade, the second told later."""
    since = _later(one.since, two.since)
    stands = two if since == two.since else one
    return _Stand(
        one.trade, two.flow or one.flow, two.mode or one.mode, stands.state or one.state, stands.holder, since,
        min(one.first_at, two.first_at, key=_moment), one.parties if two.parties == "{}" else two.parties, two.buyer or one.buyer,
        one.numbers | two.numbers, one.lines + two.lines,
    )  # fmt: skip


def _later(one: str, two: str) -> str:
    """The later of two moments, the second when they are the same."""
    if one in (NEVER, two):
        return two
    return one if two == NEVER or _moment(two) < _moment(one) else two


def _fields(one: _Stand) -> tuple[str, ...]:
    return (
        str(one.trade), one.flow, one.mode, one.state, one.holder, one.since, one.first_at, one.parties,
        one.buyer, _json.encode(one.numbers).decode(), packed(one.lines),
    )  # fmt: skip


def _write_numbers(cursor: Any, stands: Mapping[int, _Stand]) -> None:
    """The numbers not yet known of their trades; a trade tells all of its numbers again and again."""
    cursor.execute("SELECT id, numbers FROM tracking_trade WHERE id = ANY(%s::bigint[])", [array(stands)])
    known = {id_: set(_loaded(numbers).values()) for id_, numbers in cursor.fetchall()}
    for statement, new in ((_FIRST_NUMBERS, _first(stands, known)), (_LATER_NUMBERS, _later_ones(stands, known))):
        if new:
            stage(cursor, "tracking_told_number", (("number", "text"), ("trade_id", "bigint")), new)
            cursor.execute(statement)


def _first(stands: Mapping[int, _Stand], known: Mapping[int, set[str]]) -> list[tuple[str, str]]:
    return [
        (number, text)
        for id_, one in stands.items()
        if id_ not in known
        for text in (str(id_),)
        for number in set(one.numbers.values())
    ]


def _later_ones(stands: Mapping[int, _Stand], known: Mapping[int, set[str]]) -> list[tuple[str, str]]:
    return [
        (number, str(id_)) for id_, before in known.items() for number in set(stands[id_].numbers.values()) - before
    ]


def _loaded(numbers: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(numbers) if isinstance(numbers, str) else numbers
    return found


@lru_cache(maxsize=8192)
def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _count_hours(cursor: Any, reached: Mapping[tuple[str, str], int]) -> None:
    hours: dict[tuple[datetime, str], int] = {}
    for (at, state), n in reached.items():
        place = (_moment(at).astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0), state)
        hours[place] = hours.get(place, 0) + n
    flat = sorted((hour, state, n) for (hour, state), n in hours.items())
    cursor.execute(_HOURS, [[row[i] for row in flat] for i in range(3)])


_COLUMNS = (
    ("id", "bigint"), ("flow", "text"), ("mode", "text"), ("state", "text"), ("holder", "text"), ("since", "timestamptz"),
    ("first_at", "timestamptz"), ("parties", "bigint[]"), ("buyer", "text"), ("numbers", "jsonb"), ("lines", "text"),
)  # fmt: skip
_TRADES = """
INSERT INTO tracking_trade AS t (id, flow, mode, state, holder, since, first_at, parties, buyer, numbers, lines)
SELECT id, flow, mode, state, holder, since, first_at, parties, buyer, numbers, lines FROM pg_temp.tracking_told
ON CONFLICT (id) DO UPDATE SET
  flow = coalesce(nullif(excluded.flow, ''), t.flow), mode = coalesce(nullif(excluded.mode, ''), t.mode),
  state = CASE WHEN excluded.since >= t.since AND excluded.state <> '' THEN excluded.state ELSE t.state END,
  holder = CASE WHEN excluded.since >= t.since THEN excluded.holder ELSE t.holder END,
  since = greatest(t.since, excluded.since), first_at = least(t.first_at, excluded.first_at),
  parties = CASE WHEN excluded.parties = '{}' THEN t.parties ELSE excluded.parties END,
  buyer = coalesce(nullif(excluded.buyer, ''), t.buyer), numbers = t.numbers || excluded.numbers,
  lines = t.lines || ',' || excluded.lines
"""
# a trade that is new has no numbers yet; looking for them first would double the work
_FIRST_NUMBERS = (
    "INSERT INTO tracking_number (number, trade_id) SELECT number, trade_id FROM pg_temp.tracking_told_number"
)
_LATER_NUMBERS = f"{_FIRST_NUMBERS} ON CONFLICT DO NOTHING"
_HOURS = """
INSERT INTO tracking_hour AS h (hour, state, n) SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::bigint[])
ON CONFLICT (hour, state) DO UPDATE SET n = h.n + excluded.n
"""
