"""Summary applications (701) at customs: lists of its books summed into declarations, told by 702 and 792.

Customs sums up with the platform's own engine: the law is one. Official codes of exports are published as ranges only, so
what is refused comes back as 100 with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pilotzone.base.days import day_of, parse_stamp, stamp17
from pilotzone.rooms.clearance import api as clearance
from pilotzone.simulators.customs import books
from pilotzone.simulators.customs.answers import Receipt, release_waits
from pilotzone.simulators.customs.books import Entry
from pilotzone.simulators.customs.checks import Answer
from pilotzone.simulators.customs.filed import STAGE, Origin, Run

MESSAGE, RESULT = "CEB701", "CEB792Message"
RELEASED, SUMMED, LINES_A_MESSAGE = "800", "summed", 100
DECLARED = "R"
HEAD = (
    "customsCode",
    "tradeMode",
    "ebcCode",
    "trafMode",
    "country",
    "portCode",
    "ownerCode",
    "grossWeight",
    "netWeight",
    "logisticsNo",
)
LINE = ("gnum", "gcode", "gname", "country", "currency", "unit", "unit1", "qty", "qty1", "totalPrice")


def remembered(head: dict[str, str], lines: Sequence[dict[str, str]], released_on: date) -> dict[str, Any]:
    """What customs keeps of an export list it let go: enough to sum it up and to take goods back."""
    return {
        "flag": head.get("statisticsFlag", ""), "released_on": released_on.isoformat(),
        "head": {name: head[name] for name in HEAD if name in head},
        "goods": [{name: line[name] for name in LINE if name in line} for line in lines],
    }  # fmt: skip


def decide(run: Run, origin: Origin, lines: Sequence[dict[str, str]]) -> None:
    """Answer one part of an application; with its last part the declarations are made."""
    head = origin.head
    key = f"summary|{head['agentCode']}|{head['copNo']}"
    kept = books.read(run.connection, [key]).get(key)
    data: dict[str, Any] = (
        kept.data
        if kept is not None
        else {"parts": {}, "sumNo": f"{head['customsCode']}{origin.day:%Y}S{run.serial():09d}"}
    )
    numbers = _within(run, head) if head.get("startTime") else [line["invtNo"].strip() for line in lines]
    asked = [number for part in data["parts"].values() for number in part]
    wrong = _wrong(run, origin, numbers, asked)
    if wrong is not None:
        run.answer(origin, 1, wrong.status, wrong.info)
        return
    data["parts"][head["msgSeqNo"]] = numbers
    books.write(run.connection, [Entry(key, "parts", head["appTime"], data)])
    run.answer(origin, 1, "399", "审结", {"sumNo": data["sumNo"]})
    if len(data["parts"]) >= int(head.get("msgCount") or 1):
        _declare(run, origin, [number for part in data["parts"].values() for number in part], data["sumNo"])


def _wrong(run: Run, origin: Origin, numbers: Sequence[str], asked: Sequence[str]) -> Answer | None:
    if not numbers:
        return Answer("100", "没有可汇总的清单")
    for number in numbers:
        entry = books.by_number(run.connection, number)
        if (
            entry is None
            or entry.data.get("flow") != "E"
            or entry.data.get("head", {}).get("ebcCode") != origin.head["ebcCode"]
        ):
            return Answer("100", f"未找到收发货人名下清单编号为[{number}]的清单")
        if entry.status != RELEASED or release_waits(run.connection, number, at=origin.at):
            return Answer("100", f"清单[{number}]未放行，不能汇总")
        if entry.data["flag"] != "B":
            return Answer("100", f"清单[{number}]业务类型不是B，无需汇总")
        if number in asked or entry.data.get("summary"):
            return Answer("100", f"清单[{number}]已汇总")
    return None


def _within(run: Run, head: dict[str, str]) -> list[str]:
    first, last = day_of(parse_stamp(head["startTime"])), day_of(parse_stamp(head["endTime"]))
    rows = run.connection.execute(
        "SELECT data ->> 'invtNo' FROM simulators.customs_document WHERE key LIKE 'list|%%' AND status = %s AND data ->> 'flow' = 'E'"
        " AND data ->> 'flag' = 'B' AND data -> 'head' ->> 'ebcCode' = %s AND data -> 'head' ->> 'customsCode' = %s"
        " AND data ->> 'released_on' BETWEEN %s AND %s AND NOT data ? 'summary' ORDER BY 1",
        (RELEASED, head["ebcCode"], head["customsCode"], first.isoformat(), last.isoformat()),
    ).fetchall()
    return [row[0] for row in rows]


def _declare(run: Run, origin: Origin, numbers: Sequence[str], sum_no: str) -> None:
    """One declaration a group, told line by line; its lists are summed up for good."""
    found = []
    for number in numbers:
        entry = books.by_number(run.connection, number)
        if entry is not None:
            found.append(clearance.Listed(0, number, entry.data["head"], entry.data["goods"]))
            books.amend(run.connection, entry._replace(data={**entry.data, "summary": sum_no}))
    head = origin.head
    made = clearance.summary_declarations(
        found, by_producer=head.get("summaryFlag") == "2", by_name=head.get("itemNameFlag") == "1", on=origin.day
    )
    waybills = {one.number: one.head.get("logisticsNo", "") for one in found}
    for one in made:
        serial = run.serial()
        _push(run, origin, {
            "customsCode": head["customsCode"], "sumNo": sum_no, "opDate": stamp17(run.now),
            "declSeqNo": f"{head['customsCode']}{origin.day:%Y}D{serial:09d}",
            "entryId": f"{head['customsCode']}{origin.day:%Y}0{serial:09d}", "decState": DECLARED,
            **{name: head[name] for name in ("agentCode", "agentName", "ebcCode", "ebcName", "declAgentCode", "declAgentName")},
            "grossWeight": f"{one.gross:f}", "netWeight": f"{one.net:f}",
        }, [
            {"invtNo": number, "logisticsNo": waybills[number], "gnum": str(gnum), "gcode": merged.code, "gseqno": str(place)}
            for place, merged in enumerate(one.lines, start=1) for number, gnum in merged.of
        ])  # fmt: skip


def _push(run: Run, origin: Origin, head: dict[str, str], lines: list[dict[str, str]]) -> None:
    chunks = [lines[start : start + LINES_A_MESSAGE] for start in range(0, len(lines), LINES_A_MESSAGE)]
    step = 3
    at = origin.at + step * STAGE if run.behaviour.follow else None
    hidden = "gseqno" if origin.edition == "2018" else ""  # only 202205 has the declaration's own line
    for seq, chunk in enumerate(chunks, start=1):
        part = [{name: text for name, text in line.items() if name != hidden} for line in chunk]
        told = {**head, "msgCount": str(len(chunks)), "msgSeqNo": str(seq)}
        run.receipts.append(
            Receipt(
                origin.receivers, origin.customs, RESULT, origin.edition, step, run.behaviour.delay_ms * step,
                {"head": told, "lines": part}, at,
            )
        )  # fmt: skip
