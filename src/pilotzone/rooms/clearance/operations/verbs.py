"""What people do in the room: urge, open, hand in, record an identity answer, bring the past.

Each verb is one transaction of the caller's scope, leaves one audit line and its events. Documents themselves enter by
the inbox like everything else: the desk is a batch of one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from pilotzone.base.days import day_of, stamp
from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.exchange import inbox
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.kernel import audit, clock, events
from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import heads
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.models import Document, Identity, Trade, Urge
from pilotzone.rooms.clearance.operations import telling
from pilotzone.rooms.clearance.operations.buyers import last_day
from pilotzone.rooms.clearance.queries import lookups, pages

PARTIES = ("ebp", "ebc", "pay", "logi", "declarant", "area")
SOURCE = "PilotZone 单证互助"
PER_MESSAGE = 100


def urge(*, trade: int, party: str) -> None:
    """Ask a party of a trade to send or correct its document. Once a day, trade and party; told in the timeline."""
    found = Trade.objects.filter(id=trade).first()
    actor = current()
    if found is None or actor.organisation is None:
        raise unknown()
    if party not in found.holder.split(",") or party not in PARTIES:
        raise Refused(
            code="clearance.urge.not_theirs", zh="该环节当前不在所选一方，无需催办",
            en="The trade does not wait for that party", source=SOURCE,
        )  # fmt: skip
    now = clock.now()
    try:
        with transaction.atomic():
            Urge.objects.create(
                trade_id=trade, party=party, organisation_id=actor.organisation, person_id=actor.person, urged_at=now,
                urged_on=day_of(now),
            )  # fmt: skip
    except IntegrityError as again:
        raise Refused(
            code="clearance.urge.again", zh="今天已催办过该方，请明日再试",
            en="You urged this party today; try again tomorrow", source=SOURCE,
        ) from again  # fmt: skip
    audit.record("clearance.urge", object_kind="trade", object_id=trade, after={"party": party})
    _tell(found, "clearance.urged", f"催办：{party}", f"urged: {party}", SOURCE, urged=party)


def tell_line(*, trade: int, code: str, zh: str, en: str, source: str) -> None:
    """A line in the life of a trade the caller sees, told by a room above; it moves no state. Unknown trades: nothing."""
    found = Trade.objects.filter(id=trade).first()
    if found is not None:
        _tell(found, code, zh, en, source)


def _tell(found: Trade, code: str, zh: str, en: str, source: str, **more: str) -> None:
    row = telling.line_of(
        at=clock.now(), trade=found.id, flow=found.flow, mode=found.mode, state=found.state, holder=found.holder,
        parties=found.parties, buyer=found.buyer, code=code, what=(zh, en), source=source,
    )  # fmt: skip
    events.publish("clearance.trade_changed", [row | more])


def open_personal(*, document: int, reason: str) -> dict[str, Any]:
    """A document with its personal fields open, for customs officers; the reason is kept. Refused `text.long`."""
    reason = whole(reason, 200, "理由", "The reason", field="reason")
    row = Document.objects.filter(id=document).first()
    if row is None:
        raise unknown()
    if not pages.may_open_all() or not reason.strip():
        raise Denied(
            code="clearance.personal.denied", zh="需由海关人员说明理由后方可查看个人信息",
            en="Personal data open to customs officers only, with a reason", source="个人信息保护法",
        )  # fmt: skip
    audit.record("clearance.personal.open", object_kind="document", object_id=document, reason=reason)
    (told,) = pages.told_documents([row], opened=True)
    return told


def submit_rows(
    *,
    message: str,
    documents: Sequence[tuple[Mapping[str, str], Sequence[Mapping[str, str]]]],
    channel: str = "desk",
    name: str = "desk",
) -> list[str]:
    """Keep rows of a page or an Excel sheet (its file's `name`) as drafts (appStatus 1); answers the receipt ids of the messages made.

    The platform never holds a firm's key: the firm signs and declares the drafts itself. Raises Refused `format.…` when
    a row cannot be a legal document; then nothing is kept.
    """
    firm = own_firm()
    if message not in BY_MESSAGE or not documents:
        raise Refused(
            code="clearance.submit.message", zh="没有可提交的单证", en="There is no document to submit", source=SOURCE,
        )  # fmt: skip
    now = clock.now()
    edition = edition_for(message, day_of(now))
    transfer = heads.transfer_of(firm)
    made = []
    for start in range(0, len(documents), PER_MESSAGE):
        part = [(_draft(head, stamp(now)), lines) for head, lines in documents[start : start + PER_MESSAGE]]
        raw = build(message, part, edition=edition, guid=str(uuid.uuid4()).upper(), transfer=transfer)
        made.append(inbox.Incoming(raw, channel, name, firm.pk))
    audit.record(
        "clearance.submit", object_kind="organisation", object_id=firm.pk,
        after={"message": message, "documents": len(documents), "channel": channel},
    )  # fmt: skip
    return inbox.keep(connection, made)


def _draft(head: Mapping[str, str], at: str) -> dict[str, str]:
    return heads.draft_head(head, at=at, guid=str(uuid.uuid4()).upper())


def import_history(*, messages: Sequence[bytes], names: Sequence[str] = ()) -> list[str]:
    """Keep a firm's past messages and receipts, read-only: never sent, never counted. Answers receipt ids.

    `names`: the files they came in, as many as messages.
    """
    firm = own_firm()
    audit.record(
        "clearance.import_history", object_kind="organisation", object_id=firm.pk, after={"messages": len(messages)}
    )
    called = names or ["desk"] * len(messages)
    kept = [inbox.Incoming(raw, "history", name, firm.pk) for raw, name in zip(messages, called, strict=True)]
    return inbox.keep(connection, kept)


def record_identity(*, id_type: str, id_number: str, name: str, matches: bool, authority: str) -> str:
    """Keep what an authorised body answered about a buyer, as keyed hashes only; answers the buyer key."""
    buyer, now = lookups.buyer_key(id_type, id_number), clock.now()
    Identity.objects.update_or_create(
        buyer=buyer, name_hash=lookups.name_hash(name),
        defaults={"matches": matches, "authority": authority, "checked_at": now, "valid_to": last_day(day_of(now))},
    )  # fmt: skip
    audit.record("clearance.identity", object_kind="buyer", object_id=buyer, after={"authority": authority})
    return buyer


def own_firm() -> Organisation:
    """The enterprise the caller acts for; Denied `clearance.submit.denied` for anybody else."""
    actor = current()
    if actor.kind != ENTERPRISE or actor.organisation is None:
        raise Denied(
            code="clearance.submit.denied", zh="只有企业可以提交单证", en="Only an enterprise submits documents",
            source=SOURCE,
        )  # fmt: skip
    return Organisation.objects.get(pk=actor.organisation)


def unknown() -> Refused:
    """What is not there or not the caller's to see."""
    return Refused(
        code="clearance.unknown", zh="没有找到，或您无权查看", en="Not found, or not yours to see", source=SOURCE,
    )  # fmt: skip
