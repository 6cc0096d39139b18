"""507, 509, 607 and 711 in the batch: kept line by line under their waybills, told in the life of the trades they go with.

A leg may come before its list: the sweep matches what stayed open (`match_late`). Nothing here runs for other messages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.kernel.copying import array, moment
from pilotzone.rooms.clearance.engine import arrival, keys, kinds, legs
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER, Kind
from pilotzone.rooms.clearance.engine.rows import DocumentRow, TradeRow
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations import finding, telling
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.operations.inputs import DocumentIn
from pilotzone.rooms.clearance.operations.preparing import WAYBILL_KIND

KINDS = legs.KINDS
LATE = timedelta(days=30)  # how long a leg is looked for a trade by the sweep


def judge(desk: Desk, kind: Kind, document: DocumentIn, on: date) -> list[Fault]:
    """What stands against a leg that arrives: its own form, and lists it names wrongly."""
    found = legs.judge(kind, document.head, document.lines)
    if found or kind.name != kinds.BILL:
        return found
    trades = _trades(desk, kind, document.head, document.lines)
    for line in document.lines:
        trade = trades.get(line.get("logisticsNo", "").strip())
        fault = legs.other_list(line, trade.invt_no) if trade is not None else None
        if fault is not None:
            found.append(fault)
    return found


def follow(desk: Desk, document: DocumentRow, what: str) -> None:
    """Keep an accepted leg's lines instead of those it replaces, and tell the trades they go with."""
    head, kind, cursor = document.part.head, document.kind, desk.cursor
    lines = document.part.lines if what != arrival.REMOVE else ()
    if what != arrival.ACCEPT:
        _take_back(desk, document, {line.get("logisticsNo", "").strip() for line in lines})
    if what == arrival.REMOVE:
        return
    if not lines and kind.name == kinds.ARRIVAL:
        lines = _of_bill(desk, head)
    trades = _trades(desk, kind, head, lines)
    rows = []
    for place, line in enumerate(lines, start=1):
        waybill = line.get("logisticsNo", "").strip()
        trade = trades.get(waybill)
        text = keys.joined({**head, "logisticsNo": waybill}, ("logisticsCode", "logisticsNo"))
        rows.append(
            (
                place,
                waybill,
                keys.key_hash(WAYBILL_KIND[kind.flow], text),
                line.get("invtNo", "").strip(),
                trade.id if trade else None,
            )
        )
        if trade is not None:
            _tell(desk, trade, kind, head, waybill, document.accepted_at)
    if rows:
        cursor.execute(
            "INSERT INTO clearance_leg (document_id, kind, key, bill_no, left_at, at, parties, place, logistics_no, hash, list_no, trade_id)"
            " SELECT %s, %s, %s, %s, %s, %s, %s::bigint[], n.* FROM unnest(%s::int[], %s::text[], %s::bigint[], %s::text[], %s::bigint[]) n",
            (
                document.id, kind.number, document.key, head.get("billNo", "").strip(), _left(head), document.accepted_at,
                array(document.parties), *(list(column) for column in zip(*rows, strict=True)),
            ),
        )  # fmt: skip


def match_late(desk: Desk, now: datetime, *, limit: int) -> None:
    """Legs that came before their trades knew the waybill, matched now."""
    desk.cursor.execute(
        "SELECT l.document_id, l.place, l.kind, l.logistics_no, l.bill_no, l.left_at, k.key FROM clearance_leg l"
        " JOIN clearance_key k ON k.hash = l.hash AND k.trade_hash IS NOT NULL"
        " WHERE l.trade_id IS NULL AND l.at > %s ORDER BY l.at DESC LIMIT %s",
        (now - LATE, limit),
    )
    rows = list(desk.cursor.fetchall())
    if not rows:
        return
    trades: dict[tuple[str, str], TradeRow] = {}
    for flow, namespace in WAYBILL_KIND.items():
        texts = {row[6] for row in rows if BY_NUMBER[row[2]].flow == flow}
        found = finding.by_waybill(desk, namespace, texts)
        trades |= {(flow, text): trade for text, trade in found.items()}
    matched = []
    for document_id, place, number, waybill, bill_no, left_at, text in rows:
        trade = trades.get((BY_NUMBER[number].flow, text))
        if trade is None:
            continue
        matched.append((document_id, place, trade.id))
        head = {"billNo": bill_no, "leaveTime": ""}
        _tell(desk, trade, BY_NUMBER[number], head, waybill, now, left_at)
    if matched:
        desk.cursor.execute(
            "UPDATE clearance_leg l SET trade_id = n.trade_id FROM unnest(%s::bigint[], %s::int[], %s::bigint[])"
            " n (document_id, place, trade_id) WHERE l.document_id = n.document_id AND l.place = n.place",
            [list(column) for column in zip(*matched, strict=True)],
        )


def _tell(
    desk: Desk, trade: TradeRow, kind: Kind, head: Head, waybill: str, at: datetime, left_at: datetime | None = None
) -> None:
    if not trade.bill_no and head.get("billNo"):
        trade.bill_no = head["billNo"].strip()
    telling.stage(desk, trade, kind.name, at, kind.zh, kind.en)
    if kind.name != kinds.DEPARTURE:
        return
    gone = left_at or _left(head)
    if gone is not None:
        trade.stages["left"] = moment(gone)
    fault = legs.unreleased(waybill, trade.state)
    if fault is not None and all(one.get("code") != fault.code for one in trade.reasons):
        trade.reasons = [*trade.reasons, fault.as_dict()]
        telling.tell(desk, trade, at, fault.code, (fault.zh, fault.en), source=fault.source)


def _take_back(desk: Desk, document: DocumentRow, still: set[str]) -> None:
    """The lines the former document of this key held; trades no longer named are told that they are not."""
    kind = document.kind
    desk.cursor.execute(
        "DELETE FROM clearance_leg WHERE key = %s AND kind = %s RETURNING logistics_no", (document.key, kind.number)
    )
    gone = [{"logisticsNo": text} for (text,) in desk.cursor.fetchall() if text not in still]
    for trade in _trades(desk, kind, document.part.head, gone).values():
        trade.stages.pop(kind.name, None)
        trade.stages[f"removed:{kind.name}"] = moment(document.accepted_at)
        telling.touch(desk, trade)
        told = (f"{kind.zh}已撤回", f"{kind.en} taken back")
        telling.tell(desk, trade, document.accepted_at, f"clearance.{kind.name}_removed", told)


def _trades(desk: Desk, kind: Kind, head: Head, lines: Sequence[Head]) -> Mapping[str, TradeRow]:
    """Trades by waybill number of the head's carrier."""
    texts = {}
    for line in lines:
        waybill = line.get("logisticsNo", "").strip()
        text = keys.joined({**head, "logisticsNo": waybill}, ("logisticsCode", "logisticsNo"))
        if text:
            texts[text] = waybill
    return {texts[text]: trade for text, trade in finding.by_waybill(desk, WAYBILL_KIND[kind.flow], texts).items()}


def _of_bill(desk: Desk, head: Head) -> list[Head]:
    """An arrival without lines is that of a whole bill: the waybills its 总分单 named."""
    bill_no = head.get("billNo", "").strip()
    if not bill_no:
        return []
    desk.cursor.execute(
        "SELECT DISTINCT logistics_no FROM clearance_leg WHERE bill_no = %s AND kind = %s ORDER BY 1",
        (bill_no, next(number for number, kind in BY_NUMBER.items() if kind.name == kinds.BILL)),
    )
    return [{"logisticsNo": text} for (text,) in desk.cursor.fetchall()]


def _left(head: Head) -> datetime | None:
    try:
        return parse_stamp(head.get("leaveTime", ""))
    except Refused:
        return None
