"""Customs at work: takes a run of messages out of its boxes, answers each document, decides lists, keeps its books.

Import lists follow spec §4 and §6.1; export lists §6.2. One transaction a run: a kill leaves the run undone and the
messages in the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg

from pilotzone.base.days import day_of
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.exchange.formats.envelope import DxpMsg, unwrap
from pilotzone.exchange.formats.parse import Parsed, parse
from pilotzone.kernel import clock
from pilotzone.simulators import faults
from pilotzone.simulators.customs import applications, books, formatcheck, lists, payment, summaries
from pilotzone.simulators.customs.answers import EXPORT, IMPORT, Receipt, dispatch
from pilotzone.simulators.customs.filed import Filed, Origin, Run
from pilotzone.simulators.customs.numbers import invt_no, pre_no
from pilotzone.simulators.singlewindow.node import MAX_BYTES, acknowledge, receive, subscribers

PAPERS = ("CEB311", "CEB411", "CEB511", "CEB303", "CEB403", "CEB505")
# first letters of preNo seen in official samples (spec §4)
LETTERS = {"CEB711": "R", "CEB625": "T", "CEB215": "O"}
LISTS = ("CEB621", "CEB603")
OLDER = {"CEB311": "-301014", "CEB411": "-401012", "CEB511": "-505016"}


def work(connection: psycopg.Connection[Any], zone_now: datetime, *, limit: int = 200) -> int:
    """Take up to `limit` messages from each box and answer them; returns how many messages were taken."""
    taken = 0
    with connection.transaction():
        run = Run(connection, zone_now, faults.read(connection))
        for box in (IMPORT, EXPORT):
            rows = receive(connection, box, limit)
            for _, raw in rows:
                _take(run, box, unwrap(raw, MAX_BYTES))
            acknowledge(connection, box, [number for number, _ in rows])
            taken += len(rows)
        books.write(connection, run.papers.values())
        lists.decide(run)
        dispatch(connection, run.receipts, zone_now, run.behaviour)
    return taken


def _take(run: Run, box: str, message: DxpMsg) -> None:
    receivers = tuple(dict.fromkeys([message.sender, *subscribers(message.data, "RET")]))
    at = message.created if run.behaviour.follow and message.created else run.now
    parsed = parse(message.data, edition=None, on=day_of(at), rules=False)
    refusal = formatcheck.refusal(message, parsed, at=clock.wall())
    if refusal is not None:
        run.receipts.append(Receipt(receivers, box, "CEB900Message", "2018", 0, 0, refusal))
        return
    for origin, document_lines in _documents(run, parsed, box, receivers, at):
        kind = origin.name[:6]
        if origin.head.get("appStatus") == "1":
            run.answer(origin, 0, "1", "暂存")
        elif kind in PAPERS:
            _paper(run, origin, document_lines)
        elif kind in LISTS:
            if not run.behaviour.brief:
                run.answer(origin, 0, "2", f"清单新增申报成功[{origin.head['guid']}]")
            run.lists.append(Filed(origin, document_lines))
        else:
            _other(run, origin, document_lines)


def _documents(
    run: Run, parsed: Parsed, box: str, receivers: tuple[str, ...], at: datetime
) -> list[tuple[Origin, Sequence[dict[str, str]]]]:
    """The documents with the numbers the electronic port gives on arrival (orders, payments, waybills get none)."""
    edition = parsed.edition or edition_for(parsed.name, day_of(at))
    told: list[tuple[Origin, Sequence[dict[str, str]]]] = []
    for document in parsed.documents:
        head = document.head
        if parsed.name[:6] not in PAPERS:
            serial = run.serial()
            head = {**head, "preNo": pre_no(LETTERS.get(parsed.name[:6], "B"), day_of(at), serial)}
            if parsed.name[:6] == "CEB603":  # its receipts must carry one from the first on (2018 schema of 604)
                head["invtNo"] = invt_no(head["customsCode"], day_of(at), "E", serial)
        told.append((Origin(parsed.name, edition, box, receivers, head, at), document.lines))
    return told


def _paper(run: Run, origin: Origin, lines: Sequence[dict[str, str]]) -> None:
    """An order, payment or waybill: taken into the store, unless an older version comes late."""
    entry = books.entry_of(origin.name, origin.head, lines)
    kept = run.papers.get(entry.key)
    if kept is not None and kept.app_time > entry.app_time:
        run.answer(origin, 0, OLDER.get(origin.name[:6], "-304001"), "申报时间早于已入库单证")
        return
    run.papers[entry.key] = entry
    if not run.behaviour.brief:
        run.answer(origin, 0, "2", f"新增申报成功[{origin.head['guid']}]")
    run.answer(origin, 1, "120", "[Code:1800;Desc:逻辑校验通过]")
    payment.pick(run, origin)


def _other(run: Run, origin: Origin, lines: Sequence[dict[str, str]]) -> None:
    """Everything customs only stores, and applications, which it decides."""
    if not run.behaviour.brief:
        run.answer(origin, 0, "2", f"新增申报成功[{origin.head['guid']}]")
    if origin.name[:6] in (*applications.CANCELS, *applications.RETURNS):
        applications.decide(run, origin, lines)
    elif origin.name[:6] == summaries.MESSAGE and origin.head.get("appType") == "1":
        summaries.decide(run, origin, lines)
    else:
        run.answer(origin, 1, "399" if origin.name[:6] in ("CEB701", "CEB711") else "120", "审结")
