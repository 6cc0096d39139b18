"""审核与复核: one officer reviews with a reason, another decides. A refused filing gives its lines free."""

from __future__ import annotations

from datetime import datetime

from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.operations.export.filing import free, locked, wrong_state
from pilotzone.rooms.tax.operations.export.firms import DECIDE

APPROVE, REFUSE, BACK = "approve", "refuse", "back"
LONGEST = 300


def review(number: str, proposal: str, reason: str, *, at: datetime) -> None:
    """初审: propose to approve or to refuse."""
    actor, said = require(DECIDE), whole(reason, LONGEST, "理由", "The reason", field="reason")
    if proposal not in (APPROVE, REFUSE) or not said:
        raise refused("rule.export.reason")
    with scope(PLATFORM):
        filing = locked(number)
        if filing.state != "accepted":
            raise wrong_state(filing)
        filing.state, filing.proposal, filing.review_reason = "reviewed", proposal, said
        filing.reviewed_by, filing.reviewed_at = actor.person, at
        filing.save()
    audit.record(
        "tax.refund.review", object_kind="refund_filing", object_id=number, after={"proposal": proposal}, reason=said
    )  # fmt: skip


def decide(number: str, decision: str, reason: str, *, at: datetime) -> None:
    """复核: another person approves, refuses, or sends it back to review. Refused `rule.export.four_eyes`."""
    actor, said = require(DECIDE), whole(reason, LONGEST, "理由", "The reason", field="reason")
    if decision not in (APPROVE, REFUSE, BACK) or not said:
        raise refused("rule.export.reason")
    with scope(PLATFORM):
        filing = locked(number)
        if filing.state != "reviewed":
            raise wrong_state(filing)
        if actor.person is None or actor.person == filing.reviewed_by:
            raise refused("rule.export.four_eyes")
        filing.decision_reason = said
        if decision == BACK:
            filing.state, filing.reviewed_by, filing.reviewed_at, filing.proposal = "accepted", None, None, ""
            filing.save()
        else:
            filing.decided_by, filing.decided_at = actor.person, at
            if decision == REFUSE:
                free(filing, "refused", at=at)
            else:
                filing.state = "approved"
                filing.save()
    audit.record(
        "tax.refund.decide", object_kind="refund_filing", object_id=number, after={"decision": decision}, reason=said
    )  # fmt: skip
