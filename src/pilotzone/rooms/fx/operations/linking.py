"""Linking export trades to a receipt: a document serves once, whoever asks at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx.engine.amounts import ZERO, amount_of, currency_of, in_usd, shown
from pilotzone.rooms.fx.engine.ledger import DONE, REFUSED, usable
from pilotzone.rooms.fx.errors import refused, refused_as
from pilotzone.rooms.fx.models import Document, Link, Receipt
from pilotzone.rooms.fx.queries.facts import rates_of
from pilotzone.rooms.fx.queries.receipts import access_own

EXPORTED = ("released", "closed")  # customs let it go
RECENT = 500
WORDS = {REFUSED: ("不予办理", "refused"), DONE: ("办结", "done")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    """An export trade as far as it is evidence: its numbers, its value, who exported, and when customs let it go."""

    key: str
    number: str
    exporter: int | None
    currency: str
    amount: Decimal
    facts: dict[str, Any]


def link(
    *, receipt: int, number: str, at: datetime, usd: Decimal | None = None, found: Sequence[int] = ()
) -> dict[str, Any]:  # fmt: skip
    """关联单证: let an export trade the caller sees stand behind a receipt; without `usd`, for as much as both allow.

    `found`: trades another room knows by this number; they too must be the caller's to see.

    Raises Denied, Refused `rule.fx.trade_unknown|trade_not_export|trade_value|used_up|link_over|linked_already|closed`.
    """
    require("fx.apply")
    own = access_own(receipt)
    return link_traded(receipt=own.pk, traded=traded_of(number, on=own.received_on, found=found), at=at, usd=usd)


def link_traded(*, receipt: int, traded: Traded, at: datetime, usd: Decimal | None = None) -> dict[str, Any]:
    """The same with a trade that was read already; for the platform's own use."""
    with scope(PLATFORM):
        # receipts before documents, always in this order
        locked = Receipt.objects.select_for_update().get(pk=receipt)
        open_or_refused(locked)
        on = locked.received_on
        worth = in_usd(traded.amount, traded.currency, rates_of(on), on=on)
        Document.objects.get_or_create(
            key=traded.key,
            defaults={
                "number": traded.number, "exporter_id": traded.exporter, "currency": traded.currency,
                "amount": traded.amount, "usd": worth,
            },
        )  # fmt: skip
        document = Document.objects.select_for_update().get(key=traded.key)
        if Link.objects.filter(receipt=locked, document=document, undone_at=None).exists():
            raise refused("rule.fx.linked_already", number=traded.number)
        room, left = locked.usd + locked.netted_usd - locked.linked_usd, document.usd - document.used_usd
        wanted = min(room, left) if usd is None else usd
        if usd is None and left <= ZERO:
            wanted = min(room, document.usd) or document.usd
        if why := usable(document.usd, document.used_usd, wanted, traded.number):
            raise refused_as(why)
        if wanted > room:
            raise refused("rule.fx.link_over", left=shown(room))
        made = Link.objects.create(receipt=locked, document=document, usd=wanted, facts=traded.facts, linked_at=at)
        after = {"document": traded.key, "usd": shown(wanted)}
        audit.record("fx.link", object_kind="fx.receipt", object_id=receipt, after=after)
        return {"link": made.pk, "usd": shown(wanted), "number": traded.number}


def unlink(*, receipt: int, link: int, at: datetime) -> None:
    """取消关联: the document is free again for other receipts, as long as nothing was settled on it."""
    require("fx.apply")
    own = access_own(receipt)
    with scope(PLATFORM):
        locked = Receipt.objects.select_for_update().get(pk=own.pk)
        open_or_refused(locked)
        if locked.settled or locked.credited:
            raise refused("rule.fx.closed", state_zh="部分办理", state_en="decided in part")
        found = Link.objects.filter(pk=link, receipt=locked, undone_at=None).first()
        if found is None:
            raise refused("rule.fx.receipt_unknown")
        found.undone_at = at
        found.save(update_fields=["undone_at"])
        audit.record("fx.unlink", object_kind="fx.receipt", object_id=receipt, before={"document": found.document_id})


def open_or_refused(receipt: Receipt) -> None:
    """Refused `rule.fx.closed` where a bank is done with it."""
    if receipt.state in WORDS:
        zh, en = WORDS[receipt.state]
        raise refused("rule.fx.closed", state_zh=zh, state_en=en)


def traded_of(number: str, *, on: date, found: Sequence[int] = ()) -> Traded:
    """The export trade with this number that the caller sees, by the clearance room. Personal data stay there."""
    number = whole(number, 60, "单证编号", "The number of the document", field="number")
    rows = clearance.trades({"number": number, "found": list(found)}, 1, 2)["rows"] if number else []
    rows = rows or _recent(number)
    if not rows:
        raise refused("rule.fx.trade_unknown", number=number or "—")
    row = next((one for one in rows if one["flow"] == "E"), None)
    trade = clearance.trade(row["id"]) if row else None
    if trade is None:
        raise refused("rule.fx.trade_not_export", number=number)
    currency, amount = _value(trade, on)
    released = trade["state"] in EXPORTED
    facts = {
        "trade": trade["id"], "order_no": trade["order_no"], "invt_no": trade["invt_no"],
        "logistics_no": trade["logistics_no"], "mode": trade["mode"], "state": trade["state"],
        "exported_on": trade["accepted_on"].isoformat() if released and trade["accepted_on"] else "",
    }  # fmt: skip
    exporter = trade["firms"].get("ebc")
    return Traded(
        key=f"trade:{trade['id']}", number=trade["order_no"] or number, exporter=exporter, currency=currency,
        amount=amount, facts=facts,
    )  # fmt: skip


def _recent(number: str) -> list[dict[str, Any]]:
    """Order and waybill numbers of exports are no keys of the clearance room: looked for among the caller's newest."""
    rows = clearance.trades({"flow": "E"}, 1, RECENT)["rows"] if number else []
    return [one for one in rows if number in (one["order_no"], one["logistics_no"])]


def _value(trade: dict[str, Any], on: date) -> tuple[str, Decimal]:
    """Goods and freight of the order, else the lines of the list."""
    for part in trade["parts"]:
        told = clearance.document(part["document"]) if part["document"] and part["kind"] == "order" else None
        if told is None:
            continue
        head = told["head"]
        try:
            currency = currency_of(head.get("currency", ""), on=on)
            goods = amount_of(head.get("goodsValue", ""), currency, on=on)
            freight = Decimal(head.get("freight") or "0")
        except (Refused, ArithmeticError):
            continue
        return currency, goods + max(freight, ZERO)
    raise refused("rule.fx.trade_value", number=trade["order_no"])
