"""Sums a migration laid out and left for later, filled in bounded pieces: one year of one part at a time.

While a part is not whole, questions are answered from finer sums or the cells, so no answer is ever short (queries/cube.py).
"""

from __future__ import annotations

from django.db import connection, transaction

from pilotzone.rooms.statistics.operations.cube import PARTS, statements

MEMORY = "128MB"  # a year of tariff lines is sorted in memory, not on disk


def fill() -> int:
    """Fill the next piece, as the platform; 0 where every sum stands. Batches of facts wait meanwhile, questions do not."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT part, year FROM statistics_unfilled")
        left = [(PARTS.index(part), year) for part, year in cursor.fetchall()]
        if not left:
            return 0
        at, year = min(left)
        cursor.execute("SELECT 1 FROM statistics_unfilled WHERE part = %s AND year = %s FOR UPDATE", [PARTS[at], year])
        if cursor.fetchone():
            cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
            for statement in statements(PARTS[at], year):
                cursor.execute(statement)
            cursor.execute("DELETE FROM statistics_unfilled WHERE part = %s AND year = %s", [PARTS[at], year])
    return 1
