"""The exchange with the tax authority's refund system, a round of the scheduler: what waits goes out, what is new comes in.

Each word is kept in a transaction of its own; a word repeated after a crash changes nothing on either side.
"""

from __future__ import annotations

import os
from typing import Any

import structlog

from pilotzone.base.errors import Problem, Unavailable
from pilotzone.exchange.channels import tax_bureau
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api as tax

log = structlog.get_logger("scheduler")


def exchange(url: str = "") -> int:
    """One round; answers 0, for the next has its time. Without PILOTZONE_TAX_URL signed filings wait."""
    where = url or os.environ.get("PILOTZONE_TAX_URL", "")
    if not where:
        return 0
    try:
        with scope(PLATFORM):
            waiting = tax.bureau().outgoing()
        for one in waiting:
            _send(where, one)
        _fetch(where)
    except Unavailable as away:
        log.info("tax_bureau.away", said=away.en)
    return 0


def _send(where: str, one: dict[str, Any]) -> None:
    answer = tax_bureau.send(where, one)
    with scope(PLATFORM):
        now = clock.now()
        if one["what"] == "filing":
            tax.bureau().received(
                one["number"], accepted=answer.get("state") == "accepted", receipt_no=str(answer.get("receipt", "")),
                text=str(answer.get("text", "")), at=now,
            )  # fmt: skip
        else:
            tax.bureau().told(one["number"], one["what"], at=now)


def _fetch(where: str) -> None:
    kept = []
    for one in tax_bureau.news(where):
        try:
            with scope(PLATFORM):
                if one.get("kind") == "paid":
                    tax.bureau().paid(str(one.get("number")), str(one.get("content", "")), at=clock.now())
                else:
                    tax.bureau().asked(str(one.get("number")), str(one.get("content", "")))
        except Problem as strange:
            log.warning("tax_bureau.strange", code=strange.code, number=str(one.get("number"))[:40])
            if strange.code == "text.long":  # not taken, so not acknowledged: it stays with the authority
                continue
        kept.append(int(one["id"]))
    if kept:
        tax_bureau.acknowledge(where, kept)
