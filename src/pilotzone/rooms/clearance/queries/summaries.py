"""汇总申报 as pages and the API ask: months with their lights, lists and where they stand, applications, declarations.

Everything is read under the caller's rights: `clearance_listed` narrows to the trades he sees (migrations/0012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import connection

from pilotzone.base.errors import Gap
from pilotzone.kernel.access.models import Organisation
from pilotzone.reference import rates
from pilotzone.rooms.clearance.engine import kinds, summary
from pilotzone.rooms.clearance.engine.summary import Declared, Listed
from pilotzone.rooms.clearance.errors import SENTENCES
from pilotzone.rooms.clearance.models import Declaration, DeclarationLine, Summary, SummaryItem, Trade
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.clearance.queries.search import PAGE

MONTHS, MOST_PREVIEWED = 4, 2000
STATES = {
    "asked": ("已申请", "applied for"), "closed": ("海关审结", "closed by customs"), "refused": ("海关退单", "returned by customs"),
    "declared": ("已生成报关单", "declarations made"),
}  # fmt: skip
WORDS = {
    summary.OPEN: ("未汇总", "not summed up"), summary.ASKED: ("已申请汇总", "applied for"), summary.SUMMED: ("已汇总", "summed up"),
    summary.EXEMPT: ("免于汇总", "exempt from summary"),
}  # fmt: skip


def months(*, today: date, until: date | None = None, count: int = MONTHS) -> list[dict[str, Any]]:
    """Months with released lists, the newest first, by consignor, declarant and declaring customs:

    {month, seller, seller_name, agent, customs_code, open, asked, summed, exempt, total, late, late_on, due, provisional, light, source,
    tag}; `late`: lists that were applied for after the last day, the latest on `late_on` (None where none was); `light`: done, green, yellow, red; `due` None (and `why`) where no day is published for the month. `until`: the last month
    asked for, by any of its days; `count` months back from there, at most 24.
    """
    last = summary.month_of(until or today)
    first = last
    for _ in range(max(1, min(count, 24)) - 1):
        first = summary.month_of(first - summary.ONE_DAY)
    until_days = _last_days(first, last)
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [list(until_days), list(until_days.values()), first, summary.next_month(last)])
        rows = cursor.fetchall()
    names = dict(Organisation.objects.filter(id__in={row[1] for row in rows if row[1]}).values_list("id", "name"))
    told = []
    for month, seller, agent, customs, open_, asked, summed, exempt, total, late, late_on in rows:
        told.append({
            "month": month, "seller": seller, "seller_name": names.get(seller, ""), "agent": agent, "customs_code": customs,
            "open": open_, "asked": asked, "summed": summed, "exempt": exempt, "total": total, "late": late, "late_on": late_on,
            **deadline(month, today=today, outstanding=open_),
        })  # fmt: skip
    return told


# lists by where they stand; those applied for after their month's last day, and the day of the latest such application
_MONTHS = """
WITH due (month, last_day) AS (SELECT * FROM unnest(%s::date[], %s::date[])),
listed AS (
    SELECT l.*, CASE WHEN (s.asked_at AT TIME ZONE 'Asia/Shanghai')::date > d.last_day
        THEN (s.asked_at AT TIME ZONE 'Asia/Shanghai')::date END AS late_on
    FROM clearance_listed(%s, %s) l LEFT JOIN clearance_summary_item i ON i.trade_id = l.id
        LEFT JOIN clearance_summary s ON s.id = i.summary_id LEFT JOIN due d ON d.month = l.month
)
SELECT month, seller, agent, customs_code, count(*) FILTER (WHERE standing = 'open'), count(*) FILTER (WHERE standing = 'asked'),
    count(*) FILTER (WHERE standing = 'summed'), count(*) FILTER (WHERE standing = 'exempt'), count(*), count(late_on), max(late_on)
FROM listed GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 4, 2, 3
"""


def _last_days(first: date, last: date) -> dict[date, date]:
    """Month → the last day of its summary; months of which none is published are left out."""
    told, month = {}, first
    while month <= last:
        with suppress(Gap):
            told[month] = summary.due(month).day
        month = summary.next_month(month)
    return told


def overdue(*, today: date) -> list[dict[str, Any]]:
    """Months whose lists ought to have been summed up by now, the oldest first: {month, seller, seller_name, customs_code, open, due,
    provisional, days, source, zh, en}; `days`: since the last day. Of the last months only; what the caller sees."""
    told = []
    for one in months(today=today):
        if one["light"] != summary.RED:
            continue
        days, firm = (today - one["due"]).days, one["seller_name"] or "—"
        told.append(one | {
            "days": days,
            "zh": f"{firm}{one['month']:%Y年%-m月}结关的{one['open']}份出口清单（申报地海关{one['customs_code']}）尚未汇总申报，已于{one['due']:%Y-%m-%d}到期，逾期{days}日",
            "en": f"Export lists of {firm} not summed up: {one['open']}, closed in {one['month']:%Y-%m} (customs {one['customs_code']});"
            f" due on {one['due']:%Y-%m-%d}, days overdue: {days}",
        })  # fmt: skip
    return told[::-1]


def deadline(month: date, *, today: date, outstanding: int) -> dict[str, Any]:
    """{due, provisional, light, source, tag, why_zh, why_en} of a month; `due` None with why where none is published."""
    try:
        until = summary.due(summary.month_of(month))
    except Gap as gap:
        return {
            "due": None, "provisional": False, "light": summary.DONE if not outstanding else summary.YELLOW, "source": "", "tag": "",
            "why_zh": gap.zh, "why_en": gap.en,
        }  # fmt: skip
    return {
        "due": until.day, "provisional": until.provisional, "light": summary.light(until, today, outstanding),
        "source": _source(until.parameter), "tag": until.parameter.tag, "why_zh": "", "why_en": "",
    }  # fmt: skip


def _source(law: rates.Rate) -> str:
    return f"{law.document}{law.article}"


def lists(month: date, filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE) -> dict[str, Any]:
    """A page of the lists closed in a month: {rows, total, page}; filters: seller, customs, standing, number.

    A row: {id, list_no, order_no, closed, customs_code, mode, standing, zh, en, seller_name, declarations: [{id, number}]}.
    """
    asked = filters or {}
    where, values = _narrowed(asked)
    month = summary.month_of(month)
    span = [month, summary.next_month(month)]
    size, page = max(1, min(size, 5000)), max(1, page)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM clearance_listed(%s, %s) l WHERE {where}", [*span, *values])  # noqa: S608
        (total,) = cursor.fetchone()
        cursor.execute(
            f"SELECT id, closed, standing FROM clearance_listed(%s, %s) l WHERE {where}"  # noqa: S608 (our own words)
            " ORDER BY closed, id LIMIT %s OFFSET %s",
            [*span, *values, size, (page - 1) * size],
        )
        found = cursor.fetchall()
    return {"rows": _told_lists(found), "total": total, "page": page}


def _narrowed(asked: Mapping[str, Any]) -> tuple[str, list[Any]]:
    where, values = ["true"], []
    for name, column in (("seller", "seller"), ("customs", "customs_code"), ("standing", "standing")):
        if asked.get(name):
            where.append(f"{column} = %s")
            values.append(asked[name])
    if asked.get("number"):
        where.append(
            "EXISTS (SELECT 1 FROM clearance_trade t WHERE t.id = l.id AND (t.invt_no = %s OR t.order_no = %s))"
        )
        values += [asked["number"]] * 2
    return " AND ".join(where), values


def _told_lists(found: Sequence[tuple[int, date, str]]) -> list[dict[str, Any]]:
    trades = Trade.objects.in_bulk([row[0] for row in found])
    names = dict(
        Organisation.objects.filter(id__in={one.firms.get("ebc") for one in trades.values()} - {None}).values_list(
            "id", "name"
        )
    )
    made: dict[int, list[dict[str, Any]]] = {}
    lines = DeclarationLine.objects.filter(trade_id__in=trades).select_related("declaration").order_by("declaration_id")
    for line in lines:
        told = {"id": line.declaration_id, "number": line.declaration.entry_id or line.declaration.seq_no}
        into = made.setdefault(line.trade_id or 0, [])
        if told not in into:
            into.append(told)
    rows = []
    for id_, closed, standing in found:
        one = trades.get(id_)
        if one is None:
            continue
        rows.append({
            "id": id_, "list_no": one.invt_no, "order_no": one.order_no, "closed": closed, "customs_code": one.customs_code,
            "mode": one.mode, "standing": standing, "zh": WORDS[standing][0], "en": WORDS[standing][1],
            "seller_name": names.get(one.firms.get("ebc"), ""), "declarations": made.get(id_, []),
        })  # fmt: skip
    return rows


def standing(trade: int) -> dict[str, Any] | None:
    """Where one export list stands with its summary, for its page; None where it is no released export list of the caller's view."""
    one = Trade.objects.filter(id=trade, flow="E", state__in=summary.RELEASED, history=False).first()
    closed = summary.closed_on(one.stages) if one is not None else None
    if one is None or closed is None or not one.invt_no:
        return None
    held = SummaryItem.objects.filter(trade_id=trade).values_list("state", flat=True).first()
    stands = held or (summary.EXEMPT if summary.NOTED in one.stages else summary.OPEN)
    return _told_lists([(trade, closed, stands)])[0]


def receipts_of(trade: int, list_no: str) -> tuple[int | None, list[dict[str, Any]]]:
    """(the application that holds a list, customs' results on it): a result as a receipt is shown, of each declaration (792)."""
    application = SummaryItem.objects.filter(trade_id=trade).values_list("summary_id", flat=True).first()
    lines = DeclarationLine.objects.filter(list_no=list_no, trade_id=trade)
    made = Declaration.objects.filter(id__in=lines.values("declaration_id")).order_by("id") if list_no else ()
    return application, [
        {
            "message": kinds.SUMMARY_RESULT, "status": one.state, "zh": "汇总结果单", "en": "summary result", "time": one.op_time,
            "info": f"报关单{one.entry_id or one.seq_no}，报关单状态{one.state}", "applied": True, "why": "", "why_zh": "", "why_en": "",
            "received_at": one.received_at, "key": one.seq_no,
        }
        for one in made
    ]  # fmt: skip


def open_lists(month: date, *, seller: int, customs: str, most: int) -> list[Listed]:
    """The open lists of a consignor at a customs office closed in a month, as the summary reads them; at most so many.

    What turns out to be declared for statistics only is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM clearance_listed(%s, %s) WHERE standing = 'open' AND seller = %s AND customs_code = %s"
            " ORDER BY closed, id LIMIT %s",
            [summary.month_of(month), summary.next_month(summary.month_of(month)), seller, customs, most],
        )
        ids = [row[0] for row in cursor.fetchall()]
        trades = Trade.objects.in_bulk(ids)
        said = contents.parts(cursor, [one.list_id for one in trades.values() if one.list_id])
    return [
        Listed(one.id, one.invt_no, said[one.list_id].head, said[one.list_id].lines)
        for id_ in ids
        if (one := trades.get(id_)) is not None and one.list_id in said
        and said[one.list_id].head.get("statisticsFlag") != summary.SIMPLIFIED
    ]  # fmt: skip


def preview(
    month: date, *, seller: int, customs: str, by_producer: bool = True, by_name: bool = False
) -> dict[str, Any]:
    """The declarations customs would make of what stands open: {declarations: [{header, lists, lines, gross, net}], lists, more}."""
    found = open_lists(month, seller=seller, customs=customs, most=MOST_PREVIEWED + 1)
    more, found = len(found) > MOST_PREVIEWED, found[:MOST_PREVIEWED]
    made: list[Declared] = summary.declarations(
        found, by_producer=by_producer, by_name=by_name, on=summary.month_of(month)
    )
    law = rates.rate("export.summary.merge_keys", on=summary.month_of(month))
    return {
        "declarations": [asdict(one) for one in made],
        "lists": len(found),
        "more": more,
        "keys": law.value,
        "source": _source(law),
    }


def applications(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE) -> dict[str, Any]:
    """A page of summary applications, the newest first: {rows, total, page}; filters: month, state."""
    asked = filters or {}
    found = Summary.objects.order_by("-id")
    if asked.get("month"):
        found = found.filter(month=summary.month_of(asked["month"]))
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    size = max(1, min(size, 500))
    rows = [
        {
            "id": one.id, "cop_no": one.cop_no, "part": one.part, "parts": one.parts, "month": one.month, "customs_code": one.customs_code,
            "seller_code": one.seller_code, "agent_code": one.agent_code, "lists": one.lists, "state": one.state,
            "zh": STATES[one.state][0], "en": STATES[one.state][1], "sum_no": one.sum_no, "answer": one.answer,
            "asked_at": one.asked_at, "answered_at": one.answered_at,
        }
        for one in found[(page - 1) * size : page * size]
    ]  # fmt: skip
    return {"rows": rows, "total": found.count(), "page": page}


def declarations(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE) -> dict[str, Any]:
    """A page of declarations customs made of lists, the newest first: {rows, total, page}; filters: number (any of its numbers)."""
    number = str((filters or {}).get("number") or "").strip()
    found = Declaration.objects.order_by("-id")
    if number:
        found = found.filter(entry_id=number) | found.filter(seq_no=number) | found.filter(sum_no=number)
    size = max(1, min(size, 500))
    return {
        "rows": [_declared(one) for one in found[(page - 1) * size : page * size]],
        "total": found.count(),
        "page": page,
    }


def access_declaration(number: int) -> dict[str, Any]:
    """One declaration with its lines [{list_no, line_no, goods_code, place, trade}]; Denied `kernel.access.unknown` where there is none to see."""
    one = Declaration.objects.filter(pk=number).first()
    if one is None:
        raise SENTENCES.denied("kernel.access.unknown")
    lines = DeclarationLine.objects.filter(declaration=one).order_by("place", "list_no", "line_no")
    told = [
        {"list_no": line.list_no, "line_no": line.line_no, "goods_code": line.goods_code, "place": line.place, "trade": line.trade_id}
        for line in lines
    ]  # fmt: skip
    return _declared(one) | {"lines": told}


def _declared(one: Declaration) -> dict[str, Any]:
    lines = DeclarationLine.objects.filter(declaration=one)
    return {
        "id": one.pk, "seq_no": one.seq_no, "sum_no": one.sum_no, "entry_id": one.entry_id, "state": one.state,
        "customs_code": one.customs_code, "seller_code": one.seller_code, "agent_code": one.agent_code, "gross": one.gross,
        "net": one.net, "op_time": one.op_time, "received_at": one.received_at,
        "lists": lines.values("list_no").distinct().count(), "count": lines.count(),
    }  # fmt: skip


def declared_numbers(list_numbers: Sequence[str]) -> dict[tuple[str, int], str]:
    """(list number, line) → declaration number, for the rooms above: the customs declaration a line went into."""
    lines = DeclarationLine.objects.filter(list_no__in=list(list_numbers)).select_related("declaration")
    return {(one.list_no, one.line_no): one.declaration.entry_id for one in lines if one.declaration.entry_id}
