"""The cube: fine cells, and sums of them by one or two dimensions and coverage, both kept by the difference of each batch.

`recount` fills both from the facts alone; what is kept and what is recounted are the same to the cent (tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from pilotzone.kernel.copying import array
from pilotzone.rooms.statistics.engine.grains import FLAGS, GRAINS
from pilotzone.rooms.statistics.operations.staging import temporary

CODES = ("mode", "unit", "hs", "country", "transport")
_FLAGS = ("month", "flow", "back", "port", "registered")
CELL = (*_FLAGS, *CODES)
SUMS = ("cny", "usd", "facts", "orders", "unvalued", "undollared")
_TYPES = {"month": "date", "back": "boolean", "port": "boolean", "registered": "boolean"}
_DELTA = tuple((name, _TYPES.get(name, "text")) for name in CELL) + tuple((name, "numeric") for name in SUMS)
_OF_FACT = (
    "month, flow, back, port, registered, mode, unit, left(hs, 8) AS hs, country, transport,"
    " {s} * coalesce(sum(cny), 0), {s} * coalesce(sum(usd), 0), {s} * count(*), {s} * sum(orders),"
    " {s} * count(*) FILTER (WHERE cny IS NULL), {s} * count(*) FILTER (WHERE usd IS NULL)"
)
_BY = ", ".join(str(at) for at in range(1, len(CELL) + 1))
TABLE = "statistics_delta"


def begin(cursor: Any) -> None:
    """Nothing changed yet."""
    temporary(cursor, TABLE, _DELTA)


def take_away(cursor: Any, trades: Sequence[int]) -> None:
    """The facts these trades have now leave the cube."""
    cursor.execute(_gather("statistics_fact", -1, "WHERE trade_id = ANY(%s::bigint[])"), [array(trades)])


def add(cursor: Any) -> None:
    """The facts that were just told enter it."""
    cursor.execute(_gather("pg_temp.statistics_told", 1, ""))


def apply(cursor: Any) -> None:
    """Write the difference; cells in which nothing is counted any more are gone."""
    cursor.execute(_apply("statistics_cell", CELL, _net()))
    cursor.execute(_gone("statistics_cell", CELL))
    cursor.execute(_apply("statistics_margin", MARGIN, margins(_net())))
    cursor.execute("DELETE FROM statistics_margin WHERE facts = 0")


def recount() -> None:
    """Both tables from the facts alone."""
    with connection.cursor() as cursor:
        for table in ("statistics_cell", "statistics_margin"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        for statement in FILL:
            cursor.execute(statement)


MARGIN = ("grain", "coverage", "flow", "back", "a", "b", "month")


def _code(dimension: str) -> str:
    """The expression of a dimension's code in a row of cells."""
    return f"left(c.hs, {dimension[2:]})" if dimension.startswith("hs") else f"c.{dimension}"


def margins(source: str, grains: Sequence[str] = GRAINS) -> str:
    """The query of margins over rows shaped like cells."""
    rows = []
    for grain in grains:
        a, _, b = grain.partition(".")
        rows.append(f"('{grain}', {_code(a) if a else repr('')}, {_code(b) if b else repr('')})")
    cover = ", ".join(f"('{name}', {'c.' + flag if flag else 'true'})" for name, flag in FLAGS.items())
    sums = ", ".join(f"sum(c.{name})" for name in SUMS)
    return (
        f"SELECT g.grain, v.coverage, c.flow, c.back, g.a, g.b, c.month, {sums} FROM ({source}) c"  # noqa: S608 (our own names; values are parameters)
        f" CROSS JOIN LATERAL (VALUES {', '.join(rows)}) g (grain, a, b)"
        f" CROSS JOIN LATERAL (VALUES {cover}) v (coverage, inside) WHERE v.inside GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


def _gather(table: str, sign: int, where: str) -> str:
    return f"INSERT INTO pg_temp.{TABLE} SELECT {_OF_FACT.format(s=sign)} FROM {table} {where} GROUP BY {_BY}"  # noqa: S608 (our own names; values are parameters)


def _net() -> str:
    sums = ", ".join(f"sum({name}) AS {name}" for name in SUMS)
    moved = " OR ".join(f"sum({name}) <> 0" for name in SUMS)
    return f"SELECT {', '.join(CELL)}, {sums} FROM pg_temp.{TABLE} GROUP BY {_BY} HAVING {moved}"  # noqa: S608 (our own names; values are parameters)


def _apply(table: str, key: Sequence[str], query: str) -> str:
    names, on = ", ".join((*key, *SUMS)), ", ".join(key)
    added = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)
    # ascending by key: two batches never wait for each other in a circle
    return f"INSERT INTO {table} AS t ({names}) {query} ORDER BY {on} ON CONFLICT ({on}) DO UPDATE SET {added}"


def _gone(table: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"t.{name} = d.{name}" for name in key)
    return f"DELETE FROM {table} t USING pg_temp.{TABLE} d WHERE t.facts = 0 AND {same}"  # noqa: S608 (our own names; values are parameters)


def _fill_cells() -> str:
    return f"INSERT INTO statistics_cell ({', '.join((*CELL, *SUMS))}) SELECT {_OF_FACT.format(s=1)} FROM statistics_fact GROUP BY {_BY}"  # noqa: S608 (our own names; values are parameters)


def _fill_margins(grain: str) -> str:
    source = "SELECT * FROM statistics_cell"
    return f"INSERT INTO statistics_margin ({', '.join((*MARGIN, *SUMS))}) {margins(source, [grain])}"


FILL = (_fill_cells(), *(_fill_margins(grain) for grain in GRAINS))
