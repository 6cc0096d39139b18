"""What can be asked of timelines. Full for who may see the trade, redacted for who only knows a number."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.tracking.engine.lines import Line, Timeline
from pilotzone.rooms.tracking.engine.numbers import cleaned
from pilotzone.rooms.tracking.errors import bad_number, not_found
from pilotzone.rooms.tracking.models import Trade

MOST_TRADES = 20


def timelines(typed: str) -> list[Timeline]:
    """The trades that know a number, newest first, at most twenty.

    Refused `tracking.bad_number` for what cannot be a number, `tracking.not_found` where no trade has it.
    """
    number = cleaned(typed)
    if number is None:
        raise bad_number()
    found = _full(number) or _redacted(number)
    if not found:
        raise not_found(number)
    return found


def payments(typed: str) -> list[dict[str, Any]]:
    """The payments abroad of a number that the caller sees (fx.payment_lives), as it was typed or with its full-width forms folded.

    A firm numbers its payments as it likes: also shorter than a trade's numbers, or with a space.
    """
    number = typed.replace("\0", "").strip()
    asked = dict.fromkeys([number, cleaned(number) or number]) if number else {}
    return [life for one in asked for life in fx.payment_lives(one)]


def of_trade(trade_id: int) -> Timeline | None:
    """The full timeline of a trade the caller may see, or None."""
    trade = Trade.objects.filter(pk=trade_id).first()
    return _timeline(trade) if trade else None


def hours(day: date) -> list[tuple[datetime, str, int]]:
    """(hour, state, trades that reached it) of a day, for the board."""
    start = datetime.combine(day, datetime.min.time(), SHANGHAI)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hour, state, n FROM tracking_hour WHERE hour >= %s AND hour < %s ORDER BY hour, state",
            [start, start + timedelta(days=1)],
        )
        return [(hour.astimezone(SHANGHAI), state, n) for hour, state, n in cursor.fetchall()]


def numbered(number: str) -> list[int]:
    """The trades that know an exact number, whoever may read them: a number opens nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trade FROM tracking_numbered(%s)", [number])
        return [row[0] for row in cursor.fetchall()]


def _full(number: str) -> list[Timeline]:
    ids = numbered(number)
    return [_timeline(trade) for trade in Trade.objects.filter(pk__in=ids).order_by("-since")[:MOST_TRADES]]


def _timeline(trade: Trade) -> Timeline:
    told = json.loads(f"[{trade.lines}]")
    lines = sorted(
        (
            Line(datetime.fromisoformat(at), code, zh, en, source, holder, state)
            for at, code, zh, en, source, state, holder, _ in told
        ),
        key=_at,
    )
    return Timeline(
        trade.pk,
        trade.flow,
        trade.mode,
        trade.state,
        trade.holder,
        trade.since,
        True,
        dict(trade.numbers),
        tuple(lines),
    )


def _at(line: Line) -> datetime:
    return line.at


def _redacted(number: str) -> list[Timeline]:
    """Stages only: state, holder and times, by a function that looks past row-level security for one exact number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trade, flow, mode, state, holder, since, stages FROM tracking_find(%s)", [number])
        return [_public(row) for row in cursor.fetchall()]


def _public(row: tuple[Any, ...]) -> Timeline:
    trade, flow, mode, state, holder, since, stages = row
    lines = tuple(
        Line(datetime.fromisoformat(stage["at"]), "", "", "", "", stage["holder"], stage["state"])
        for stage in json.loads(stages)
    )
    return Timeline(trade, flow, mode, state, holder, since, False, {}, lines)
