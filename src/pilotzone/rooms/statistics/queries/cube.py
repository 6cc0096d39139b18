"""What the cube says: a series by month, a structure, a ranking, in one coverage and one flow, never two mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.rooms.statistics.engine.grains import (
    CELLS,
    DIMENSIONS,
    FLAGS,
    GOODS,
    MONTH,
    SPANNED,
    WAY,
    Span,
    grain_of,
    spans_of,
)
from pilotzone.rooms.statistics.errors import refused

FLOWS = ("I", "E", "")
_SUMS = (
    "coalesce(sum(cny) FILTER (WHERE NOT back), 0), coalesce(sum(usd) FILTER (WHERE NOT back), 0),"
    " coalesce(sum(orders) FILTER (WHERE NOT back), 0), coalesce(sum(cny) FILTER (WHERE back), 0),"
    " coalesce(sum(usd) FILTER (WHERE back), 0), coalesce(sum(unvalued) FILTER (WHERE NOT back), 0),"
    " coalesce(sum(undollared) FILTER (WHERE NOT back), 0)"
)


_MARGIN_SUMS = "sum(cny), sum(usd), sum(orders), sum(back_cny), sum(back_usd), sum(unvalued), sum(undollared)"


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
    lacking = _lacking()
    grain = grain_of(by, chosen)
    grain = None if grain in lacking else grain
    query, values = _margin(grain, by, chosen) if grain is not None else _fine(by, chosen)
    cover = "coverage = %(coverage)s" if grain is not None else FLAGS[coverage] or "true"
    spanned = by != "month" and (grain in SPANNED or (grain is None and CELLS not in lacking))
    when, days = _when(spans_of(first, last) if spanned else [], first, last)
    flowed = "AND flow = %(flow)s" if flow else ""
    order = "1" if by == "month" else "2 DESC, 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{query} AND {cover} AND {when} {flowed} GROUP BY 1 ORDER BY {order} LIMIT %(most)s",
            values | days | {"coverage": coverage, "flow": flow, "most": most},
        )
        return [Row(str(row[0])[:7] if by == "month" else row[0], *row[1:]) for row in cursor.fetchall()]


def months() -> list[date]:
    """The months something is counted in, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT month FROM statistics_margin WHERE grain = '' AND span = 1 ORDER BY 1 DESC")
        return [row[0] for row in cursor.fetchall()]


def _lacking() -> set[str]:
    """The parts of a migrated cube that are not summed in every year yet (operations/filling.py)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT part FROM statistics_unfilled")
        return {row[0] for row in cursor.fetchall()}


def _when(spans: list[Span], first: date, last: date) -> tuple[str, dict[str, Any]]:
    """The condition of a run of months: each span of it, or month by month."""
    if not spans:
        return f"span = {MONTH} AND month BETWEEN %(first)s AND %(last)s", {"first": first.replace(day=1), "last": last}
    values: dict[str, Any] = {}
    for span, start in spans:
        values.setdefault(f"span{span}", []).append(start)
    parts = (f"(span = {name[4:]} AND month = ANY(%({name})s::date[]))" for name in values)
    return f"({' OR '.join(parts)})", values


def _margin(grain: str, by: str, chosen: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    parts = grain.split(".")
    places = dict(zip(parts, ("a", "b"), strict=False)) | dict.fromkeys(GOODS, "a")
    column = "month" if by == "month" else f"left(a, {GOODS[by]})" if by in GOODS else places[by]
    if "way" in parts:
        chosen = {name: code for name, code in chosen.items() if name not in WAY} | {
            "way": "/".join(chosen[name] for name in WAY)
        }
    conditions, values = _filtered(chosen, places)
    return f"SELECT {column}, {_MARGIN_SUMS} FROM statistics_margin WHERE grain = '{grain}'{conditions}", values  # noqa: S608 (our own names; values are parameters)


def _fine(by: str, chosen: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    column = f"left(hs, {GOODS[by]})" if by in GOODS else by
    conditions, values = _filtered(chosen, dict.fromkeys(GOODS, "hs"))
    return f"SELECT {column}, {_SUMS} FROM statistics_cell WHERE true{conditions}", values  # noqa: S608 (our own names; values are parameters)


def _filtered(chosen: Mapping[str, str], places: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Conditions of the chosen codes. Goods as a range, for LIKE may not use an index below row-level security."""
    conditions = ""
    values: dict[str, Any] = {}
    for name, code in chosen.items():
        column = places.get(name, name)
        if name in GOODS:
            conditions += f" AND {column} BETWEEN %({name})s AND %({name}_last)s"
            values |= {name: code, f"{name}_last": code.ljust(GOODS["hs8"], "9")}
        else:
            conditions += f" AND {column} = %({name})s"
            values[name] = code
    return conditions, values
