"""What PostgreSQL is set to follows from memory; what a server lacks is named with its SQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from pilotzone.portal.processes import diagnosis, tuning
from pilotzone.portal.processes.tuning import GB, MB, Setting, alter, embedded, measure, own, wrong


@pytest.mark.parametrize(
    ("written", "meant"),
    [("128MB", 128 * MB), ("16GB", 16 * GB), ("15min", 900_000.0), ("30s", 30_000.0), ("0.9", 0.9)],
)
def test_values_are_compared_by_what_they_mean(written: str, meant: float) -> None:
    assert measure(written) == meant


@pytest.mark.parametrize(("memory", "buffers"), [(1, "256MB"), (6, "1024MB"), (64, "10922MB"), (4096, "65536MB")])
def test_a_server_of_ones_own_gets_a_sixth_of_its_memory(memory: int, buffers: str) -> None:
    assert own(memory * GB, 8)[0] == Setting("shared_buffers", buffers, restart=True)


@pytest.mark.parametrize(("memory", "buffers"), [(2, "64MB"), (5, "80MB"), (64, "96MB")])
def test_the_embedded_server_is_modest(memory: int, buffers: str) -> None:
    assert embedded(memory * GB)[0] == f"shared_buffers={buffers}"


def test_what_is_too_low_or_off_is_wrong_and_the_sql_mends_it() -> None:
    good = {one.name: (one.value, None) for one in own(24 * GB, 2) if one.exactly}
    found: dict[str, tuple[str, str | None]] = good | {
        "max_wal_size": ("1024", "MB"), "checkpoint_timeout": ("1800", "s"), "shared_buffers": ("524288", "8kB"),
        "synchronous_commit": ("off", None), "wal_compression": ("lz4", None), "jit": ("on", None),
    }  # fmt: skip
    low = wrong(own(24 * GB, 2), found)
    assert [one.name for one in low] == ["max_wal_size", "jit", "synchronous_commit"]
    assert alter(low) == [
        "ALTER SYSTEM SET max_wal_size = '16GB';", "ALTER SYSTEM SET jit = 'off';",
        "ALTER SYSTEM SET synchronous_commit = 'on';", "SELECT pg_reload_conf();",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "right"), [("lz4", True), ("zstd", True), ("off", True), ("on", False), ("pglz", False)]
)
def test_whole_pages_are_not_made_small_by_what_costs_more_than_it_saves(value: str, right: bool) -> None:
    (setting,) = [one for one in own(GB, 1) if one.name == "wal_compression"]
    assert (wrong((setting,), {"wal_compression": (value, None)}) == []) is right


def test_the_embedded_log_is_not_compressed_and_the_sql_for_a_server_names_the_one_without_lz4() -> None:
    assert "wal_compression=off" in embedded(GB)
    told = alter([one for one in own(GB, 1) if one.name == "wal_compression"])
    assert told[0] == "ALTER SYSTEM SET wal_compression = 'lz4'; -- 'off' where the server was built without lz4"


@pytest.mark.django_db
def test_the_doctor_asks_a_server_of_ones_own(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test run's server acknowledges without the disk: that is said first of all settings by its own code."""
    monkeypatch.setattr(diagnosis.connections, "dsn", lambda role, state: server.dsn(role=role))
    monkeypatch.setenv("DATABASE_URL", "postgresql://ignored/postgres")
    codes = {one.code: one.mend for one in diagnosis.findings((), memory=8 * GB)}
    assert codes["doctor.durability"].startswith("ALTER SYSTEM SET ")
    assert "doctor.setting" in codes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [*(one.name for one in own(GB, 1)), *(word.partition("=")[0] for word in embedded(GB))]
)
def test_every_setting_is_one_of_postgresql(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_settings WHERE name = %s", (name,))
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_hot_tables_are_vacuumed_early() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE array_to_string(reloptions, ' ') ~ 'autovacuum'")
        told = {name for (name,) in cursor.fetchall()}
    assert {
        "exchange_inbox",
        "exchange_cursor",
        "clearance_key",
        "tax_quota",
        "tracking_trade",
        "kernel_event",
    } <= told


def test_memory_is_what_may_be_used() -> None:
    assert tuning.memory_here() > 0
