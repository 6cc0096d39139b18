"""Summary applications (701), customs' answers (702) and its results (792), in the batch: which list is asked for, which is summed up.

The ledger has one row a list at most (`clearance_summary_item`), so of two applications that name it the first wins and
the second is told. Nothing here runs for any other message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.kernel import events
from pilotzone.kernel.copying import array, ascending, moment
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance.engine import arrival, kinds, states, summary, summary_rules
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.rows import DocumentRow, KeyRow, TradeRow
from pilotzone.rooms.clearance.engine.summary_rules import Known
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.operations import finding, telling
from pilotzone.rooms.clearance.operations.desk import Desk
from pilotzone.rooms.clearance.operations.inputs import DocumentIn, MessageIn

# of an application: with customs, closed in its favour, given back, declarations made
ASKED, CLOSED, REFUSED, DECLARED = "asked", "closed", "refused", "declared"
CLOSES = frozenset({"399", "800", "899"})


def judge(desk: Desk, document: DocumentIn, on: date) -> list[Fault]:
    """What stands against a summary application that arrives."""
    head = document.head
    told = document.prepared
    before = _stands(desk, told.key if told is not None else "")
    if before is not None and head.get("appType") != arrival.NEW and before[1] in (CLOSED, DECLARED):
        return [summary_rules.ANSWERED.fault(key=head.get("copNo", ""))]
    if head.get("appType") == arrival.DELETE:
        return []
    days, faults = summary_rules.period(head, on)
    if faults:
        return faults
    if days is not None:
        return [] if _within(desk, head, days) else [summary_rules.NOTHING.fault()]
    asked = _asked(document.lines)
    return summary_rules.named(head, asked, _known(desk, asked, before[0] if before else None), on)


def follow(desk: Desk, document: DocumentRow, what: str) -> None:
    """An accepted application holds its lists; a change holds others instead, a deletion lets them go."""
    head, cursor = document.part.head, desk.cursor
    before = _stands(desk, document.key)
    if before is not None:
        _let_go(desk, before[0])
        cursor.execute("DELETE FROM clearance_summary WHERE id = %s", (before[0],))
    if what == arrival.REMOVE:
        return
    days, _ = summary_rules.period(head, document.accepted_on)
    lists = _within(desk, head, days) if days is not None else _of(desk, document.part.lines)
    month = summary.month_of(days[0]) if days is not None else _month(desk, lists)
    cursor.execute(
        "INSERT INTO clearance_summary (id, key, cop_no, part, parts, agent_code, seller_code, customs_code, month,"
        " by_producer, by_name, lists, parties, state, sum_no, answer, asked_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s, '', '', %s)",
        (
            document.id, document.key, head.get("copNo", ""), int(head.get("msgSeqNo") or 1), int(head.get("msgCount") or 1),
            head.get("agentCode", ""), head.get("ebcCode", ""), head.get("customsCode", ""), month,
            head.get("summaryFlag") == summary.BY_PRODUCER, head.get("itemNameFlag") == summary.BY_NAME, len(lists),
            array(document.parties), ASKED, document.accepted_at,
        ),
    )  # fmt: skip
    _hold(desk, document, lists)
    if days is None:
        for trade in finding.by_list_number(desk, lists.values()).values():
            telling.stage(desk, trade, kinds.SUMMARY, document.accepted_at, "汇总申请", "application for summary")


def answered(desk: Desk, row: KeyRow, head: Head, at: datetime) -> None:
    """Customs' receipt on an application: closed, or given back, which sets its lists free."""
    code = head.get("returnStatus", "")
    state = CLOSED if code in CLOSES else REFUSED if states.status(code).again and code != "1" else ASKED
    desk.cursor.execute(
        "UPDATE clearance_summary SET state = CASE WHEN state = %s THEN state ELSE %s END, answer = %s, answered_at = %s,"
        " sum_no = CASE WHEN %s = '' THEN sum_no ELSE %s END WHERE id = %s",
        (DECLARED, state, head.get("returnInfo", "")[:1000], at, *(2 * [head.get("sumNo", "")]), row.document_id),
    )
    if state == REFUSED:
        _let_go(desk, row.document_id)


@dataclass(frozen=True, slots=True)
class Result:
    """Where a declaration belongs: how many of its lists are known here, the key of the application behind it, the firms to be told."""

    lists: int
    key: str
    firms: frozenset[int]


def take_result(desk: Desk, message: MessageIn, head: Head, lines: Sequence[Head]) -> Result:
    """One declaration customs made of lists (792).

    The latest word on a declaration counts (opDate); its parts add lines. What customs summed up is summed up, also where
    no application came by this platform.
    """
    numbers = sorted({text for line in lines if (text := line.get("invtNo", "").strip())})
    found = finding.by_list_number(desk, numbers)
    parties = sorted({party for trade in found.values() for party in trade.parties} | firms(desk, head))
    cursor = desk.cursor
    cursor.execute(
        "INSERT INTO clearance_declaration AS d (seq_no, sum_no, entry_id, state, customs_code, agent_code, seller_code, gross,"
        " net, op_time, parties, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s)"
        " ON CONFLICT (seq_no) DO UPDATE SET parties = ARRAY(SELECT DISTINCT unnest(d.parties || excluded.parties) ORDER BY 1),"
        " sum_no = CASE WHEN excluded.op_time >= d.op_time THEN excluded.sum_no ELSE d.sum_no END,"
        " entry_id = CASE WHEN excluded.entry_id <> '' AND excluded.op_time >= d.op_time THEN excluded.entry_id ELSE d.entry_id END,"
        " state = CASE WHEN excluded.op_time >= d.op_time THEN excluded.state ELSE d.state END,"
        " op_time = greatest(d.op_time, excluded.op_time) RETURNING id, entry_id",
        (
            head.get("declSeqNo", ""), head.get("sumNo", ""), head.get("entryId", ""), head.get("decState", ""),
            head.get("customsCode", ""), head.get("agentCode", ""), head.get("ebcCode", ""), head.get("grossWeight") or "0",
            head.get("netWeight") or "0", head.get("opDate", ""), array(parties), message.at,
        ),
    )  # fmt: skip
    ((declaration, entry_id),) = cursor.fetchall()
    _lines(desk, declaration, lines, found, parties)
    if found:
        _sum_up(desk, found, message.at, entry_id or head.get("declSeqNo", ""))
    cursor.execute(
        "UPDATE clearance_summary SET state = %s WHERE sum_no <> '' AND sum_no = %s RETURNING key, parties",
        (DECLARED, head.get("sumNo", "")),
    )
    of = sorted(cursor.fetchall())
    told = [
        {"trade": found[line["invtNo"].strip()].id, "list_no": line["invtNo"].strip(), "line_no": int(line.get("gnum") or 0),
         "hs": line.get("gcode", "")}
        for line in lines if line.get("invtNo", "").strip() in found
    ]  # fmt: skip
    events.publish(
        "clearance.summary_declared",
        [{"declaration": head.get("declSeqNo", ""), "entry_id": entry_id, "state": head.get("decState", ""),
          "op_time": head.get("opDate", ""), "parties": parties, "lines": told}],
        cursor=cursor,
    )  # fmt: skip
    told_to = firms(desk, head) | {party for _, asked_by in of for party in asked_by}
    return Result(len(found), of[0][0] if of else "", frozenset(told_to))


def _sum_up(desk: Desk, found: Mapping[str, TradeRow], at: datetime, number: str) -> None:
    rows = [(trade.id, text, array(trade.parties)) for text, trade in found.items()]
    desk.cursor.execute(
        "INSERT INTO clearance_summary_item (trade_id, list_no, state, parties)"
        " SELECT n.trade_id, n.list_no, %s, n.parties::bigint[] FROM unnest(%s::bigint[], %s::text[], %s::text[])"
        " n (trade_id, list_no, parties) ON CONFLICT (trade_id) DO UPDATE SET state = excluded.state",
        (summary.SUMMED, *(list(column) for column in zip(*rows, strict=True))),
    )
    for trade in found.values():
        if summary.SUMMED not in trade.stages:
            trade.stages[summary.SUMMED] = moment(at)
            telling.touch(desk, trade)
            told = (f"已汇总申报，报关单{number}", f"summed up in declaration {number}")
            telling.tell(desk, trade, at, "clearance.summed", told, source=summary_rules.LAW)


def _lines(
    desk: Desk, declaration: int, lines: Sequence[Head], found: Mapping[str, TradeRow], parties: Sequence[int]
) -> None:
    rows = [
        (text, int(line.get("gnum") or 0), line.get("gcode", ""), int(line["gseqno"]) if line.get("gseqno") else None,
         found[text].id if text in found else None)
        for line in lines if (text := line.get("invtNo", "").strip())
    ]  # fmt: skip
    if not rows:
        return
    desk.cursor.execute(
        "INSERT INTO clearance_declaration_line (declaration_id, list_no, line_no, goods_code, place, trade_id, parties)"
        " SELECT %s, n.*, %s::bigint[] FROM unnest(%s::text[], %s::int[], %s::text[], %s::int[], %s::bigint[]) n"
        " ON CONFLICT (declaration_id, list_no, line_no) DO NOTHING",
        (declaration, array(parties), *(list(column) for column in zip(*rows, strict=True))),
    )


def firms(desk: Desk, head: Head) -> set[int]:
    """The firms of an application or declaration known here: its declarant, its consignor, who declares it to customs."""
    named = ("agentCode", "ebcCode", "declAgentCode")
    found = (desk.directory.firm(head.get(name, "").strip()) for name in named if head.get(name))
    return {firm.id for firm in found if firm is not None}


def _asked(lines: Sequence[Head]) -> list[str]:
    return [line.get("invtNo", "").strip() for line in lines]


def _known(desk: Desk, asked: Iterable[str], besides: int | None) -> dict[str, Known]:
    found = finding.by_list_number(desk, asked)
    standing = _standing(desk, [trade.id for trade in found.values()], besides)
    desk.fetch(trade.list_id for trade in found.values() if trade.list_id is not None)
    told = {}
    for text, trade in found.items():
        if trade.flow != kinds.EXPORT or trade.list_id is None:
            continue
        head = desk.part(trade.list_id).head
        told[text] = Known(
            text, head.get("ebcCode", "").strip(), trade.customs_code, trade.state, trade.history,
            head.get("statisticsFlag", ""), summary.closed_on(trade.stages), standing.get(trade.id, summary.OPEN),
        )  # fmt: skip
    return told


def _standing(desk: Desk, ids: Sequence[int], besides: int | None) -> dict[int, str]:
    if not ids:
        return {}
    desk.cursor.execute(
        "SELECT trade_id, state FROM clearance_summary_item WHERE trade_id = ANY(%s::bigint[])"
        " AND coalesce(summary_id, 0) <> %s",
        (ascending(ids), besides or -1),
    )
    return dict(desk.cursor.fetchall())


def _stands(desk: Desk, key: str) -> tuple[int, str] | None:
    """(document, state) of the application that stands under a key."""
    desk.cursor.execute("SELECT id, state FROM clearance_summary WHERE key = %s", (key,))
    rows = desk.cursor.fetchall()
    return (rows[0][0], rows[0][1]) if rows else None


def _of(desk: Desk, lines: Sequence[Head]) -> dict[int, str]:
    return {trade.id: text for text, trade in finding.by_list_number(desk, _asked(lines)).items()}


def _within(desk: Desk, head: Head, days: tuple[date, date]) -> dict[int, str]:
    """Trade → list number of the lists of a consignor at a customs office that were closed within these days and stand open.

    Read from what is stored: lists released in this very batch come with the next application.
    """
    firm = desk.directory.firm(head.get("ebcCode", "").strip())
    if firm is None:
        return {}
    try:
        begin, end = parse_stamp(head.get("startTime", "")), parse_stamp(head.get("endTime", ""))
    except Refused:
        return {}
    desk.cursor.execute(
        "SELECT t.id, t.invt_no FROM clearance_trade t WHERE t.flow = 'E' AND t.state IN ('released', 'closed') AND NOT t.history"
        " AND t.parties @> ARRAY[%s::bigint] AND (t.firms->>'ebc')::bigint = %s AND t.customs_code = %s AND t.invt_no <> ''"
        " AND coalesce(t.stages->>'closed', t.stages->>'released')::timestamptz BETWEEN %s AND %s"
        " AND NOT t.stages ? 'simplified' AND t.id >= %s AND t.id < %s"
        " AND NOT EXISTS (SELECT 1 FROM clearance_summary_item i WHERE i.trade_id = t.id) ORDER BY t.id",
        (
            firm.id, firm.id, head.get("customsCode", ""), begin, end,
            first_id(summary.month_of(days[0]).replace(year=days[0].year - 1)), first_id(summary.next_month(days[1])),
        ),
    )  # fmt: skip
    return dict(desk.cursor.fetchall())


def _month(desk: Desk, lists: Mapping[int, str]) -> date | None:
    found = finding.by_list_number(desk, list(lists.values())[:1])
    closed = [day for trade in found.values() if (day := summary.closed_on(trade.stages))]
    return summary.month_of(closed[0]) if closed else None


def _hold(desk: Desk, document: DocumentRow, lists: Mapping[int, str]) -> None:
    desk.cursor.execute(
        "INSERT INTO clearance_summary_item (trade_id, list_no, summary_id, state, parties)"
        " SELECT n.trade_id, n.list_no, %s, %s, %s::bigint[] FROM unnest(%s::bigint[], %s::text[]) n (trade_id, list_no)",
        (document.id, summary.ASKED, array(document.parties), list(lists), list(lists.values())),
    )


def leave(desk: Desk, trade: TradeRow) -> None:
    """A list that customs cancelled after its release is asked for no more; what was summed up in a declaration stays so."""
    desk.cursor.execute(
        "DELETE FROM clearance_summary_item WHERE trade_id = %s AND state = %s", (trade.id, summary.ASKED)
    )


def _let_go(desk: Desk, application: int) -> None:
    desk.cursor.execute(
        "DELETE FROM clearance_summary_item WHERE summary_id = %s AND state = %s", (application, summary.ASKED)
    )
