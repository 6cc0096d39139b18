"""不是我买的: the disputes buyers opened, and how each was settled. The ledger's own entries are the register."""

from __future__ import annotations

from typing import Any

from django.db import connection

from pilotzone.base.money import yuan
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

OPEN, SETTLED = "open", "settled"
CASE = "ME"  # a case is named after its trade: ME and the trade's number
BETWEEN = ":"  # a settlement is entered as case:outcome
LAPSED = "lapsed"  # the list was withdrawn meanwhile: nothing is left to dispute


def disputes(state: str = OPEN, page: int = 1, size: int = 50) -> dict[str, Any]:
    """Disputes for who may settle them (`dispute.settle`), the oldest open first: {rows, total}.

    Rows: {list_key, trade, case, amount, year, opened_at, settled_at, outcome}; `outcome` '' while it is open, `lapsed` where
    the list was withdrawn. No buyer is named: who bought is seen on the trade, masked.
    """
    require("dispute.settle")
    with scope(PLATFORM):
        return _read(state, page, max(1, min(size, 500)))


def of_lists(list_keys: list[str]) -> dict[str, dict[str, Any]]:
    """The last dispute of each of these lists that the caller may see (a buyer his own)."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FOUND} WHERE e.list_key = ANY(%s) ORDER BY e.id", [list_keys])
        return {row["list_key"]: row for row in map(_row, cursor.fetchall())}


def dispute_of(list_key: str) -> dict[str, Any] | None:
    """The dispute of one list for who may settle it; None where there is none."""
    require("dispute.settle")
    with scope(PLATFORM):
        return of_lists([list_key]).get(list_key)


def _read(state: str, page: int, size: int) -> dict[str, Any]:
    standing = "h.disputed AND s.id IS NULL"
    where = {OPEN: standing, SETTLED: f"NOT ({standing})"}.get(state, "true")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_FOUND} WHERE {where}) t")  # noqa: S608 (our own words)
        (total,) = cursor.fetchone()
        cursor.execute(
            f"{_FOUND} WHERE {where} ORDER BY s.id IS NOT NULL, e.id LIMIT %s OFFSET %s",
            [size, (max(1, page) - 1) * size],
        )
        return {"rows": [_row(row) for row in cursor.fetchall()], "total": total}


_FOUND = """
SELECT e.list_key, e.reference, e.amount, e.year, e.at, s.at AS settled_at, s.reference AS settled_as, h.disputed
FROM tax_quota_entry e JOIN tax_quota_hold h ON h.list_key = e.list_key AND e.event = 'DISPUTE'
LEFT JOIN LATERAL (SELECT id, at, reference FROM tax_quota_entry s WHERE s.list_key = e.list_key AND s.event = 'SETTLE'
                   AND s.id > e.id ORDER BY s.id LIMIT 1) s ON true
"""


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    list_key, case, amount, year, opened, settled, settled_as, disputed = row
    outcome = str(settled_as or "").rpartition(BETWEEN)[2] or ("" if disputed else LAPSED)
    number = list_key.partition(":")[0]
    return {
        "list_key": list_key, "trade": int(number) if number.isdigit() else 0, "case": case, "amount": yuan(amount),
        "year": year, "opened_at": opened, "settled_at": settled, "outcome": outcome,
    }  # fmt: skip
