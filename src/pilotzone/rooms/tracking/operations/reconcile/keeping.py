"""Keeps what a pass found: new residuals, changed ones, those found again, and those that are not found any more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection

from pilotzone.kernel.copying import array, copy, plain, row
from pilotzone.rooms.tracking.engine.reconcile.kinds import KINDS, seen_by
from pilotzone.rooms.tracking.engine.reconcile.records import Residual

_COLUMNS = {
    "mark": "text", "kind": "text", "key": "text", "subject": "text", "firm": "bigint", "unit": "text", "trade_id": "bigint",
    "number": "text", "day": "date", "due_on": "date", '"left"': "text", '"right"': "text", "legs": "jsonb",
    "currency": "text", "difference": "numeric", "owner": "text", "seen_by": "text[]",
}  # fmt: skip
_NAMES = ", ".join(_COLUMNS)
BLOCK = 5000


@dataclass(frozen=True, slots=True)
class Kept:
    """How many residuals a pass found, and of them new, reopened, and no longer found."""

    found: int
    fresh: int
    reopened: int
    gone: int


def keep(found: Iterable[Residual], *, run: int, day: date, at: datetime) -> Kept:
    """Write a pass; the same pass again changes nothing. As the platform, in the pass's transaction.

    Who closed or explained a residual did so for the figures he saw: with the same figures it stays so, with others it
    is opened again, and so is one that was gone.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.reconcile_found")
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        cursor.execute(f"CREATE TEMPORARY TABLE reconcile_found ({columns}) ON COMMIT DROP")
        rows = iter(found)
        while block := list(islice(rows, BLOCK)):
            copy(cursor, "pg_temp.reconcile_found", list(_COLUMNS), (_row(one) for one in block))
        given = {"run": run, "day": day, "at": at}
        numbers = [_count(cursor, statement, given) for statement in (_FRESH, _REOPENED, _CHANGED, _SEEN, _GONE)]
        return Kept(numbers[3], numbers[0], numbers[1], numbers[4])


def _count(cursor: Any, statement: str, given: dict[str, Any]) -> int:
    cursor.execute(statement, given)
    (n,) = cursor.fetchone()
    return int(n)


def _row(one: Residual) -> str:
    leg = one.legs[0] if one.legs else None
    legs = [[each.pair, each.currency, each.fen] for each in one.legs]
    return row(
        one.mark[:200], one.kind, one.key[:80], one.subject[:80], plain(one.firm), one.unit, plain(one.trade or None),
        one.number[:40], plain(one.day), plain(one.due), one.left[:200], one.right[:200], json.dumps(legs),
        leg.currency if leg else "", plain(None if leg is None else f"{leg.fen // 100}.{leg.fen % 100:02d}" if leg.fen >= 0
        else f"-{-leg.fen // 100}.{-leg.fen % 100:02d}"), KINDS[one.kind].owner, array(seen_by(one.kind)),
    )  # fmt: skip


_STEP = 'INSERT INTO tracking_residual_step (residual_id, what, at, run, note, evidence, "left", "right")'
_DIFFERS = '(r."left", r."right") IS DISTINCT FROM (f."left", f."right")'
_FRESH = f"""
WITH fresh AS (
  INSERT INTO tracking_residual ({_NAMES}, pass_day, state, found_at, first_run, last_run, reason, evidence)
  SELECT DISTINCT ON (mark) {_NAMES}, %(day)s, 'opened', %(at)s, %(run)s, %(run)s, '', '' FROM pg_temp.reconcile_found
  ORDER BY mark ON CONFLICT (mark) DO NOTHING RETURNING id, "left", "right"
), told AS ({_STEP} SELECT id, 'found', %(at)s, %(run)s, '', '', "left", "right" FROM fresh RETURNING 1)
SELECT count(*) FROM told
"""  # noqa: S608 (our own text)
_REOPENED = f"""
WITH again AS (
  UPDATE tracking_residual r SET state = 'opened', person = NULL, reason = '', evidence = ''
  FROM pg_temp.reconcile_found f
  WHERE r.mark = f.mark AND (r.state = 'gone' OR (r.state IN ('explained', 'closed') AND {_DIFFERS}))
  RETURNING r.id, f."left", f."right"
), told AS ({_STEP} SELECT id, 'reopened', %(at)s, %(run)s, '', '', "left", "right" FROM again RETURNING 1)
SELECT count(*) FROM told
"""  # noqa: S608 (our own text)
_CHANGED = f"""
WITH told AS ({_STEP}
  SELECT r.id, 'changed', %(at)s, %(run)s, '', '', f."left", f."right"
  FROM tracking_residual r JOIN pg_temp.reconcile_found f USING (mark)
  WHERE r.state IN ('opened', 'owned') AND {_DIFFERS}
    AND NOT EXISTS (SELECT 1 FROM tracking_residual_step s WHERE s.residual_id = r.id AND s.run = %(run)s) RETURNING 1)
SELECT count(*) FROM told
"""  # noqa: S608 (our own text)
_SEEN = """
WITH seen AS (
  UPDATE tracking_residual r SET "left" = f."left", "right" = f."right", legs = f.legs, currency = f.currency,
    difference = f.difference, due_on = f.due_on, day = f.day, trade_id = f.trade_id, firm = f.firm, unit = f.unit,
    last_run = %(run)s, pass_day = %(day)s
  FROM pg_temp.reconcile_found f WHERE r.mark = f.mark RETURNING 1)
SELECT count(*) FROM seen
"""
_GONE = f"""
WITH gone AS (
  UPDATE tracking_residual SET state = 'gone' WHERE pass_day = %(day)s AND last_run <> %(run)s
    AND state NOT IN ('closed', 'gone') RETURNING id, "left", "right"
), told AS ({_STEP} SELECT id, 'gone', %(at)s, %(run)s, '', '', "left", "right" FROM gone RETURNING 1)
SELECT count(*) FROM told
"""  # noqa: S608 (our own text)
