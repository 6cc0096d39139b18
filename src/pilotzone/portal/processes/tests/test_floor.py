"""The oldest PostgreSQL a zone may bring: laid out, migrated and worked on by its programs, where the machine has them.

A test run of its own on them: what of SQL is newer, or stricter in one transaction, is refused there. Debian: `apt install postgresql-15`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from pilotzone.portal.processes import database

ROOT = Path(__file__).resolve().parents[5]
FLOOR, LONGEST_S = database.FLOOR, 400
PLACES = (f"/usr/lib/postgresql/{FLOOR}/bin", f"/usr/pgsql-{FLOOR}/bin", f"/opt/homebrew/opt/postgresql@{FLOOR}/bin")
# a zone laid out against one migrated step by step; trades to release; months merged and taken away; the daily reconciliation
SLICE = (
    "src/pilotzone/portal/processes/tests/test_layout.py::test_the_file_says_what_the_migrations_do",
    "src/pilotzone/pipeline/tests/test_main_job.py::test_four_papers_go_to_customs_and_on_its_receipts_to_release",
    "src/pilotzone/kernel/tests/test_storage.py::test_the_days_of_a_closed_month_become_one_partition_and_leave_a_line",
    "src/pilotzone/kernel/tests/test_archive.py::test_a_month_goes_into_files_and_comes_back_as_it_was",
    "src/pilotzone/portal/processes/tests/test_tuning.py::test_every_setting_is_one_of_postgresql",
)


def programs() -> Path | None:
    """The folder of the floor's programs: PILOTZONE_TEST_PG_BIN, else where systems put them; None where there are none."""
    places = (os.environ.get("PILOTZONE_TEST_PG_BIN", ""), *PLACES)
    return next((Path(place) for place in places if place and (Path(place) / "initdb").is_file()), None)


@pytest.mark.parametrize("name", SLICE)
def test_what_is_run_on_it_is_there(name: str) -> None:
    path, _, function = name.partition("::")
    assert f"def {function}(" in (ROOT / path).read_text("utf-8")


def test_a_zone_stands_on_the_oldest_postgresql() -> None:
    found = programs()
    if found is None:
        pytest.skip(f"no PostgreSQL {FLOOR} on this machine: its package, or PILOTZONE_TEST_PG_BIN, lets this test run")
    told = subprocess.run([found / "postgres", "--version"], check=True, capture_output=True, text=True)
    assert f" {FLOOR}." in told.stdout, told.stdout
    ours = ("DATABASE_URL", "PILOTZONE_", "PYTEST_", "PG", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "pytest", "-q", *SLICE]
    run = subprocess.Popen(
        command, cwd=ROOT, env=environment | {"PG_BIN": str(found)}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = run.communicate(timeout=LONGEST_S)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)  # its server too, where it hung
    assert run.returncode == 0, said[-4000:]
    assert "skipped" not in said.splitlines()[-1], said[-500:]
