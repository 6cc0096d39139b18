"""What PostgreSQL should be set to, reckoned from memory and cores; for the embedded server and for one's own.

A value is right when it is at least (sizes, times, counts) or exactly (switches) what stands here. Why each: operations.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

KB, MB, GB = 1024, 1024**2, 1024**3
UNITS = {"B": 1, "kB": KB, "8kB": 8 * KB, "16MB": 16 * MB, "MB": MB, "GB": GB, "ms": 1, "s": 1000, "min": 60_000}
CGROUP = Path("/sys/fs/cgroup/memory.max")
# acknowledged means durable: without these it does not
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

OTHERWISE = {"wal_compression": " -- 'off' where the server was built without lz4"}


@dataclass(frozen=True)
class Setting:
    """One setting as ALTER SYSTEM takes it; `restart`: it counts after a restart of the server only."""

    name: str
    value: str
    restart: bool = False
    exactly: bool = False

    def holds(self, value: str, unit: str | None) -> bool:
        """Whether a server's value (as pg_settings tells it) is what is asked for."""
        if self.exactly:
            return value == self.value
        return float(value) * UNITS.get(unit or "", 1) >= measure(self.value) * 0.99


def measure(value: str) -> float:
    """`128MB` in bytes, `15min` in milliseconds, `0.9` as it is."""
    number = value.rstrip("kMGBsmin")
    return float(number) * UNITS.get(value[len(number) :], 1)


def embedded(memory: int) -> tuple[str, ...]:
    """The words of the embedded server, which shares its machine with everything else."""
    return (
        f"shared_buffers={_mb(memory / 64, 64, 96)}",
        f"effective_cache_size={_mb(memory / 3, 512, 1 << 20)}",
        f"maintenance_work_mem={_mb(memory / 128, 64, 256)}",
        "max_wal_size=4GB",
        "min_wal_size=512MB",
        "checkpoint_timeout=15min",
        "checkpoint_completion_target=0.9",
        "wal_compression=off",  # ADR 24: the packaged server has pglz only, a third of its time once a zone is large
        "wal_buffers=16MB",
        "wal_init_zero=off",  # ADR 23: commits waited for segments being written in full before their first use
        "autovacuum_naptime=30s",
        "autovacuum_vacuum_cost_limit=200",  # with the pause below: what lies in memory is else vacuumed as fast as a core can
        "autovacuum_vacuum_cost_delay=5ms",
        "random_page_cost=1.1",
        "jit=off",
        "max_connections=60",
        "TimeZone=UTC",
    )


def own(memory: int, cores: int) -> tuple[Setting, ...]:
    """What a server of one's own, alone on a machine of so many bytes and cores, should be set to."""
    return (
        Setting("shared_buffers", _mb(memory / 6, 256, 64 * 1024), restart=True),
        Setting("effective_cache_size", _mb(memory * 2 / 3, 1024, 1 << 20)),
        Setting("maintenance_work_mem", _mb(memory / 32, 128, 2048)),
        Setting("max_wal_size", "16GB"),
        Setting("min_wal_size", "2GB"),
        Setting("checkpoint_timeout", "15min"),
        Setting("checkpoint_completion_target", "0.9"),
        Setting("wal_compression", "lz4", exactly=True),
        Setting("wal_buffers", "64MB", restart=True),
        Setting("autovacuum", "on", exactly=True),
        Setting("autovacuum_max_workers", str(max(3, min(8, cores // 4))), restart=True),
        Setting("autovacuum_vacuum_cost_limit", "2000"),
        Setting("max_connections", "100", restart=True),
        Setting("jit", "off", exactly=True),
        *(Setting(name, "on", exactly=True) for name in DURABLE),
    )


def wrong(wanted: tuple[Setting, ...], found: Mapping[str, tuple[str, str | None]]) -> list[Setting]:
    """The settings that do not hold; `found`: name to value and unit of pg_settings. Unknown names are left out."""
    return [one for one in wanted if one.name in found and not _holds(one, *found[one.name])]


def alter(settings: list[Setting] | tuple[Setting, ...]) -> list[str]:
    """The DBA's SQL."""
    lines = [f"ALTER SYSTEM SET {one.name} = '{one.value}';{OTHERWISE.get(one.name, '')}" for one in settings]
    restart = any(one.restart for one in settings)
    return [*lines, "SELECT pg_reload_conf();"] + (["-- then restart the server"] if restart else [])


def memory_here() -> int:
    """Bytes this machine, or the container it is, may use."""
    whole = int(psutil.virtual_memory().total)
    told = CGROUP.read_text(encoding="ascii").strip() if CGROUP.is_file() else "max"
    return min(whole, int(told)) if told.isdigit() else whole


def _holds(one: Setting, value: str, unit: str | None) -> bool:
    if one.name == "wal_compression":  # zstd too, and off without both; pglz costs more than it saves
        return value not in ("on", "pglz")
    if one.name == "synchronous_commit":  # all others wait for the disk here, some for a standby too
        return value != "off"
    return one.holds(value, unit)


def _mb(size: float, least: int, most: int) -> str:
    return f"{max(least, min(most, int(size / MB)))}MB"
