"""Earlier lists in a zone's tables: a small sample goes the whole way, then its rows are multiplied in the database.

So the rows are what the platform itself writes, whatever its tables look like today; the copies get numbers, keys and
buyers of their own (kernel/partitions.py says what a number tells). A copy's keys hash to other numbers than its
papers would, so nothing sent later may name one. Messages as they came (exchange_inbox) are not multiplied: nothing of
a batch looks into old ones. The copies lie on the days before the sample, as many as DAYS, and the counters of where
trades stand are summed up anew, so that a search over them is one over years. Only a copy's number and the times it was
accepted, first seen and received move with its day (DATED); when it last changed, its stages and the time of its answers
stay the sample's, so a list of an early day says that it was decided on the sample's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from pilotzone.kernel.partitions import BITS, day_of_id

SAMPLE = 4000  # trades that go the whole way
DAYS = 600  # before the sample, which the copies lie on in turn
CHUNK = 100_000  # rows a statement
TABLES = ("clearance_", "tax_quota", "tax_guarantee_", "exchange_receipt", "tracking_")
NOT = ("clearance_identity", "clearance_mandate", "clearance_urge", "clearance_edition", "tracking_hour",
       "tracking_reconcile_pass", "tracking_reconcile_run")  # fmt: skip
# how a column of a copy differs from the sample's: `n` is the number of the copy, `step` above every number given out
SHIFTED = ("id", "message_id", "inbox_id", "order_id", "payment_id", "waybill_id", "list_id", "receipts_id", "list_message",
           "trade_id", "trade", "document_id")  # fmt: skip
HASHED = ("hash", "trade_hash", "waybill_hash", "key_hash", "doc_hash")
TAILED = ("key", "order_no", "pay_no", "logistics_no", "cop_no", "list_key", "document_key", "number")
SCRAMBLED = ("receipt_id", "buyer", "buyer_key")
DATED = ("accepted_on", "accepted_at", "first_at", "received_at")
LEAST_DATED = 1 << 46  # a number below does not begin with a day
BACK = f"((n - 1) %% {DAYS} + 1)"  # how many days before the sample copy n lies
COUNTERS = ("clearance_stand", "clearance_turn", "clearance_reason")
Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Column:
    """A column of a table to fill. `counted`: the database numbers it; `referenced`: others name its numbers."""

    name: str
    kind: str
    counted: bool


def multiply(dsn: str, trades: int, rows: int, say: Callable[[str], None]) -> None:
    """Add copies of the `trades` trades in the tables until there are about `rows` lists.

    They are left as rows of earlier years lie in a zone: vacuumed, counted for the planner, and on the disk (so that the first change of
    each page after it is logged in full, as after any checkpoint).

    `dsn`: of a superuser, for rows that were lawful once are not judged again by keys and triggers. Tables are filled side by side.
    """
    copies = round(rows / max(1, trades)) - 1
    with psycopg.connect(dsn, autocommit=True) as connection:
        step, tables = _step(connection), _tables(connection)
        for table in tables:
            _days_of(connection, table, copies)
        with ThreadPoolExecutor(os.cpu_count() or 1) as side_by_side:
            for told in side_by_side.map(partial(_multiply, dsn, copies=copies, step=step), tables):
                if told:
                    say(told)
        _move_sequences(connection, step * (copies + 1))
        _count_anew(connection)
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _multiply(dsn: str, table: str, *, copies: int, step: int) -> str:
    """Fill one table; what came of it, nothing where it is empty."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for setting in ("work_mem = '256MB'", "maintenance_work_mem = '512MB'", "synchronous_commit = off"):
            connection.execute(sql.SQL("SET {}").format(sql.SQL(setting)))
        connection.execute("SET session_replication_role = replica")
        count = _one(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        if not count:
            return ""
        indexes = _take_indexes(connection, table)
        told = f"{table}: {count * copies:,} rows"
        try:
            _fill(connection, table, copies, step, max(1, CHUNK // count))
        except psycopg.errors.UniqueViolation as two:
            told = f"{table} was not filled: {str(two).splitlines()[0]}"
        for definition in indexes:
            connection.execute(definition)
        return told


def _tables(connection: Connection) -> list[str]:
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace ORDER BY relname"
    ).fetchall()
    return [name for (name,) in found if name.startswith(TABLES) and name not in (*NOT, *COUNTERS)]


def _days_of(connection: Connection, table: str, copies: int) -> None:
    """The partitions the copies of a table by day will lie in."""
    row = connection.execute("SELECT pz_day_column(%s)", (table,)).fetchone()
    if row is None or row[0] is None:
        return
    name, number = sql.Identifier(table), sql.Identifier(row[0])
    days = sql.SQL("SELECT min({0} >> {2}), max({0} >> {2}) FROM {1}").format(number, name, sql.Literal(BITS))
    first, last = connection.execute(days).fetchone() or (None, None)
    if first is None:
        return
    for back in range(1, min(copies, DAYS) + 1):
        for day in {first, last}:
            connection.execute("SELECT pz_partition(%s, %s)", (table, day_of_id((day - back) << BITS)))


def _count_anew(connection: Connection) -> None:
    """The counters of where trades stand, from the trades themselves. Sums are of one leaf: each is added before the next is taken."""
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, COUNTERS))))
    leaves = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'clearance_trade'::regclass ORDER BY 1"
    ).fetchall()
    with connection.transaction():
        for (leaf,) in leaves:
            connection.execute("SELECT clearance_trade_sum(%s, 1)", (leaf,))
            connection.execute("SELECT clearance_trade_summed()")


def _fill(connection: Connection, table: str, copies: int, step: int, at_once: int) -> None:
    columns = _columns(connection, table)
    unique = _unique(connection, table)
    used = [column for column in columns if not column.counted]
    if unique and not unique & {*SHIFTED, *HASHED, *TAILED, *SCRAMBLED} and not any(c.counted for c in columns):
        return  # one row a thing there are no more of: a firm's account
    values = [_value(column, step) for column in used]
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} s, generate_series(%s::int, %s::int) AS n ").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in used),
        sql.SQL(", ").join(values),
        sql.SQL("(SELECT * FROM {}) ").format(sql.Identifier(_sample(connection, table))),
    )
    for first in range(1, copies + 1, at_once):
        connection.execute(statement, (first, min(copies, first + at_once - 1)))


def _sample(connection: Connection, table: str) -> str:
    """The rows there are, aside, so that copies are not copied."""
    name = f"pz_sample_{table}"
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT * FROM {}").format(sql.Identifier(name), sql.Identifier(table))
    )
    return name


def _value(column: Column, step: int) -> sql.Composable:
    name = sql.Identifier("s", column.name)
    number = column.kind in ("bigint", "integer")
    if column.name in SHIFTED and number:
        # 0 names nothing: a paper that is not here yet
        return sql.SQL(
            "CASE WHEN {0} = 0 THEN 0 ELSE {0} + n::bigint * {1}"
            " - CASE WHEN {0} >= {2} THEN {3}::bigint << {4} ELSE 0 END END"
        ).format(name, *map(sql.Literal, (step, LEAST_DATED)), sql.SQL(BACK), sql.Literal(BITS))
    if column.name in DATED:
        a_day = "" if column.kind == "date" else " * interval '1 day'"
        return sql.SQL("{} - {}" + a_day).format(name, sql.SQL(BACK))
    if column.name in HASHED and number:
        return sql.SQL("hashint8extended({}, n)").format(name)
    if column.name in TAILED and column.kind in ("text", "character varying"):
        return sql.SQL("CASE WHEN {0} = '' THEN '' ELSE {0} || '-' || n END").format(name)
    if column.name in SCRAMBLED and column.kind in ("text", "character varying"):
        return sql.SQL("left(md5({0} || n) || md5(n || {0}), length({0}))").format(name)
    return name


def _columns(connection: Connection, table: str) -> list[Column]:
    """The columns that can be written; a number nobody refers to is left to the database."""
    found = connection.execute(
        "SELECT column_name, data_type, is_identity = 'YES' OR coalesce(column_default, '') LIKE 'nextval%%'"
        " FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    return [Column(*row) for row in found]


def _unique(connection: Connection, table: str) -> set[str]:
    found = connection.execute(
        "SELECT DISTINCT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
        " AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisunique",
        (table,),
    ).fetchall()
    return {name for (name,) in found}


def _take_indexes(connection: Connection, table: str) -> list[str]:
    """Drop the indexes that guard nothing, of the table and its partitions' own; answers what makes them again."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE (indrelid = %(table)s::regclass OR indrelid IN"
        " (SELECT inhrelid FROM pg_inherits WHERE inhparent = %(table)s::regclass)) AND NOT indisunique"
        " AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)",
        {"table": table},
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    # of a partitioned table the definition says ONLY, which would leave its partitions without
    return [definition.replace(" ON ONLY ", " ON ", 1) for _, definition in found]


def _step(connection: Connection) -> int:
    """A distance no two numbers of the sample have."""
    found = connection.execute("SELECT coalesce(max(last_value), 0) FROM pg_sequences WHERE schemaname = 'public'")
    row = found.fetchone()
    return int(row[0] if row else 0) + 1


def _move_sequences(connection: Connection, to: int) -> None:
    """Numbers given out from now on lie above those of the copies."""
    names = connection.execute(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename NOT LIKE 'exchange_%'"
        " AND data_type = 'bigint'::regtype"
    ).fetchall()
    for (name,) in names:
        connection.execute("SELECT setval(%s::regclass, greatest(nextval(%s::regclass), %s))", (name, name, to))


def _one(connection: Connection, query: sql.Composed) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
