"""The files of a month and their manifest: written durable, read back only when nothing of them changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import psycopg
import zstandard
from psycopg import sql

from pilotzone.base.errors import Refused
from pilotzone.kernel.partitions import first_id
from pilotzone.kernel.storage import Leaf

FORMAT = "pilotzone.archive/1"
MANIFEST = "manifest.json"
LEVEL, CHUNK = 9, 1 << 20
SOURCE = "docs/operations.md, Storage"


@dataclass(frozen=True)
class File:
    """One table's month in a file; `columns` are names and types in order, `sha256` is of the file as it lies there."""

    parent: str
    leaf: str
    first: date
    until: date
    rows: int
    bytes: int
    sha256: str
    columns: list[list[str]]


def _columns(cursor: Any, table: str) -> list[list[str]]:
    cursor.execute(
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum", (table,),
    )  # fmt: skip
    return [list(row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Manifest:
    """`manifest.json` of a month's folder."""

    format: str
    month: str
    files: list[File]


def write(cursor: Any, place: Path, month: date, parts: Sequence[Leaf]) -> list[File]:
    """The files and their manifest, durable; they take the place of what an interrupted call left."""
    fresh = place.with_name(place.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    files = [_dump(cursor, fresh, leaf) for leaf in parts]
    manifest = Manifest(FORMAT, f"{month:%Y-%m}", files)
    with _new(fresh / MANIFEST) as out:
        out.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        out.flush()
        os.fsync(out.fileno())
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)
    for folder in (place, place.parent):
        number = os.open(folder, os.O_RDONLY)
        os.fsync(number)
        os.close(number)
    return files


def _dump(cursor: Any, folder: Path, leaf: Leaf) -> File:
    path = folder / f"{leaf.leaf}.copy.zst"
    copy = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(leaf.leaf))
    with _new(path) as out:
        with zstandard.ZstdCompressor(LEVEL).stream_writer(out, closefd=False) as packed, cursor.copy(copy) as rows:
            for block in rows:
                packed.write(block)
        rows_ = cursor.rowcount
        out.flush()
        os.fsync(out.fileno())
    return File(
        leaf.parent,
        leaf.leaf,
        leaf.first,
        leaf.until,
        rows_,
        path.stat().st_size,
        _hash(path),
        _columns(cursor, leaf.leaf),
    )


def load(cursor: Any, place: Path, one: File) -> None:
    """Load one file into a table beside its parent, as a leaf looks."""
    path, leaf, parent = place / f"{one.leaf}.copy.zst", sql.Identifier(one.leaf), sql.Identifier(one.parent)
    if (
        not path.is_file()
        or _hash(path) != one.sha256
        or [column for column in one.columns if column not in _columns(cursor, one.parent)]
    ):
        raise broken(path)
    cursor.execute("SELECT pz_day_column(%s)", (one.parent,))
    column = sql.Identifier(cursor.fetchone()[0])
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(leaf))
    cursor.execute(
        sql.SQL(
            "CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE,"
            " CONSTRAINT pz_merge_bounds CHECK ({} >= {} AND {} < {}))"
        ).format(leaf, parent, column, first_id(one.first), column, first_id(one.until))
    )
    cursor.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY").format(leaf))
    # a column made since then takes its default
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in one.columns)
    try:
        with (
            path.open("rb") as raw,
            zstandard.ZstdDecompressor().stream_reader(raw) as blocks,
            cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(leaf, columns)) as rows,
        ):
            while block := blocks.read(CHUNK):
                rows.write(block)
    except (zstandard.ZstdError, psycopg.errors.DataError, psycopg.errors.IntegrityError) as fault:
        raise broken(path) from fault
    if cursor.rowcount != one.rows:
        raise broken(path)
    cursor.execute("SELECT pz_leaf(%s, %s, true)", (one.parent, one.leaf))
    cursor.execute(sql.SQL("ANALYZE {}").format(leaf))


def files_of(place: Path) -> list[File]:
    """What the manifest of a month's folder names; Refused `storage.broken` where it cannot be read."""
    try:
        told = msgspec.json.decode((place / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError) as fault:
        raise broken(place / MANIFEST) from fault
    if told.format != FORMAT:
        raise broken(place / MANIFEST)
    return told.files


def name_of(place: Path, one: File) -> str:
    """The file's path below the archive."""
    return f"{place.name}/{one.leaf}.copy.zst"


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _new(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def broken(path: Path) -> Refused:
    """`storage.broken`: the archive is not what was written."""
    return refused(
        "broken", f"归档文件缺失、已改动或与数据表不符：{path.name}。",
        f"A file of the archive is missing, changed, or of other columns than its table: {path.name}.",
    )  # fmt: skip


def refused(name: str, zh: str, en: str) -> Refused:
    """A refusal `storage.…`."""
    return Refused(code=f"storage.{name}", zh=zh, en=en, source=SOURCE, whose="platform")
