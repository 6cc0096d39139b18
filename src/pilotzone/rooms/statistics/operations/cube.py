"""The cube: fine cells by month, quarter and year, and sums of them by one or two dimensions and coverage, kept by the difference of each batch.

`recount` fills both from the facts alone; what is kept and what is recounted are the same to the cent (tests). Of a cube that was migrated
some sums stand in `statistics_unfilled`: differences leave them alone and questions go round them until operations/filling.py has summed them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from pilotzone.kernel.copying import array
from pilotzone.rooms.statistics.engine.grains import CELLS, FLAGS, GOODS, GRAINS, MONTH, SPANNED, SPANS, WAY
from pilotzone.rooms.statistics.operations.staging import temporary

CODES = ("mode", "unit", "hs", "country", "transport")
_FLAGS = ("flow", "back", "port", "registered")
CELL = ("span", "month", *_FLAGS, *CODES)
MARGIN = ("grain", "coverage", "span", "month", "b", "a", "flow")
SUMS = ("cny", "usd", "facts", "orders", "unvalued", "undollared")
# of a margin all but `facts` are of what went, and what came back stands beside it
MARGIN_SUMS = (*SUMS, "back_cny", "back_usd")
_TYPES = {"span": "smallint", "month": "date", "back": "boolean", "port": "boolean", "registered": "boolean"}
_OF_FACT = (
    "month, flow, back, port, registered, mode, unit, left(hs, 8) AS hs, country, transport,"
    " {s} * coalesce(sum(cny), 0) AS cny, {s} * coalesce(sum(usd), 0) AS usd, {s} * count(*) AS facts, {s} * sum(orders) AS orders,"
    " {s} * count(*) FILTER (WHERE cny IS NULL) AS unvalued, {s} * count(*) FILTER (WHERE usd IS NULL) AS undollared"
)
_BY_FACT = ", ".join(str(at) for at in range(1, len(CELL)))
DELTA, NET, MARGINAL, GONE = "statistics_delta", "statistics_net", "statistics_marginal", "statistics_gone"


def begin(cursor: Any) -> None:
    """Nothing changed yet. Waits for a part that is just being filled, and lets none be filled before this transaction ends."""
    cursor.execute("SELECT part FROM statistics_unfilled FOR SHARE")
    temporary(cursor, DELTA, _columns(CELL[1:], SUMS))


def take_away(cursor: Any, trades: Sequence[int]) -> None:
    """The facts these trades have now leave the cube."""
    cursor.execute(_gather("statistics_fact", -1, "WHERE trade_id = ANY(%s::bigint[])"), [array(trades)])


def add(cursor: Any) -> None:
    """The facts that were just told enter it."""
    cursor.execute(_gather("pg_temp.statistics_told", 1, ""))


def apply(cursor: Any) -> None:
    """Write the difference; cells in which nothing is counted any more are gone."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM statistics_unfilled)")
    cells, sums = (_FILLED_CELLS, _FILLED_SUMS) if cursor.fetchone()[0] else ("", "")
    temporary(cursor, NET, _columns(CELL, SUMS))
    cursor.execute(f"INSERT INTO pg_temp.{NET} {_spanned(f'pg_temp.{DELTA}', SPANS, cells)} HAVING {_moved(SUMS)}")
    _write(cursor, "statistics_cell", CELL, SUMS, NET)
    temporary(cursor, MARGINAL, _columns(MARGIN, MARGIN_SUMS))
    moved = " OR ".join(f"{told} <> 0" for told in _MARGIN_SUMS)
    cursor.execute(f"INSERT INTO pg_temp.{MARGINAL} {margins(f'pg_temp.{NET}', GRAINS, sums)} HAVING {moved}")
    _write(cursor, "statistics_margin", MARGIN, MARGIN_SUMS, MARGINAL)


def recount() -> None:
    """Both tables from the facts alone."""
    with connection.cursor() as cursor:
        for table in ("statistics_unfilled", "statistics_cell", "statistics_margin"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
        for statement in FILL:
            cursor.execute(statement)


_LACKING = (
    "NOT EXISTS (SELECT 1 FROM statistics_unfilled u WHERE u.part = {part} AND u.year = extract(year FROM {month}))"
)
_FILLED_CELLS = f" WHERE (s.span = {MONTH} OR {_LACKING.format(part=repr(CELLS), month='s.start')})"
_FILLED_SUMS = f" AND {_LACKING.format(part='g.grain', month='c.month')}"
_MARGIN_SUMS = (
    *("sum(c.facts)" if name == "facts" else f"coalesce(sum(c.{name}) FILTER (WHERE NOT c.back), 0)" for name in SUMS),
    *(f"coalesce(sum(c.{name}) FILTER (WHERE c.back), 0)" for name in ("cny", "usd")),
)


def _moved(names: Sequence[str]) -> str:
    return " OR ".join(f"sum({name}) <> 0" for name in names)


def margins(source: str, grains: Sequence[str], where: str = "") -> str:
    """The query of margins over rows shaped like cells, without its HAVING; `where` begins with AND."""
    rows = []
    for grain in grains:
        a, _, b = grain.partition(".")
        spans = "true" if grain in SPANNED else f"c.span = {MONTH}"
        rows.append(f"('{grain}', {_code(a) if a else repr('')}, {_code(b) if b else repr('')}, {spans})")
    cover = ", ".join(f"('{name}', {'c.' + flag if flag else 'true'})" for name, flag in FLAGS.items())
    sums = ", ".join(_MARGIN_SUMS)
    return (
        f"SELECT g.grain, v.coverage, c.span, c.month, g.b, g.a, c.flow, {sums} FROM {source} c"  # noqa: S608 (our own names; values are parameters)
        f" CROSS JOIN LATERAL (VALUES {', '.join(rows)}) g (grain, a, b, kept)"
        f" CROSS JOIN LATERAL (VALUES {cover}) v (coverage, inside) WHERE v.inside AND g.kept{where} GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


def _code(dimension: str) -> str:
    """The expression of a dimension's code in a row of cells."""
    if dimension == "way":
        return f"c.{WAY[0]} || '/' || c.{WAY[1]}"
    return f"left(c.hs, {dimension[2:]})" if dimension.startswith("hs") else f"c.{dimension}"


def _columns(key: Sequence[str], sums: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (*((name, _TYPES.get(name, "text")) for name in key), *((name, "numeric") for name in sums))


def _gather(table: str, sign: int, where: str) -> str:
    return f"INSERT INTO pg_temp.{DELTA} SELECT {_OF_FACT.format(s=sign)} FROM {table} {where} GROUP BY {_BY_FACT}"  # noqa: S608 (our own names; values are parameters)


def _spanned(source: str, spans: Sequence[int], where: str = "") -> str:
    """Rows shaped like cells but for the span, summed by month, quarter or year."""
    starts = ", ".join(
        f"({span}, (date_trunc('year', month) + make_interval(months => (extract(month FROM month)::int - 1) / {span} * {span}))::date)"
        for span in spans
    )
    key = ", ".join(CELL[2:])
    sums = ", ".join(f"sum({name}) AS {name}" for name in SUMS)
    by = ", ".join(str(at) for at in range(1, len(CELL) + 1))
    return (
        f"SELECT s.span, s.start AS month, {key}, {sums} FROM {source}"  # noqa: S608 (our own names; values are parameters)
        f" CROSS JOIN LATERAL (VALUES {starts}) s (span, start){where} GROUP BY {by}"
    )


def _write(cursor: Any, table: str, key: Sequence[str], sums: Sequence[str], source: str) -> None:
    """Add rows of differences to a table, and take out what is then nothing."""
    names, on = ", ".join((*key, *sums)), ", ".join(key)
    added = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in sums)
    temporary(cursor, f"{GONE}_{table}", tuple((name, _TYPES.get(name, "text")) for name in key))
    # ascending by key: two batches never wait for each other in a circle
    cursor.execute(
        f"WITH w AS (INSERT INTO {table} AS t ({names}) SELECT {names} FROM pg_temp.{source} ORDER BY {on}"  # noqa: S608 (our own names; values are parameters)
        f" ON CONFLICT ({on}) DO UPDATE SET {added} RETURNING {', '.join(f't.{name}' for name in (*key, 'facts'))})"
        f" INSERT INTO pg_temp.{GONE}_{table} SELECT {on} FROM w WHERE facts = 0"
    )
    if cursor.rowcount:
        same = " AND ".join(f"t.{name} = d.{name}" for name in key)
        cursor.execute(f"DELETE FROM {table} t USING pg_temp.{GONE}_{table} d WHERE {same}")  # noqa: S608 (our own names; values are parameters)


def _fill_months() -> str:
    """Months from the facts, in the order of time, so that what is read together lies together."""
    facts = f"SELECT {_OF_FACT.format(s=1)} FROM statistics_fact GROUP BY {_BY_FACT}"  # noqa: S608 (our own names; values are parameters)
    names = ", ".join((*CELL[1:], *SUMS))
    return f"INSERT INTO statistics_cell (span, {names}) SELECT {MONTH}, {names} FROM ({facts}) f ORDER BY month, mode, transport"  # noqa: S608 (our own names; values are parameters)


def _fill_span(span: int, when: str = "") -> str:
    """Quarters or years from the months."""
    months = f"(SELECT * FROM statistics_cell WHERE span = {MONTH}{when}) f"  # noqa: S608 (our own names; values are parameters)
    return f"INSERT INTO statistics_cell ({', '.join((*CELL, *SUMS))}) {_spanned(months, [span])} ORDER BY 1, 2, 7, 11"


def _fill_margins(grain: str, when: str = "") -> str:
    """A grain from the cells or, where one already counted says it too, from that: there are far fewer rows of it."""
    source = _FROM.get(grain)
    return (
        f"INSERT INTO statistics_margin ({', '.join((*MARGIN, *MARGIN_SUMS))})"
        f" {_of_margin(grain, source, when) if source else margins('statistics_cell', [grain], when)} ORDER BY 1, 2, 3, 4, 5, 6"
    )


def _of_margin(grain: str, source: str, when: str) -> str:
    places = dict(zip(source.split("."), ("a", "b"), strict=False))
    places |= {name: f"left(a, {length})" for name, length in GOODS.items() if name not in places}
    places |= {name: f"split_part(b, '/', {at})" for at, name in enumerate(WAY, 1) if name not in places}
    a, _, b = grain.partition(".")
    sums = ", ".join(f"sum({name})" for name in MARGIN_SUMS)
    kept = "" if grain in SPANNED else f" AND span = {MONTH}"
    return (
        f"SELECT '{grain}', coverage, span, month, {places[b] if b else repr('')}, {places[a] if a else repr('')}, flow, {sums}"  # noqa: S608 (our own names; values are parameters)
        f" FROM statistics_margin WHERE grain = '{source}'{kept}{when} GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


_FROM = {
    "hs8.mode": "hs8.way", "hs8.transport": "hs8.way", "country.mode": "country.way", "country.transport": "country.way",
    "mode.unit": "unit.way", "unit.transport": "unit.way", "mode.transport": "unit.way", "hs8": "hs8.mode", "hs4.mode": "hs8.mode",
    "hs4.transport": "hs8.transport", "hs4": "hs4.mode", "hs2.mode": "hs4.mode", "hs2.transport": "hs4.transport", "hs2.unit": "hs4.unit",
    "hs2": "hs2.mode", "country": "country.mode", "unit": "mode.unit", "mode": "mode.transport", "transport": "mode.transport", "": "mode",
}  # fmt: skip
_ORDER = (*(grain for grain in GRAINS if grain not in _FROM), *_FROM)
PARTS = (CELLS, *_ORDER)


def statements(part: str, year: int) -> tuple[str, ...]:
    """What sums one year of one part, in the order of `PARTS`; the months of that year stand in the cells."""
    when = f" AND month BETWEEN '{year:04}-01-01' AND '{year:04}-12-31'"
    if part == CELLS:
        return tuple(_fill_span(span, when) for span in SPANS if span != MONTH)
    return (_fill_margins(part, when),)


FILL = (
    _fill_months(),
    *(_fill_span(span) for span in SPANS if span != MONTH),
    *(_fill_margins(grain) for grain in _ORDER),
)
