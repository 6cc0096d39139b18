"""What the caller's own firm sent and the platform did not take: a message with its documents, what a trade still lacks for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.kernel.access.scope import current
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance.engine import keys
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.models import Document, Message, Trade

REFUSED = "refused"
BEFORE, AFTER = timedelta(days=1), timedelta(days=8)  # in which days around a trade's first paper is looked
MOST = 200


def of_message(id_: int) -> dict[str, Any] | None:
    """One message of the caller's firm: {id, name, guid, state, received_at, sent_at, many, documents [{document, position, zh,
    en, number, state, reasons}]}; None where his firm sent none of that number. A document that came twice is kept once, with
    the first message."""
    row = Message.objects.filter(id=id_, sender=current().organisation or 0).first()
    if row is None:
        return None
    return {
        "id": row.id, "name": row.name, "guid": row.guid, "state": row.state, "received_at": row.received_at,
        "sent_at": row.sent_at, "many": row.documents,
        "documents": [_told(one) for one in Document.objects.filter(message_id=id_).order_by("position")],
    }  # fmt: skip


def of_trade(id_: int) -> list[dict[str, Any]]:
    """Documents a trade still lacks that the caller's firm sent for it in messages refused as a whole, the latest first, as
    `of_message` tells them and with `message`, its number. Looked for in the days around the trade's first paper."""
    trade, firm = Trade.objects.filter(id=id_).first(), current().organisation
    if trade is None or firm is None or not trade.missing:
        return []
    first, last = (first_id(day_of(trade.first_at) + span) for span in (-BEFORE, AFTER))
    sent = Message.objects.filter(sender=firm, state=REFUSED, id__gte=first, id__lt=last).order_by("-id")
    found = Document.objects.filter(
        message_id__in=list(sent.values_list("id", flat=True)[:MOST]), trade_hash=trade.hash, state=REFUSED, sender=firm,
        id__gte=first, id__lt=last,
    )  # fmt: skip
    return [_told(one) | {"message": one.message_id} for one in _lacking(found.order_by("-id"), trade)]


def _lacking(found: Iterable[Document], trade: Trade) -> Iterable[Document]:
    return (one for one in found if BY_NUMBER[one.kind].name in trade.missing)


def _told(one: Document) -> dict[str, Any]:
    kind = BY_NUMBER[one.kind]
    return {
        "document": one.id, "position": one.position, "zh": kind.zh, "en": kind.en,
        "number": keys.readable(one.key).rpartition("+")[2], "state": one.state, "reasons": one.reasons,
    }  # fmt: skip
