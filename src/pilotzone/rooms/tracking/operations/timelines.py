"""Reads what happened into the timelines. In the consumer's transaction, as the platform; each batch exactly once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.rooms.tracking.engine.numbers import numbers_of

Row = Mapping[str, Any]


def read_in(rows: Iterable[Row]) -> int:
    """Write event rows into trades, numbers, lines and hours; returns how many there were.

    A row tells: trade, at (ISO time with zone), code, zh, en, source, state, holder, flow, mode, numbers {kind: no.},
    parties [organisation], buyer, reached. A later row of the same trade wins by `at`; lines are kept all. A row that did
    not reach its state (`reached` false: a tax bill, told when it came) is a line only: its time turns no state back;
    with `turn` it says who holds the trade from then on nevertheless (still waiting, now for another party).
    """
    told = [dict(row) for row in rows if row.get("trade")]
    if not told:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_TRADES, [json.dumps(told)])
        numbers = [(number, kind, row["trade"]) for row in told for kind, number in numbers_of(row)]
        cursor.execute(_NUMBERS, _columns(sorted(set(numbers)), 3))
        cursor.execute(_LINES, [json.dumps(told)])
        hours = Counter(
            (_hour(row["at"]), row["state"]) for row in told if row.get("state") and row.get("reached", True)
        )
        flat = [(hour, state, n) for (hour, state), n in sorted(hours.items())]
        cursor.execute(_HOURS, _columns(flat, 3))
    return len(told)


def empty() -> None:
    """Forget everything, before a rebuild reads all events again."""
    with connection.cursor() as cursor:
        for table in ("tracking_event", "tracking_number", "tracking_hour", "tracking_trade"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)


def _hour(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


def _columns(rows: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[i] for row in rows] for i in range(width)]


_TRADES = """
INSERT INTO tracking_trade AS t (id, flow, mode, state, holder, since, first_at, parties, buyer, numbers)
SELECT DISTINCT ON (trade) trade, coalesce(flow, ''), coalesce(mode, ''), coalesce(state, ''), coalesce(holder, ''),
       CASE WHEN coalesce(turn, reached, true) THEN at ELSE 'epoch' END, min(at) OVER (PARTITION BY trade),
       coalesce(ARRAY(SELECT jsonb_array_elements_text(parties)::bigint), '{}'), coalesce(buyer, ''),
       coalesce(last_value(numbers) OVER (PARTITION BY trade ORDER BY place
                RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), '{}')
FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (trade bigint, flow text, mode text, state text, holder text,
     at timestamptz, parties jsonb, buyer text, numbers jsonb, reached boolean, turn boolean)) WITH ORDINALITY
     AS r(trade, flow, mode, state, holder, at, parties, buyer, numbers, reached, turn, place)
ORDER BY trade, coalesce(turn, reached, true) DESC, at DESC, place DESC
ON CONFLICT (id) DO UPDATE SET
  flow = coalesce(nullif(excluded.flow, ''), t.flow), mode = coalesce(nullif(excluded.mode, ''), t.mode),
  state = CASE WHEN excluded.since >= t.since AND excluded.state <> '' THEN excluded.state ELSE t.state END,
  holder = CASE WHEN excluded.since >= t.since THEN excluded.holder ELSE t.holder END,
  since = greatest(t.since, excluded.since), first_at = least(t.first_at, excluded.first_at),
  parties = CASE WHEN excluded.parties = '{}' THEN t.parties ELSE excluded.parties END,
  buyer = coalesce(nullif(excluded.buyer, ''), t.buyer), numbers = t.numbers || excluded.numbers
"""
_NUMBERS = """
INSERT INTO tracking_number (number, kind, trade_id) SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[])
ON CONFLICT DO NOTHING
"""
_LINES = """
INSERT INTO tracking_event (trade_id, at, code, zh, en, source, holder, state)
SELECT trade, at, coalesce(code, ''), coalesce(zh, ''), coalesce(en, ''), coalesce(source, ''), coalesce(holder, ''),
       coalesce(state, '')
FROM jsonb_to_recordset(%s::jsonb) AS r(trade bigint, at timestamptz, code text, zh text, en text, source text,
     holder text, state text)
"""
_HOURS = """
INSERT INTO tracking_hour AS h (hour, state, n) SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::bigint[])
ON CONFLICT (hour, state) DO UPDATE SET n = h.n + excluded.n
"""
