"""查检合一 beside the flood, rounds of the scheduler: orders follow the events of trades, results go to customs, months are studied."""

from __future__ import annotations

import os

import structlog

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.channels import inspections as channel
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance

log = structlog.get_logger("scheduler")


def follow() -> int:
    """Read the next events of trades into orders and proposals; how many batches there were."""
    return clearance.inspections.follow()


def hand_over(url: str = "") -> int:
    """Hand customs the results it does not have; answers 0, for the next round has its time. Without
    PILOTZONE_INSPECTION_URL results wait."""
    where = url or os.environ.get("PILOTZONE_INSPECTION_URL", "")
    if not where:
        return 0
    with scope(PLATFORM):
        waiting = clearance.inspections.untold_results()
    if not waiting:
        return 0
    try:
        told = channel.hand_over(where, waiting)
    except Unavailable as away:
        log.info("inspection.customs_away", said=away.en)
        return 0
    with scope(PLATFORM):
        clearance.inspections.results_told(told)
    return 0


def study() -> int:
    """Publish the months of the Time Release Study that are due, once no demonstration is loading; answers 0."""
    from pilotzone.portal.processes import records
    from pilotzone.portal.processes.home import home

    load = records.read(records.demo_file(home()))
    if load and not load.get("finished"):
        return 0
    if done := clearance.inspections.publish_due():
        log.info("release_study.published", months=done)
    return 0
