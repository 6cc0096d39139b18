"""B2B exports as pages and the API ask: orders B and W, the channel each may take and why, order against list before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.kernel import clock
from pilotzone.rooms.clearance.engine import b2b, kinds, states
from pilotzone.rooms.clearance.engine.b2b import Deal
from pilotzone.rooms.clearance.engine.case import Head, Part, number
from pilotzone.rooms.clearance.errors import SENTENCES
from pilotzone.rooms.clearance.models import Document, Trade
from pilotzone.rooms.clearance.queries import contents, search
from pilotzone.rooms.clearance.queries.pages import PAGE
from pilotzone.rooms.clearance.queries.todo import ROLES

LOOKED_AT = 500  # orders without a list are known by what they say: so many of the newest are opened
LIST_KIND = 14
CNY = "142"


def trades(page: int = 1, size: int = PAGE) -> dict[str, Any]:
    """A page of B2B exports of the caller's view, the newest first: {rows, total, page}.

    A row: {id, order_no, mode, state, state_zh, state_en, value, currency, customs_code, channel, zh, en}; `channel` as `advised` says
    it with what the documents tell.
    """
    ids = {
        id_ for mode in b2b.MODES for id_ in search.found({"flow": "E", "mode": mode}, 2000, ROLES, search.WITHIN)[0]
    }
    waiting = search.found({"flow": "E", "state": [states.WAITING]}, LOOKED_AT, ROLES, search.WITHIN)[0]
    rows = {one.id: one for one in Trade.objects.filter(id__in={*ids, *waiting})}
    parts = _parts(rows.values())
    known = sorted((id_ for id_, one in rows.items() if _mode(one, parts.get(one.order_id or 0))), reverse=True)
    size = max(1, min(size, 500))
    shown = known[(page - 1) * size : page * size]
    return {"rows": [_row(rows[id_], parts) for id_ in shown], "total": len(known), "page": page}


def advised(trade: int, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One B2B export: its row with facts, channel, reasons, digits, both; the list it would send and the lines that differ.

    `asked` says what no document tells: refund, inspection, duty, licence (yes or no), warehouse (number), value (yuan), customs,
    on (a day). Denied `kernel.access.unknown`, Refused `rule.b2b.mode`.
    """
    one = Trade.objects.filter(id=trade, flow="E").first()
    if one is None:
        raise SENTENCES.denied("kernel.access.unknown")
    parts = _parts([one])
    order = parts.get(one.order_id or 0)
    mode = _mode(one, order)
    if not mode:
        raise SENTENCES.refused("rule.b2b.mode", mode=one.mode or "9610")
    declared, stands = _declared(one, parts)
    given = asked or {}
    deal = _deal(one, mode, declared or order, order)
    for name in ("refund", "inspection", "duty", "licence", "warehouse", "customs", "on", "value"):
        if given.get(name):
            deal = replace(deal, **{name: given[name]})
    found = b2b.advise(deal)
    lines = b2b.differences(order.lines, declared.lines) if order is not None and declared is not None else []
    return _row(one, parts) | {
        "facts": asdict(deal), "channel": found.channel, "zh": b2b.WORDS[found.channel][0], "en": b2b.WORDS[found.channel][1],
        "reasons": [reason.as_dict() for reason in found.reasons], "digits": found.digits, "both": found.both,
        "attached": b2b.ATTACHED, "declared": stands, "order_lines": [dict(line) for line in order.lines] if order else [],
        "differences": [asdict(line) for line in lines],
    }  # fmt: skip


def compared(ordered: Sequence[Head], declared: Sequence[Head]) -> list[dict[str, Any]]:
    """Lines of an order against those of a declaration made elsewhere: [{gnum, ordered, declared, fields}]."""
    return [asdict(one) for one in b2b.differences(ordered, declared)]


def _mode(one: Trade, order: Part | None) -> str:
    if one.mode in b2b.MODES:
        return one.mode
    return b2b.MODE_OF_ORDER.get(order.head.get("orderType", ""), "") if order is not None and not one.mode else ""


def _parts(rows: Any) -> dict[int, Part]:
    ids = [id_ for one in rows for id_ in (one.order_id, one.list_id) if id_]
    with connection.cursor() as cursor:
        return contents.parts(cursor, ids)


def _declared(one: Trade, parts: Mapping[int, Part]) -> tuple[Part | None, str]:
    """The list of a trade, or the draft of one; and which of the two."""
    if (own := parts.get(one.list_id or 0)) is not None:
        return own, "list"
    draft = Document.objects.filter(kind=LIST_KIND, trade_hash=one.hash, state="draft").order_by("-id").first()
    if draft is None:
        return None, ""
    with connection.cursor() as cursor:
        return contents.parts(cursor, [draft.id]).get(draft.id), "draft"


def _deal(one: Trade, mode: str, part: Part | None, order: Part | None) -> Deal:
    head, lines = (part.head, part.lines) if part is not None else ({}, ())
    currencies = {line.get("currency", CNY) for line in lines}
    total = sum((number(line.get("totalPrice", "")) for line in lines), Decimal(0))
    return Deal(
        one.accepted_on or clock.today(), mode, one.customs_code or "4000", total if currencies <= {CNY} else None,
        licence=bool(head.get("licenseNo")),
        warehouse=b2b.warehouse_number(*[said.head.get("note", "") for said in (order, part) if said is not None]),
    )  # fmt: skip


def _row(one: Trade, parts: Mapping[int, Part]) -> dict[str, Any]:
    order = parts.get(one.order_id or 0)
    mode = _mode(one, order)
    zh, en = states.words(one.state, one.customs_status)
    head = order.head if order is not None else {}
    deal = _deal(one, mode, parts.get(one.list_id or 0) or order, order)
    if mode == b2b.OVERSEAS and not deal.warehouse:
        deal = replace(deal, warehouse="?")  # asked for on the page of the trade
    found = b2b.advise(deal)
    return {
        "id": one.id, "order_no": one.order_no, "mode": mode, "state": one.state, "state_zh": zh, "state_en": en,
        "value": head.get("goodsValue", ""), "currency": head.get("currency", ""), "customs_code": one.customs_code,
        "channel": found.channel, "zh": b2b.WORDS[found.channel][0], "en": b2b.WORDS[found.channel][1],
        "has_list": one.list_id is not None, "missing": list(one.missing), "flow": kinds.EXPORT,
    }  # fmt: skip
