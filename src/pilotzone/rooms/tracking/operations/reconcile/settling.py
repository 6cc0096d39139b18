"""What people do about residuals: take one up, explain it, close it with evidence, hand it to another. Each leaves a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.tracking.engine.reconcile.kinds import OWNERS
from pilotzone.rooms.tracking.errors import SENTENCES
from pilotzone.rooms.tracking.models import Residual, ResidualFile, ResidualStep
from pilotzone.rooms.tracking.queries.residuals import STATES, access_residual

LONGEST, MOST = 300, 500
OPEN = ("opened", "owned", "explained")
# verb: action of the permission matrix, states it may be done in, state after
VERBS = {
    "own": ("recon.answer", ("opened",), "owned"),
    "explain": ("recon.answer", ("opened", "owned"), "explained"),
    "close": ("recon.close", OPEN, "closed"),
    "reopen": ("recon.close", ("explained", "closed"), "opened"),
}


def settle(*, residual: int, verb: str, at: datetime, reason: str = "", evidence: str = "") -> None:
    """Do one of VERBS with a residual the caller sees. What closes it is named or kept as a file; where money differs, one
    person explains and another closes.

    Raises Denied, Refused `rule.reconcile.unknown|step|reason|evidence|four_eyes|two_people`.
    """
    action, before, after = VERBS[verb]
    require(action)
    access_residual(residual)
    reason, evidence = reason.strip(), evidence.strip()
    if len(reason) > LONGEST or len(evidence) > LONGEST or (verb != "own" and not reason):
        raise SENTENCES.refused("rule.reconcile.reason", by_field={"reason": "rule.reconcile.reason"})
    if verb == "close" and not evidence and not ResidualFile.objects.filter(residual=residual).exists():
        raise SENTENCES.refused("rule.reconcile.evidence", by_field={"evidence": "rule.reconcile.evidence"})
    person = current().person
    with scope(PLATFORM):
        found = Residual.objects.select_for_update().get(pk=residual)
        if found.state not in before:
            zh, en = STATES[found.state]
            raise SENTENCES.refused("rule.reconcile.step", state_zh=zh, state_en=en)
        if verb == "close" and found.state == "explained" and person is not None and found.person == person:
            raise SENTENCES.refused("rule.reconcile.four_eyes")
        if verb == "close" and found.legs and found.state != "explained":
            raise SENTENCES.refused("rule.reconcile.two_people")
        found.state, found.person, found.reason, found.evidence = after, person, reason, evidence
        found.save(update_fields=["state", "person", "reason", "evidence"])
        ResidualStep.objects.create(
            residual=found, what="reopened" if verb == "reopen" else after, at=at, person=person, note=reason,
            evidence=evidence, left=found.left, right=found.right,
        )  # fmt: skip
    audit.record(
        f"tracking.reconcile.{verb}", object_kind="tracking.residual", object_id=residual, after={"state": after},
        reason=reason,
    )  # fmt: skip


def hand_over(*, residuals: Sequence[int], owner: str, at: datetime, reason: str = "") -> int:
    """Say whose turn it is with these residuals; how many changed hands. Unknown ones are refused, all or nothing."""
    require("recon.close")
    if owner not in OWNERS or not 0 < len(residuals) <= MOST:
        raise SENTENCES.refused("rule.reconcile.unknown")
    if len(reason.strip()) > LONGEST:
        raise SENTENCES.refused("rule.reconcile.reason")
    for number in residuals:
        access_residual(number)
    person = current().person
    with scope(PLATFORM):
        rows = list(
            Residual.objects.select_for_update()
            .filter(pk__in=residuals, state__in=OPEN)
            .exclude(owner=owner)
            .order_by("pk")
        )
        for row in rows:
            row.owner = owner
            if owner.startswith("zone.") and owner not in row.seen_by:
                row.seen_by = [*row.seen_by, owner]
        Residual.objects.bulk_update(rows, ["owner", "seen_by"])
        ResidualStep.objects.bulk_create(
            ResidualStep(residual=row, what="handed", at=at, person=person, note=reason.strip(), evidence=owner)
            for row in rows
        )
    audit.record(
        "tracking.reconcile.hand", object_kind="tracking.residual", object_id=owner,
        after={"residuals": [row.pk for row in rows]}, reason=reason.strip(),
    )  # fmt: skip
    return len(rows)
