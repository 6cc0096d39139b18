"""Numbers customs and the electronic port give out: preNo and invtNo (spec §3, §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg


def serials(connection: psycopg.Connection[Any], name: str, count: int) -> Iterator[int]:
    """`count` fresh serial numbers, never given twice."""
    row = connection.execute(
        "INSERT INTO simulators.serial AS s VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET value = s.value + excluded.value RETURNING value",
        (name, count),
    ).fetchone()
    last = int(row[0]) if row else count
    return iter(range(last - count + 1, last + 1))


def pre_no(letter: str, day: date, serial: int) -> str:
    """One letter, yyyymmdd, nine digits: 18 characters."""
    return f"{letter}{day:%Y%m%d}{serial % 1_000_000_000:09d}"


def invt_no(district: str, day: date, flow: str, serial: int) -> str:
    """Four digits of the district, the year, I or E, nine digits: 18 characters."""
    return f"{district[:4]:0<4}{day:%Y}{flow}{serial % 1_000_000_000:09d}"
