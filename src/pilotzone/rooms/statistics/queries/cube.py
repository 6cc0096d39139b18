"""What the cube says: a series by month, a structure, a ranking, in one coverage and one flow, never two mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.rooms.statistics.engine.grains import DIMENSIONS, FLAGS, GOODS, grain_of
from pilotzone.rooms.statistics.errors import refused

FLOWS = ("I", "E", "")
_SUMS = (
    "coalesce(sum(cny) FILTER (WHERE NOT back), 0), coalesce(sum(usd) FILTER (WHERE NOT back), 0),"
    " coalesce(sum(orders) FILTER (WHERE NOT back), 0), coalesce(sum(cny) FILTER (WHERE back), 0),"
    " coalesce(sum(usd) FILTER (WHERE back), 0), coalesce(sum(unvalued) FILTER (WHERE NOT back), 0),"
    " coalesce(sum(undollared) FILTER (WHERE NOT back), 0)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an answer: gross amounts, orders (lists), what came back, and how many lines no rate could value."""

    code: str
    cny: Decimal
    usd: Decimal
    orders: int
    back_cny: Decimal
    back_usd: Decimal
    unvalued: int
    undollared: int

    @property
    def net_cny(self) -> Decimal:
        """Gross less what came back."""
        return self.cny - self.back_cny


def ask(
    *, coverage: str, by: str, first: date, last: date, flow: str = "", filters: Mapping[str, str] | None = None, most: int = 500
) -> list[Row]:  # fmt: skip
    """Sums by a dimension over the months `first` to `last`; filters are codes by dimension (goods by the code's length).

    By month in order of time, else the largest first, at most `most`. Refused `statistics.cube.question`.
    """
    chosen = {name: code for name, code in (filters or {}).items() if code != ""}
    if coverage not in FLAGS or by not in DIMENSIONS or flow not in FLOWS or not chosen.keys() <= set(DIMENSIONS[1:]):
        raise refused("statistics.cube.question")
    if any(name in GOODS and (len(code) != GOODS[name] or not code.isdigit()) for name, code in chosen.items()):
        raise refused("statistics.cube.question")
    names = [*chosen, *([by] if by != "month" and by not in chosen else [])]
    grain = grain_of(names)
    if grain is not None:
        query, values = _margin(grain, by, chosen)
        values |= {"coverage": coverage}
    else:
        query, values = _fine(by, chosen, f"AND {FLAGS[coverage]}" if FLAGS[coverage] else "")
    order = "1" if by == "month" else "2 DESC, 1"
    flowed = "AND flow = %(flow)s" if flow else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{query} AND month BETWEEN %(first)s AND %(last)s {flowed} GROUP BY 1 ORDER BY {order} LIMIT %(most)s",
            values | {"first": first.replace(day=1), "last": last, "flow": flow, "most": most},
        )
        return [Row(str(row[0])[:7] if by == "month" else row[0], *row[1:]) for row in cursor.fetchall()]


def months() -> list[date]:
    """The months something is counted in, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT month FROM statistics_margin WHERE grain = '' ORDER BY 1 DESC")
        return [row[0] for row in cursor.fetchall()]


def _margin(grain: str, by: str, chosen: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    places = dict(zip(grain.split("."), ("a", "b"), strict=False)) if grain else {}
    column = "month" if by == "month" else places[by]
    conditions = "".join(f" AND {places[name]} = %({name})s" for name in chosen)
    query = f"SELECT {column}, {_SUMS} FROM statistics_margin WHERE grain = '{grain}' AND coverage = %(coverage)s{conditions}"  # noqa: S608 (our own names; values are parameters)
    return query, dict(chosen)


def _fine(by: str, chosen: Mapping[str, str], cover: str) -> tuple[str, dict[str, Any]]:
    column = f"left(hs, {GOODS[by]})" if by in GOODS else by
    values: dict[str, Any] = {}
    conditions = ""
    for name, code in chosen.items():
        if name in GOODS:
            conditions += f" AND hs LIKE %({name})s"
            values[name] = f"{code}%"
        else:
            conditions += f" AND {name} = %({name})s"
            values[name] = code
    return f"SELECT {column}, {_SUMS} FROM statistics_cell WHERE true {cover}{conditions}", values  # noqa: S608 (our own names; values are parameters)
