"""办结争议: customs or the zone office says how a buyer's dispute ended; buyer and parties read it in the timeline."""

from __future__ import annotations

from datetime import datetime

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax.engine.disputes import OUTCOMES
from pilotzone.rooms.tax.operations import desk
from pilotzone.rooms.tax.queries.disputes import BETWEEN, of_lists

LONGEST = 200
SOURCE = "海关总署公告2018年第194号"


def settle(*, list_key: str, outcome: str, reason: str, at: datetime) -> None:
    """End the dispute of a list. Needs `dispute.settle`; the reason stays in the trail and is told to the buyer.

    Refused `tax.dispute.outcome|reason|none`, `rule.quota.voided`. A misuse changes no figure here: customs keeps the buyer's
    year, and what it corrects comes back by its receipts.
    """
    require("dispute.settle")
    reason = " ".join(reason.split())
    if outcome not in OUTCOMES:
        raise _no("outcome", "请选择办结结论。", "Choose how the dispute ended.")
    if not reason or len(reason) > LONGEST:
        raise _no("reason", f"请写明办结理由，不超过{LONGEST}字。", f"Say why, in at most {LONGEST} characters.")
    with scope(PLATFORM):
        found = of_lists([list_key]).get(list_key)
        if found is None or found["outcome"]:
            raise _no(
                "none",
                "该笔没有待办结的争议，可能已由他人办结。",
                "There is no open dispute; somebody may have settled it.",
            )
    with scope(PLATFORM):
        booked = desk.dispute(
            list_key=list_key, reference=f"{found['case']}{BETWEEN}{outcome}", at=at, settled=True, reason=reason
        )
    if not booked.ok:
        raise _no("none", "该笔没有待办结的争议。", "There is no open dispute.")
    zh, en = OUTCOMES[outcome]
    clearance.tell_line(
        trade=found["trade"], code="tax.dispute_settled", zh=f"争议办结：{zh}。{reason}", en=f"dispute settled: {en}. {reason}",
        source=SOURCE,
    )  # fmt: skip


def _no(what: str, zh: str, en: str) -> Refused:
    return Refused(code=f"tax.dispute.{what}", zh=zh, en=en, source=SOURCE)
