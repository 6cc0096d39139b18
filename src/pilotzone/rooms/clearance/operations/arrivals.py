"""Documents of firms, one after the other: kept, refused, repeated, replaced or removed; trades follow."""

from __future__ import annotations

from dataclasses import replace

from pilotzone.base.days import day_of
from pilotzone.rooms.clearance.engine import arrival, kinds, rights, states
from pilotzone.rooms.clearance.engine.arrival import ACCEPT, REFUSE, REMOVE, REPEAT, Known, Verdict
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, Kind
from pilotzone.rooms.clearance.engine.rights import Named
from pilotzone.rooms.clearance.engine.rows import SENDER_OF, DocumentRow, KeyRow
from pilotzone.rooms.clearance.errors import Fault, Rule
from pilotzone.rooms.clearance.operations import applying, inputs, trades
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.operations.inputs import Answer, DocumentIn, MessageIn, Prepared
from pilotzone.rooms.clearance.queries.lookups import MessageRow

UNSIGNED = Rule(
    "signature.missing", whose="sender", official="-621026", tag="A",
    zh="申报(appStatus 2)必须有电子签名", en="a declared document (appStatus 2) must be signed",
    source="海关跨境统一版规范 ceb §2.1",
    mend_zh="请签名后重新发送，或以暂存(appStatus 1)发送", mend_en="Sign it and send again, or send it as a draft (appStatus 1).",
)  # fmt: skip
SECOND_PART = Rule(
    "rule.match.second_part", whose="sender", tag="A",
    zh="订单{order}已有另一份{what}", en="order {order} already has another {what_en}",
    source="海关跨境统一版规范 ceb §6.1 #1 #2 (-301006, -401003)",
    mend_zh="一单一{what}：请先删除前一份，或更正订单编号", mend_en="One per order: delete the former, or correct the order number.",
)  # fmt: skip
_SECOND = {kinds.PAYMENT: "-401003", kinds.LIST: "-621004"}


def take_message(desk: Desk, message: MessageIn) -> None:
    """Every document of one message, in its order."""
    kind = BY_MESSAGE[message.name]
    on = day_of(message.at)
    row = MessageRow(desk.new_id(on), message.inbox_id, message.name, inputs.REFUSED, None, on)
    before = len(desk.documents)
    for document in message.documents:
        desk.outcome.answers.append(_take(desk, message, row, kind, document))
    stored = desk.documents[before:]
    row.state = _message_state(message, kind, stored)
    if row.state == "held":
        row.hold_until = message.at + desk.settings.wait
    desk.new_messages.append((message, row))
    desk.messages[row.id] = row
    if row.state == "sent":
        desk.outcome.forward.append((row.id, message.inbox_id, message.name))


def _message_state(message: MessageIn, kind: Kind, stored: list[DocumentRow]) -> str:
    live = [row for row in stored if row.state == inputs.ACCEPTED]
    if message.history and stored:
        return inputs.HISTORY
    if not live:
        return inputs.DRAFT if any(row.state == inputs.DRAFT for row in stored) else inputs.REFUSED
    return "held" if kind.name == kinds.LIST else "sent"


def _take(desk: Desk, message: MessageIn, row: MessageRow, kind: Kind, document: DocumentIn) -> Answer:
    on = row.on
    named = rights.named(kind, document.head, message.sender, on, desk.directory, desk.named)
    faults = _own_faults(message, kind, document, named)
    if faults:
        if message.sender is not None:
            _store(desk, message, row, kind, document, named, inputs.REFUSED, faults)
        return _answer(message, kind, document, inputs.REFUSED, faults)
    if message.history:
        return _past(desk, message, row, kind, document, named)
    if document.head.get("appStatus") == arrival.DRAFT:
        _store(desk, message, row, kind, document, named, inputs.DRAFT)
        return _answer(message, kind, document, inputs.DRAFT)
    return _declared(desk, message, row, kind, document, named)


def _declared(
    desk: Desk, message: MessageIn, row: MessageRow, kind: Kind, document: DocumentIn, named: Named
) -> Answer:
    head, told = document.head, _told(document)
    known = desk.key(kind.number, told.key, told.hash)
    if known is None or known.fingerprint != told.fingerprint:  # one that is repeated touches nothing
        trades.settle_if_touched(desk, kind, told)
    verdict = arrival.decide(
        kind, app_type=head.get("appType", ""), app_time=head.get("appTime", ""), fingerprint=told.fingerprint,
        key=told.key, on=row.on, known=_known(desk, known),
    )  # fmt: skip
    if verdict.what in (ACCEPT, arrival.REPLACE):
        second = _second_part(desk, kind, told, known)
        verdict = Verdict(REFUSE, second) if second is not None else verdict
    if verdict.what == REPEAT:
        return _answer(message, kind, document, inputs.DUPLICATE)
    wrong = [verdict.fault] if verdict.fault is not None else []
    if not wrong and (verdict.what != REMOVE or kind.name == kinds.SUMMARY):
        wrong = applying.judge(desk, kind, document, row.on)
    if wrong:
        faults = _blamed(kind, wrong)
        _store(desk, message, row, kind, document, named, inputs.REFUSED, faults)
        return _answer(message, kind, document, inputs.REFUSED, faults)
    stored = _store(desk, message, row, kind, document, named, inputs.ACCEPTED)
    _put_key(desk, stored, deleted=verdict.what == REMOVE)
    trades.follow(desk, stored, verdict.what)
    return _answer(message, kind, document, inputs.ACCEPTED)


def _past(desk: Desk, message: MessageIn, row: MessageRow, kind: Kind, document: DocumentIn, named: Named) -> Answer:
    """A document of the past: kept once under its key, so that it is never taken again for new."""
    told = _told(document)
    if desk.key(kind.number, told.key, told.hash) is not None:
        return _answer(message, kind, document, inputs.DUPLICATE)
    stored = _store(desk, message, row, kind, document, named, inputs.HISTORY)
    _put_key(desk, stored)
    trades.follow_past(desk, stored)
    return _answer(message, kind, document, inputs.HISTORY)


def _told(document: DocumentIn) -> Prepared:
    assert document.prepared is not None
    return document.prepared


def _put_key(desk: Desk, row: DocumentRow, *, deleted: bool = False) -> None:
    desk.put_key(
        KeyRow(
            row.hash, row.kind.number, row.key, row.id, row.trade_hash or _user(desk, row), row.fingerprint, row.app_time, row.accepted_on,
            deleted,
        )
    )  # fmt: skip


def _user(desk: Desk, row: DocumentRow) -> int | None:
    """The trade that uses a waybill under its number already; of an export application the one whose list it names."""
    if row.kind.name in (kinds.CANCEL, kinds.REFUND):
        trade = trades.related(desk, row.kind, row.part.head)
        row.trade_hash = trade.hash if trade is not None else None
        return row.trade_hash
    return min(desk.by_waybill.get(row.hash, ()), default=None) if row.kind.name == kinds.WAYBILL else None


def _own_faults(message: MessageIn, kind: Kind, document: DocumentIn, named: Named) -> list[Fault]:
    """What is wrong with the document alone: signature, format, sender, enterprises, key."""
    if not message.history and (message.faults or document.faults):
        return _blamed(kind, [*message.faults, *document.faults])
    faults: list[Fault] = []
    if not _told(document).key:
        faults.append(arrival.KEY_MISSING.fault(what=kind.zh, what_en=kind.en))
    declared = document.head.get("appStatus") != arrival.DRAFT and not message.history
    if declared and not message.signed:
        faults.append(UNSIGNED.fault())
    if named.wrong_sender is not None:
        faults.append(named.wrong_sender)
    elif declared:
        faults += named.faults
    return _blamed(kind, faults) if faults else faults


def _blamed(kind: Kind, faults: list[Fault]) -> list[Fault]:
    """Where the fault is its sender's, the party that sends such documents."""
    party = SENDER_OF.get(kind.name, "declarant")
    return [replace(fault, whose=party) if fault.whose in ("sender", "") else fault for fault in faults]


def _known(desk: Desk, row: KeyRow | None) -> Known | None:
    if row is None:
        return None
    trade = desk.trade(row.trade_hash)
    if row.namespace in (3, 13) and (trade is None or trade.waybill_hash != row.hash):
        users = desk.by_waybill.get(row.hash, set())
        trade = next((desk.trades[one] for one in sorted(users)), None)
    status = desk.statuses.get(row.document_id, ("", ""))[1]
    state = trade.state if trade is not None else ""
    returned = bool(status) and states.status(status).again
    return Known(row.fingerprint, row.app_time, row.accepted_on, row.deleted, returned, state)


def _second_part(desk: Desk, kind: Kind, told: Prepared, known: KeyRow | None) -> Fault | None:
    """A second payment or list of one order under another number; the first stands unless it was refused."""
    if kind.name not in _SECOND:
        return None
    trade = desk.trade(told.trade_hash, told.trade_key)
    held = trade.part_id(kind.name) if trade is not None else None
    if trade is None or held is None or (known is not None and known.document_id == held):
        return None
    if kind.name == kinds.LIST and trade.state in states.OPEN - {states.WAITING, states.GAP}:
        return None
    if kind.name == kinds.PAYMENT and trade.state == states.REFUSED:
        return None
    return SECOND_PART.fault(official=_SECOND[kind.name], order=trade.order_no, what=kind.zh, what_en=kind.en)


def _store(
    desk: Desk,
    message: MessageIn,
    row: MessageRow,
    kind: Kind,
    document: DocumentIn,
    named: Named,
    state: str,
    faults: list[Fault] | None = None,
) -> DocumentRow:
    head, told = document.head, _told(document)
    on = row.on
    # a refused document is shown to its sender alone: it may name strangers
    alone = [message.sender] if message.sender is not None else []
    parties = alone if state == inputs.REFUSED else named.parties
    stored = DocumentRow(
        desk.new_id(on), row.id, document.position, kind, message.edition, told.key, told.hash, told.trade_hash, told.trade_key,
        told.waybill_hash, head.get("appType", ""), head.get("appTime", ""), message.sender,
        named.ids, named.unit, parties,
        Part(head, document.lines, document.assessed), told.packed, told.fingerprint, told.buyer, state,
        [fault.as_dict() for fault in faults] if faults else [], message.at, on,
    )  # fmt: skip
    desk.documents.append(stored)
    desk.parts[stored.id] = stored.part
    return stored


_SPOKEN = {
    inputs.ACCEPTED: ("2", "新增申报成功[", "]"),
    inputs.DUPLICATE: ("2", "重复报文，按首次结果答复[", "]"),
    inputs.DRAFT: ("1", "暂存[", "]"),
    inputs.HISTORY: ("", "历史单证，仅存档[", "]"),
}


def _answer(
    message: MessageIn, kind: Kind, document: DocumentIn, state: str, faults: list[Fault] | None = None
) -> Answer:
    if state == inputs.REFUSED:
        first = (faults or [])[0]
        status, text = official_status(kind, first), "[平台]" + "；".join(fault.zh for fault in faults or ())
    else:
        status, before, after = _SPOKEN[state]
        text = f"{before}{document.head.get('guid', '')}{after}"
    return Answer(
        message.inbox_id, document.position, message.sender, kind.message, _told(document).key, document.head, state,
        status, text, message.at, (*(faults or ()), *message.warnings),
    )  # fmt: skip


# a refusal without a code of its own is told as "check of the message failed" (spec §4); export by its range
_GENERAL = {
    (kinds.IMPORT, kinds.ORDER): "-301008", (kinds.IMPORT, kinds.PAYMENT): "-401009",
    (kinds.IMPORT, kinds.WAYBILL): "-504011", (kinds.IMPORT, kinds.LIST): "-621001",
    (kinds.IMPORT, kinds.SIGNED_FOR): "-505011", (kinds.IMPORT, kinds.CANCEL): "-623001",
    (kinds.IMPORT, kinds.REFUND): "-625001", (kinds.IMPORT, kinds.STORE): "-800001",
    (kinds.EXPORT, kinds.ORDER): "-303001", (kinds.EXPORT, kinds.MONEY_RECEIPT): "-403001",
    (kinds.EXPORT, kinds.WAYBILL): "-503001", (kinds.EXPORT, kinds.LIST): "-603001",
    (kinds.EXPORT, kinds.CANCEL): "-607001", (kinds.EXPORT, kinds.ARRIVAL): "-803001",
    (kinds.EXPORT, kinds.DEPARTURE): "-507001", (kinds.EXPORT, kinds.BILL): "-903001",
    (kinds.EXPORT, kinds.SUMMARY): "-703001", (kinds.EXPORT, kinds.REFUND): "-603001",
    (kinds.EXPORT, kinds.TALLY): "-803001",
}  # fmt: skip


def official_status(kind: Kind, fault: Fault) -> str:
    """The return status a refusal is told with. The platform never says 100: that is customs' word."""
    return fault.official if fault.official.startswith("-") else _GENERAL[(kind.flow, kind.name)]
