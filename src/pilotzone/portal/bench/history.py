"""Earlier lists in the zone's tables."""

from __future__ import annotations

from pilotzone.portal.bench.mix import Load


def fill(dsn: str, rows: int, load: Load, organisations: dict[str, int]) -> None:
    """Write `rows` earlier trades."""
    raise NotImplementedError
