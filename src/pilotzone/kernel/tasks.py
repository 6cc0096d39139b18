"""The kernel's own jobs, found by the job queue by this module's name."""

from __future__ import annotations

import structlog

from pilotzone.kernel import jobs

log = structlog.get_logger("storage")


@jobs.task("kernel.storage", queue="storage", every="*/10 * * * *")
def storage(timestamp: int) -> None:
    """Every ten minutes: partitions ahead, statistics, closed months merged (kernel/storage.py)."""
    from pilotzone.kernel import storage as care

    told = care.care()
    if any(told.values()):
        log.info("storage.cared", **told)
