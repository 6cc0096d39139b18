"""Replay, never edit: the platform sends a firm's kept message through the inbox once more, byte for byte, with four eyes."""

from __future__ import annotations

import hashlib

from django.db import connection, transaction

from pilotzone.base.texts import whole
from pilotzone.exchange import inbox
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services.errors import denied, refused
from pilotzone.rooms.services.models import Replay
from pilotzone.rooms.services.queries.cases import unknown
from pilotzone.rooms.services.queries.help import access_question

ACTION = "document.replay"
WAITING, DONE, REFUSED = "waiting", "done", "refused"


@transaction.atomic
def ask(*, receipt_id: str, reason: str, question: int | None = None) -> Replay:
    """Ask that the message of a receipt is worked on again. Refused `help.replay_unknown`, `service.case.reason`."""
    actor = require(ACTION)
    asked, why = (
        whole(receipt_id, 40, "回执编号", "The receipt", field="receipt_id"),
        whole(reason, 500, "理由", "The reason", field="reason"),
    )
    if not why:
        raise refused("service.case.reason", by_field={"reason": ""})
    about = access_question(question) if question else None
    with scope(PLATFORM):
        kin = inbox.known(connection, asked)
        raw = inbox.raw(connection, kin.id) if kin else None
        if kin is None or raw is None:
            raise refused("help.replay_unknown", value=asked, by_field={"receipt_id": asked})
        made = Replay.objects.create(
            receipt_id=asked, organisation_id=kin.organisation_id, question=about, sha256=hashlib.sha256(raw).hexdigest(),
            size=len(raw), reason=why, asked_by_id=actor.person, asked_at=clock.now(),
        )  # fmt: skip
    audit.record(
        "replay.ask",
        object_kind="replay",
        object_id=made.pk,
        after={"receipt": asked, "sha256": made.sha256},
        reason=why,
    )
    return made


@transaction.atomic
def decide(number: int, *, approved: bool, remark: str = "") -> Replay:
    """Another person approves or refuses. Approved, the same bytes enter the inbox by the way and name they came; nothing edits them.

    Denied `help.four_eyes`; Refused `help.replay_decided`, `service.case.reason` (a refusal says why).
    """
    actor = require(ACTION)
    why = whole(remark, 500, "意见", "The remark", field="remark")
    if not approved and not why:
        raise refused("service.case.reason", by_field={"remark": ""})
    with scope(PLATFORM):
        found = Replay.objects.select_for_update().filter(pk=number).first()
        if found is None:
            raise unknown()
        if found.state != WAITING:
            raise refused("help.replay_decided")
        if actor.person is None or actor.person == found.asked_by_id:
            raise denied("help.four_eyes")
        if approved:
            kin = inbox.known(connection, found.receipt_id)
            raw = inbox.raw(connection, kin.id) if kin else None
            if kin is None or raw is None or hashlib.sha256(raw).hexdigest() != found.sha256:
                raise refused("help.replay_unknown", value=found.receipt_id)
            found.new_receipt = inbox.keep_one(
                connection, raw, channel=kin.channel, client=kin.client, organisation_id=kin.organisation_id
            )
        found.state, found.remark = DONE if approved else REFUSED, why
        found.decided_by_id, found.decided_at = actor.person, clock.now()
        found.save()
    said = {"state": found.state, "receipt": found.receipt_id, "new_receipt": found.new_receipt}
    audit.record("replay.decide", object_kind="replay", object_id=found.pk, after=said, reason=why)
    return found
