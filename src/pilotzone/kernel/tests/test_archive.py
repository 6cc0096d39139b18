"""Months go into files and come back as they were; the law, a changed file and a crash stand in the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel import archive, retention
from pilotzone.kernel.partitions import first_id

MONTH, LATER = date(2019, 5, 1), date(2022, 7, 2)
TABLE, LEAF = "kernel_kept", "kernel_kept_m201905"


class Shelf:
    """A table by day of a month of three rows, and a folder for its archive; rolled back at the end."""

    def __init__(self, connection: psycopg.Connection[Any], folder: Path) -> None:
        self.connection, self.folder = connection, folder
        run = connection.execute
        run(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, note text, at timestamptz) PARTITION BY RANGE (id)")
        run(f"CREATE INDEX ON {TABLE} (note)")
        run("SELECT pz_partition(%s, %s)", (TABLE, MONTH))
        for n, day in enumerate((1, 1, 31)):
            moment = datetime(2019, 6, 30, 17, tzinfo=UTC)  # 1 July in Shanghai
            run(f"INSERT INTO {TABLE} VALUES (%s, %s, %s)", (first_id(date(2019, 5, day)) + n, "一\t\\N", moment))
        self.told = self.rows()

    def rows(self) -> list[Any]:
        """What the table holds."""
        return self.connection.execute(f"SELECT * FROM {TABLE} ORDER BY id").fetchall()

    def detach(self, on: date = LATER) -> Any:
        """As `archive.detach`, this table's file."""
        files = archive.detach(self.connection, self.folder, MONTH, on=on, reason="test")
        return next(one for one in files if one.parent == TABLE)

    def attach(self) -> None:
        """As `archive.attach`."""
        archive.attach(self.connection, self.folder, MONTH, reason="test")

    def path(self) -> Path:
        """The table's file."""
        return self.folder / "201905" / f"{LEAF}.copy.zst"


@pytest.fixture
def shelf(owner_connect: Callable[[], psycopg.Connection[Any]], tmp_path: Path, db: None) -> Any:
    connection = owner_connect()
    yield Shelf(connection, tmp_path / "archive")
    connection.rollback()


def test_a_month_goes_into_files_and_comes_back_as_it_was(shelf: Shelf) -> None:
    file = shelf.detach()
    assert (file.rows, shelf.rows()) == (3, [])
    manifest = json.loads((shelf.folder / "201905" / "manifest.json").read_text("utf-8"))
    assert file.sha256 in {one["sha256"] for one in manifest["files"]}
    assert shelf.path().stat().st_mode & 0o777 == 0o600
    (known,) = [one for one in archive.detached(shelf.connection.cursor()) if one["table"] == TABLE]
    assert (known["rows"], known["sha256"]) == (3, file.sha256)
    shelf.connection.execute("SELECT pz_storage_sweep()")
    assert shelf.connection.execute("SELECT to_regclass(%s)", (LEAF,)).fetchone() == (None,)
    shelf.attach()
    assert shelf.rows() == shelf.told
    assert archive.detached(shelf.connection.cursor()) == []
    lines = shelf.connection.execute(
        "SELECT action, reason FROM kernel_audit WHERE object_kind = 'storage' AND object_id = '2019-05' ORDER BY id"
    )
    assert lines.fetchall() == [("storage.detach", "test"), ("storage.attach", "test")]


def test_it_comes_back_unswept_and_into_a_table_that_grew_a_column(shelf: Shelf) -> None:
    shelf.detach()
    shelf.connection.execute(f"ALTER TABLE {TABLE} ADD n int NOT NULL DEFAULT 7")
    shelf.attach()
    assert shelf.rows() == [(*row, 7) for row in shelf.told]


@pytest.mark.parametrize(("on", "kept"), [(date(2022, 7, 1), True), (date(2022, 7, 2), False)])
def test_what_the_law_says_must_be_kept_stays(shelf: Shelf, on: date, kept: bool) -> None:
    """Three years from the last change, 1 July 2019 in Shanghai, that day included."""
    if not kept:
        assert shelf.detach(on).rows == 3
        return
    with pytest.raises(Refused) as refused:
        shelf.detach(on)
    assert refused.value.code == "storage.kept"
    assert "第" in refused.value.source
    assert (shelf.rows(), shelf.folder.exists()) == (shelf.told, False)


def test_the_longest_term_counts_and_leap_days_lose_nothing() -> None:
    assert retention.kept_until(date(2020, 2, 29), on=LATER).until == date(2023, 3, 1)


@pytest.mark.parametrize("fault", ["changed", "missing", "no manifest", "other columns"])
def test_an_archive_that_is_not_what_was_written_is_refused_whole(shelf: Shelf, fault: str) -> None:
    shelf.detach()
    if fault == "changed":
        shelf.path().write_bytes(shelf.path().read_bytes()[:-1] + b"x")
    elif fault == "missing":
        shelf.path().unlink()
    elif fault == "no manifest":
        (shelf.folder / "201905" / "manifest.json").unlink()
    else:
        shelf.connection.execute(f"ALTER TABLE {TABLE} ALTER note TYPE varchar(9)")
    with pytest.raises(Refused) as refused:
        shelf.attach()
    assert refused.value.code == "storage.broken"
    assert shelf.rows() == []
    assert len(archive.detached(shelf.connection.cursor())) >= 1


def test_a_month_in_days_is_not_moved_and_one_that_is_there_again_is_not_overwritten(shelf: Shelf) -> None:
    shelf.detach()
    shelf.connection.execute("SELECT pz_storage_sweep()")
    shelf.connection.execute("SELECT pz_partition(%s, %s)", (TABLE, MONTH))
    with pytest.raises(Refused) as refused:
        shelf.attach()
    assert refused.value.code == "storage.occupied"
    for table, month in ((TABLE, date(2018, 4, 1)),):
        with pytest.raises(Refused) as refused:
            archive.detach(shelf.connection, shelf.folder, month, on=LATER, reason=table)
        assert refused.value.code == "storage.nothing"


def test_files_of_a_call_that_died_before_its_end_are_replaced(shelf: Shelf) -> None:
    with pytest.raises(ZeroDivisionError), shelf.connection.transaction():
        shelf.detach()
        raise ZeroDivisionError
    assert (shelf.rows(), shelf.path().exists()) == (shelf.told, True)
    shelf.path().write_bytes(b"half")
    shelf.detach()
    shelf.attach()
    assert shelf.rows() == shelf.told
