"""A trade follows its documents: parts come, are replaced and go; what they tell of numbers and parties is noted."""

from __future__ import annotations

from datetime import datetime

from pilotzone.base.days import day_of
from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import arrival, keys, kinds, states, summary
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.engine.rows import SENDER_OF, SLOTS, DocumentRow, KeyRow, TradeRow, joined_parties
from pilotzone.rooms.clearance.operations import finding, legs, summing, telling
from pilotzone.rooms.clearance.operations.deciding import judge, set_state, settle
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.operations.inputs import Prepared
from pilotzone.rooms.clearance.operations.preparing import WAYBILL_KIND

# a part that comes or changes lets the platform judge again; in other open states only a new list does
JUDGED_AGAIN = frozenset({states.WAITING, states.GAP, states.REFUSED})


def follow(desk: Desk, document: DocumentRow, what: str) -> None:
    """Let the trade of an accepted document follow it: attach, replace or remove the part, then judge again."""
    kind = document.kind
    telling.document(desk, document)
    if kind.name == kinds.WAYBILL:
        _follow_waybill(desk, document, what)
    elif kind.name in SLOTS and document.trade_hash is not None:
        trade = desk.trade(document.trade_hash, document.trade_key) or _open(desk, document)
        _attach(desk, trade, document, what)
    elif kind.name in (kinds.CANCEL, kinds.REFUND, kinds.SIGNED_FOR, kinds.TALLY):
        trade_found = related(desk, kind, document.part.head)
        if trade_found is not None:
            telling.stage(desk, trade_found, kind.name, document.accepted_at, kind.zh, kind.en)
    elif kind.name == kinds.SUMMARY:
        summing.follow(desk, document, what)
    elif kind.name in legs.KINDS:
        legs.follow(desk, document, what)


def follow_past(desk: Desk, document: DocumentRow) -> None:
    """A document of the past makes or joins a trade of the past; a live trade is left alone."""
    kind = document.kind
    if kind.name not in SLOTS or document.trade_hash is None:
        return
    trade = desk.trade(document.trade_hash, document.trade_key)
    if trade is None:
        trade = _open(desk, document)
        trade.history = True
    if not trade.history:
        return
    setattr(trade, SLOTS[kind.name], document.id)
    trade.stages[kind.name] = moment(document.accepted_at)
    _note(desk, trade, document)
    if kind.name == kinds.LIST:
        trade.accepted_on = None
        trade.logistics_no = document.part.head.get("logisticsNo", "")
    trade.missing = []
    set_state(desk, trade, states.PAST if not trade.customs_status else trade.state, document.accepted_at)


def related(desk: Desk, kind: Kind, head: Head) -> TradeRow | None:
    """The trade a cancellation, return or waybill status speaks of: by its own key, list number or waybill."""
    text = keys.trade_text(kind, head)
    found = desk.trade(keys.trade_hash(kind.flow, text), text) if text else None
    if found is None and head.get("invtNo"):
        row = desk.key(keys.INVT_NO, head["invtNo"].strip())
        found = desk.trade(row.trade_hash) if row is not None else None
    if found is None and kind.name == kinds.SIGNED_FOR:
        waybill = keys.joined(head, ("logisticsCode", "logisticsNo"))
        users = desk.by_waybill.get(keys.key_hash(WAYBILL_KIND[kind.flow], waybill), set())
        found = next((desk.trades[one] for one in sorted(users)), None)
    if found is None and kind.name == kinds.TALLY:
        waybill = keys.joined(head, ("logisticsCode", "logisticsNo"))
        found = finding.by_waybill(desk, WAYBILL_KIND[kind.flow], [waybill]).get(waybill)
    return found


def _open(desk: Desk, document: DocumentRow) -> TradeRow:
    assert document.trade_hash is not None
    trade = TradeRow(
        id=desk.new_id(document.accepted_on), hash=document.trade_hash, key=document.trade_key, flow=document.kind.flow,
        order_no=document.part.head.get("orderNo", "").strip(), first_at=document.accepted_at,
    )  # fmt: skip
    trade.changed_at = document.accepted_at
    desk.trades[trade.hash] = trade
    desk.new_trades.add(trade.hash)
    desk.put_key(KeyRow(trade.hash, keys.TRADE, trade.key, trade.id, trade.hash, 0, "", document.accepted_on))
    if trade.flow == kinds.IMPORT:
        _guess_waybill(desk, trade)
    return trade


def _guess_waybill(desk: Desk, trade: TradeRow) -> None:
    """A waybill that came before its order is shown with it by order number; only the list makes it sure."""
    desk_key = keys.key_hash(keys.ORDER_NO, trade.order_no)
    if desk.key(keys.ORDER_NO, trade.order_no) is None:
        desk.put_key(
            KeyRow(desk_key, keys.ORDER_NO, trade.order_no, trade.id, trade.hash, 0, "", day_of(trade.first_at))
        )
    row = desk.key(keys.WAYBILL_ORDER, trade.order_no)
    if row is not None and not row.deleted:
        head = desk.part(row.document_id).head
        _set_waybill(desk, trade, row.document_id, head)


def _attach(desk: Desk, trade: TradeRow, document: DocumentRow, what: str) -> None:
    kind, at = document.kind, document.accepted_at
    before = trade.state
    verb = {arrival.REMOVE: ("删除", "deleted"), arrival.REPLACE: ("变更", "changed")}.get(what, ("收到", "received"))
    cause = (f"{verb[0]}{kind.zh}", f"{kind.en} {verb[1]}")
    if kind.name == kinds.LIST and trade.list_message is not None:
        desk.left_messages.add(trade.list_message)
    if what == arrival.REMOVE:
        setattr(trade, SLOTS[kind.name], None)
        trade.stages[f"removed:{kind.name}"] = moment(at)
        if kind.name == kinds.LIST:
            trade.list_message, trade.wait_until = None, None
    else:
        setattr(trade, SLOTS[kind.name], document.id)
        trade.stages[kind.name] = moment(at)
        _note(desk, trade, document)
        if kind.name == kinds.LIST:
            trade.list_message, trade.accepted_on = document.message_id, document.accepted_on
            trade.wait_until = at + desk.settings.wait
            if trade.flow == kinds.EXPORT:
                _note_flag(trade, document.part.head, at)
            _find_waybill(desk, trade, document)
    if kind.name == kinds.LIST or before in JUDGED_AGAIN:
        judge(desk, trade, at, cause)
    else:
        # export: the receipt of payment may come after the list went to customs and changes nothing (spec §6.2);
        # after customs gave the list back, its papers may change, but only the list itself declares it again
        telling.stage(desk, trade, kind.name, at, kind.zh, kind.en, turn=_handed_on(trade, kind))


def _note_flag(trade: TradeRow, head: Head, at: datetime) -> None:
    """A list for statistics only is never summed up: noted, so that nobody has to open it to know."""
    trade.stages.pop(summary.NOTED, None)
    if head.get("statisticsFlag") == summary.SIMPLIFIED:
        trade.stages[summary.NOTED] = moment(at)


def _handed_on(trade: TradeRow, kind: Kind) -> bool:
    """After customs gave the list back the party that erred has mended its paper: now the declarant declares again."""
    if trade.state not in (states.RETURNED, states.ERROR) or trade.holder != SENDER_OF.get(kind.name):
        return False
    trade.holder = "declarant"
    return True


def _note(desk: Desk, trade: TradeRow, document: DocumentRow) -> None:
    """Numbers, parties and buyer the document tells."""
    kind, head, before = document.kind, document.part.head, trade.parties
    if trade.firms:
        trade.firms.update(document.firms)
        trade.parties = joined_parties(trade.firms, [document.sender] if document.sender is not None else [])
    else:
        trade.firms, trade.parties = dict(document.firms), list(document.parties)
    if trade.parties != before:
        desk.moved_trades.add(trade.hash)
    if "ebc" in document.firms:
        trade.unit = document.unit
    if document.buyer and (kind.name == kinds.ORDER or not trade.buyer):
        trade.buyer = document.buyer
    if kind.name == kinds.PAYMENT:
        trade.pay_no = head.get("payTransactionId", "")
    elif kind.name == kinds.ORDER and head.get("payTransactionId") and not trade.pay_no:
        trade.pay_no = head["payTransactionId"]
    elif kind.name == kinds.LIST:
        trade.cop_no, trade.mode = head.get("copNo", ""), head.get("tradeMode", "")
        trade.customs_code, trade.bill_no = head.get("customsCode", ""), head.get("billNo", "") or trade.bill_no
        trade.invt_no = head.get("invtNo", "") or trade.invt_no


def _set_waybill(desk: Desk, trade: TradeRow, document_id: int, head: Head, hash_: int | None = None) -> None:
    trade.waybill_id, trade.logistics_no = document_id, head.get("logisticsNo", "")
    if hash_ is None:
        hash_ = keys.key_hash(WAYBILL_KIND[trade.flow], keys.joined(head, ("logisticsCode", "logisticsNo")))
    trade.waybill_hash = hash_
    trade.bill_no = trade.bill_no or head.get("billNo", "")
    trade.stages.setdefault(kinds.WAYBILL, moment(trade.first_at))
    firm = desk.directory.firm(head.get("logisticsCode", "").strip())
    if firm is not None:
        trade.firms["logi"] = firm.id
        trade.parties = joined_parties(trade.firms, trade.parties)
    desk.by_waybill.setdefault(trade.waybill_hash, set()).add(trade.hash)
    _point(desk, desk.keys.get(hash_), trade)


def _point(desk: Desk, waybill: KeyRow | None, trade: TradeRow) -> None:
    """The waybill's key leads to the trade that shows it; whether that still shows it is asked of the trade.

    Said when the two first meet, so that the list, which makes it sure, changes nothing.
    """
    if waybill is not None and waybill.trade_hash != trade.hash:
        waybill.trade_hash = trade.hash
        desk.changed_keys.add(waybill.hash)


def _find_waybill(desk: Desk, trade: TradeRow, declared: DocumentRow) -> None:
    """The waybill a list names, and no other."""
    list_head = declared.part.head
    text = keys.joined(list_head, ("logisticsCode", "logisticsNo"))
    namespace = WAYBILL_KIND[trade.flow]
    trade.waybill_hash, trade.waybill_id = declared.waybill_hash or keys.key_hash(namespace, text), None
    trade.logistics_no = list_head.get("logisticsNo", "")
    desk.by_waybill.setdefault(trade.waybill_hash, set()).add(trade.hash)
    row = desk.key(namespace, text, trade.waybill_hash)
    _point(desk, row, trade)
    if row is not None and not row.deleted:
        _set_waybill(desk, trade, row.document_id, desk.part(row.document_id).head, row.hash)


def _follow_waybill(desk: Desk, document: DocumentRow, what: str) -> None:
    head, at = document.part.head, document.accepted_at
    own = document.hash
    order_no = head.get("orderNo", "").strip()
    if order_no and document.kind.flow == kinds.IMPORT:
        _note_order_of_waybill(desk, document, order_no, gone=what == arrival.REMOVE)
    for hash_ in sorted(desk.by_waybill.get(own, set())):
        trade = desk.trades[hash_]
        if trade.waybill_hash != own or trade.state not in JUDGED_AGAIN:
            if trade.waybill_hash == own and what != arrival.REMOVE and _handed_on(trade, document.kind):
                telling.stage(desk, trade, kinds.WAYBILL, at, document.kind.zh, document.kind.en, turn=True)
            continue
        if what == arrival.REMOVE:
            trade.waybill_id = None
            trade.stages["removed:waybill"] = moment(at)
        elif trade.waybill_id == document.id:
            continue  # the order it names brought it there a moment ago
        else:
            trade.stages[kinds.WAYBILL] = moment(at)
            _set_waybill(desk, trade, document.id, head, own)
        judge(desk, trade, at, (f"收到{document.kind.zh}", f"{document.kind.en} received"))


def _note_order_of_waybill(desk: Desk, document: DocumentRow, order_no: str, *, gone: bool) -> None:
    desk.put_key(
        KeyRow(
            keys.key_hash(keys.WAYBILL_ORDER, order_no), keys.WAYBILL_ORDER, order_no, document.id, None, 0,
            document.app_time, document.accepted_on, gone,
        )
    )  # fmt: skip
    row = desk.key(keys.ORDER_NO, order_no)
    trade = desk.trade(row.trade_hash) if row is not None else None
    if trade is not None and trade.list_id is None and trade.waybill_id is None and not gone:
        trade.stages[kinds.WAYBILL] = moment(document.accepted_at)
        _set_waybill(desk, trade, document.id, document.part.head, document.hash)
        judge(desk, trade, document.accepted_at, ("收到进口运单", "import waybill received"))


def settle_if_touched(desk: Desk, kind: Kind, told: Prepared) -> None:
    """Before a document touches a trade that waits for its booking, book all that wait: order of arrival holds."""
    if not desk.unsettled:
        return
    if (
        kind.name in (kinds.CANCEL, kinds.REFUND)
        or told.trade_hash in desk.unsettled
        or kind.name == kinds.WAYBILL
        and not desk.unsettled.keys().isdisjoint(desk.by_waybill.get(told.hash, ()))
    ):
        settle(desk)
