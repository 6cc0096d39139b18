"""Months that lie in files: detached from their tables with hash and manifest, and attached again.

A month's folder holds one file a table (`COPY` in binary, zstd) and `manifest.json`. The files lie durable on disk before
the transaction that detaches ends, so a crash leaves either the partition or the files of a whole month, or both.
What documents say is sealed in the files as in the tables: `secrets/vault` opens it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Unavailable
from pilotzone.kernel import audit, retention
from pilotzone.kernel.archive_files import MANIFEST, SOURCE, File, broken, files_of, load, name_of, refused, write
from pilotzone.kernel.partitions import first_id
from pilotzone.kernel.storage import Leaf, leaves

TRIES = 20
# less than deadlock_timeout: it is never a writer that is ended
LOCKS = "SET LOCAL lock_timeout = '400ms'"


def detached(cursor: Any) -> list[dict[str, Any]]:
    """What lies in files, by month and table, as plain data."""
    cursor.execute(
        "SELECT month, parent, leaf, rows, bytes, sha256, file, detached_at FROM kernel_detached ORDER BY month, parent"
    )
    names = ("month", "table", "leaf", "rows", "bytes", "sha256", "file", "detached_at")
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def detach(connection: psycopg.Connection[Any], folder: Path, month: date, *, on: date, reason: str) -> list[File]:
    """Move one month of every table by day into `folder`/YYYYMM; `connection` is of role owner, with autocommit.

    Refused: `storage.kept` (a term of the law runs), `storage.days` (not merged yet), `storage.nothing`. Unavailable:
    `storage.busy` (readers did not leave in time). The tables are dropped by the next sweep.
    """
    place = folder / f"{month:%Y%m}"
    with _transaction(connection) as cursor:
        parts = [leaf for leaf in leaves(cursor) if leaf.month == month]
        _refuse_days(parts, month)
        _lock(cursor, [sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(leaf.leaf)) for leaf in parts])
        last = max([_last_change(cursor, leaf) for leaf in parts])
        retention.refuse_if_kept(f"{month:%Y-%m}", last, on=on)
        files = write(cursor, place, month, parts)
        counters = _counted(cursor, files, -1)
        _lock(cursor, [*(_detach(leaf) for leaf in parts), *counters])
        for one in files:
            cursor.execute(
                sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY").format(
                    sql.Identifier(one.leaf)
                )
            )
            cursor.execute(
                "INSERT INTO kernel_detached (leaf, parent, month, first, until, rows, bytes, sha256, file, detached_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, pz_now())",
                (one.leaf, one.parent, month, one.first, one.until, one.rows, one.bytes, one.sha256, name_of(place, one)),
            )  # fmt: skip
        told = {"rows": {one.parent: one.rows for one in files}, "sha256": {one.parent: one.sha256 for one in files}}
        audit.record(
            "storage.detach",
            object_kind="storage",
            object_id=f"{month:%Y-%m}",
            after=told,
            reason=reason,
            cursor=cursor,
        )
    return files


def attach(connection: psycopg.Connection[Any], folder: Path, month: date, *, reason: str) -> list[File]:
    """Bring a month back from `folder`/YYYYMM; the files stay. `connection` is of role owner, with autocommit.

    Refused: `storage.unknown` (not detached), `storage.broken` (a file is missing, changed, or of other columns),
    `storage.occupied` (rows lie there again). Nothing is changed then.
    """
    place = folder / f"{month:%Y%m}"
    with _transaction(connection) as cursor:
        cursor.execute("SELECT leaf, sha256 FROM kernel_detached WHERE month = %s", (month,))
        known: dict[str, str] = dict(cursor.fetchall())
        if not known:
            raise refused("unknown", f"{month:%Y-%m} 没有移出的数据。", f"Nothing of {month:%Y-%m} was moved out.")
        if any(leaf.month == month for leaf in leaves(cursor)):
            raise refused(
                "occupied", f"{month:%Y-%m} 已另有数据分区。", f"{month:%Y-%m} has partitions of its own again."
            )
        files = files_of(place)
        if {one.leaf: one.sha256 for one in files} != known:
            raise broken(place / MANIFEST)
        for one in files:
            load(cursor, place, one)
        counters = _counted(cursor, files, 1)
        _lock(cursor, [*(_attach(one) for one in files), *counters])
        for one in files:
            cursor.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT pz_merge_bounds").format(sql.Identifier(one.leaf)))
        cursor.execute("DELETE FROM kernel_detached WHERE month = %s", (month,))
        told = {"rows": {one.parent: one.rows for one in files}}
        audit.record(
            "storage.attach",
            object_kind="storage",
            object_id=f"{month:%Y-%m}",
            after=told,
            reason=reason,
            cursor=cursor,
        )
    return files


@contextmanager
def _transaction(connection: psycopg.Connection[Any]) -> Iterator[Any]:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pz.kind', 'system', true), set_config('pz.role', 'platform', true)")
        cursor.execute(LOCKS)
        yield cursor


def _lock(cursor: Any, statements: Sequence[sql.Composed]) -> None:
    """Run statements that need locks, all or none, again and again; Unavailable `storage.busy` in the end."""
    for turn in range(TRIES):
        try:
            with cursor.connection.transaction():
                for statement in statements:
                    cursor.execute(statement)
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            time.sleep(0.05 * (turn + 1))
    raise Unavailable(
        code="storage.busy",
        zh="数据正被读取，请稍后再试。",
        en="The tables are being read; try again later.",
        source=SOURCE,
    )


def _detach(leaf: Leaf) -> sql.Composed:
    names = {"parent": sql.Identifier(leaf.parent), "leaf": sql.Identifier(leaf.leaf)}
    return sql.SQL("ALTER TABLE {parent} DETACH PARTITION {leaf}").format(**names)


def _attach(one: File) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
        sql.Identifier(one.parent), sql.Identifier(one.leaf), first_id(one.first), first_id(one.until)
    )


def _counted(cursor: Any, files: Sequence[File], sign: int) -> list[sql.Composed]:
    """Let the rooms that count their tables' rows sum these up (functions <parent>_sum(leaf, sign)); answers the statements
    that change their counters (<parent>_summed()): what a month holds is summed up before anybody has to wait for us."""
    changes = []
    for one in files:
        names = [f"{one.parent}_sum", f"{one.parent}_summed"]
        cursor.execute("SELECT to_regprocedure(format('%%I(text,int)', %s::text))", (names[0],))
        if cursor.fetchone()[0] is not None:
            cursor.execute(sql.SQL("SELECT {}(%s, %s)").format(sql.Identifier(names[0])), (one.leaf, sign))
            changes.append(sql.SQL("SELECT {}()").format(sql.Identifier(names[1])))
    return changes


def _refuse_days(parts: Sequence[Leaf], month: date) -> None:
    if not parts:
        raise refused("nothing", f"{month:%Y-%m} 没有数据分区。", f"There is no partition of {month:%Y-%m}.")
    if days := [leaf.leaf for leaf in parts if not leaf.merged]:
        raise refused(
            "days", f"{month:%Y-%m} 尚未合并为月：{days[0]}。", f"{month:%Y-%m} is not merged yet: {days[0]}."
        )


def _last_change(cursor: Any, leaf: Leaf) -> date:
    """The Shanghai day of the latest moment any row names, at least the month's last day."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
        " AND atttypid = 'timestamptz'::regtype", (leaf.leaf,),
    )  # fmt: skip
    columns = [sql.SQL("max({})").format(sql.Identifier(name)) for (name,) in cursor.fetchall()]
    latest: list[datetime] = []
    if columns:
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(columns), sql.Identifier(leaf.leaf)))
        latest = [moment for moment in cursor.fetchone() if moment is not None]
    return max(
        [date.fromordinal(leaf.until.toordinal() - 1), *(moment.astimezone(SHANGHAI).date() for moment in latest)]
    )
