"""Lists at customs: wait for their papers, are judged, get numbers, are reviewed, inspected, released, taxed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from pilotzone.base.days import day_of
from pilotzone.reference.rates import rate
from pilotzone.simulators.customs import bills, books, summaries
from pilotzone.simulators.customs.checks import (
    Answer,
    Papers,
    coded,
    import_refusal,
    limit_refusal,
    missing,
    price_of,
)
from pilotzone.simulators.customs.filed import STAGE, Filed, Origin, Run
from pilotzone.simulators.customs.numbers import invt_no

RELEASED = coded("2600", "放行")


def decide(run: Run) -> None:
    """Judge the lists of this run and those that waited; lists without their papers wait on, up to the set time."""
    filed = [*_waiting(run), *run.lists]
    if not filed:
        return
    papers = _papers(run, filed)
    known = books.read(run.connection, [books.list_key(f.origin.head) for f in filed])
    imports = [f.origin for f in filed if f.origin.flow == "I"]
    years = {
        year: [books.buyer_of(o.head) for o in imports if o.day.year == year] for year in {o.day.year for o in imports}
    }
    sums = {year: books.totals(run.connection, buyers, year) for year, buyers in sorted(years.items())}
    wait, judged = [], []
    for one, paper in zip(filed, papers, strict=True):
        if (kept := known.get(books.list_key(one.origin.head))) and kept.status in ("800", "899", "399"):
            run.answer(one.origin, 1, "-621004", "清单已申报，不能重复申报")
        elif missing(paper, flow=one.origin.flow) and one.held_s < run.behaviour.hold_s:
            wait.append(one)
        else:
            judged.append((one, _judge(one, paper, sums.get(one.origin.day.year, {}))))
    _hold(run, wait)
    _finish(run, judged)
    for year, totals in sums.items():
        books.book(run.connection, year, {buyer: total for buyer, total in totals.items() if total})


def _judge(one: Filed, paper: Papers, sums: dict[str, Decimal]) -> Answer | None:
    if lacking := missing(paper, flow=one.origin.flow):
        names = {"order": "订单", "payment": "支付单", "waybill": "运单"}
        return Answer("100", coded("1301", "未找到对应的" + "、".join(names[name] for name in lacking)))
    if one.origin.flow == "E":
        return None
    refused = import_refusal(paper)
    if refused is None:
        buyer = books.buyer_of(one.origin.head)
        price, pieces = price_of(one.origin.head, list(one.lines))
        limits = {name: Decimal(rate(f"import.limit.{name}", on=one.origin.day).value) for name in ("single", "annual")}
        refused = limit_refusal(price, pieces, sums[buyer], **limits)
        if refused is None:
            sums[buyer] += price
    return refused


def _finish(run: Run, judged: list[tuple[Filed, Answer | None]]) -> None:
    entries, released = [], []
    for one, refused in judged:
        head = one.origin.head
        extra: dict[str, str] = {}
        steps = 0
        if refused is not None:
            run.answer(one.origin, 1, refused.status, refused.info)
        else:
            extra["invtNo"] = head.get("invtNo") or invt_no(head["customsCode"], one.origin.day, "I", run.serial())
            steps = _let_go(run, one, extra)
            released.append((one, extra))
        status = "800" if refused is None else refused.status
        entries.append(books.Entry(books.list_key(head), status, head["appTime"], _remembered(run, one, extra, steps)))
    books.write(run.connection, entries)
    bills.issue(run, [(one, extra) for one, extra in released if one.origin.flow == "I"])


# of a list's head, what a receipt on its cancellation tells too
_TOLD = ("customsCode", "agentCode", "ebpCode", "ebcCode", "orderNo", "preNo", "statisticsFlag")


def _remembered(run: Run, one: Filed, numbers: dict[str, str], steps: int) -> dict[str, Any]:
    """What customs keeps of a list it judged: enough to cancel it, to take goods back and to give the buyer's amount back."""
    head = one.origin.head
    kept: dict[str, Any] = {
        "flow": one.origin.flow, "order": head["orderNo"], "agent": head["agentCode"], "mode": head.get("tradeMode", ""), **numbers,
    }  # fmt: skip
    if numbers:
        kept["told"] = {
            "receivers": list(one.origin.receivers), "customs": one.origin.customs, "edition": one.origin.edition,
            "closes": not run.behaviour.brief,
            "head": {name: head[name] for name in _TOLD if head.get(name)},
        }  # fmt: skip
    released = day_of(one.origin.at + steps * STAGE if run.behaviour.follow else run.now)
    if numbers and one.origin.flow == "E":
        kept |= summaries.remembered(head, one.lines, released)
    if numbers and one.origin.flow == "I":
        price, _ = price_of(head, list(one.lines))
        kept |= {
            "buyer": books.buyer_of(head), "year": one.origin.day.year, "price": str(price),
            "released_on": released.isoformat(),
            "lines": {str(int(line["gnum"])): [line["gcode"], line["qty"], line["totalPrice"]] for line in one.lines},
        }  # fmt: skip
    return kept


def _let_go(run: Run, one: Filed, extra: dict[str, str]) -> int:
    """The stages of a list that passes: store, perhaps review, perhaps inspection, release, closed. Answers the release's."""
    drawn = _drawn(one.origin.head["guid"])
    stages = [("120", coded("1800", "逻辑校验通过"))]
    if drawn < run.behaviour.review:
        stages.append(("300", coded("1200", "等待人工审核")))
    if one.origin.flow == "E":
        stages.append(("399", "审结"))
    if 1 - drawn < run.behaviour.inspection:
        stages.append(("500", "查验"))
    stages.append(("800", RELEASED))
    release = len(stages)
    if run.behaviour.brief:
        stages, release = stages[-1:], 1
    else:
        stages.append(("899", "结关"))
    inspected = False
    for step, (status, info) in enumerate(stages, start=1):
        run.answer(one.origin, step, status, info, extra, wait_s=run.behaviour.field_s if inspected else 0)
        inspected = inspected or status == "500"
    return release


def _papers(run: Run, filed: list[Filed]) -> list[Papers]:
    keys = [
        (books.order_key(f.origin.head), books.payment_key(f.origin.head), books.waybill_key(f.origin.head))
        for f in filed
    ]
    found = books.read(run.connection, [key for triple in keys for key in triple])
    data = lambda key: found[key].data if key in found else None  # noqa: E731
    return [
        Papers(f.origin.head, list(f.lines), *(data(k) for k in triple)) for f, triple in zip(filed, keys, strict=True)
    ]


def _waiting(run: Run) -> list[Filed]:
    rows: list[tuple[Any, float]] = run.connection.execute(
        "DELETE FROM simulators.customs_waiting RETURNING data, extract(epoch FROM clock_timestamp() - since)::float8"
    ).fetchall()
    return [
        Filed(
            Origin(
                d["name"], d["edition"], d["customs"], tuple(d["receivers"]), d["head"], datetime.fromisoformat(d["at"])
            ),
            d["lines"],
            held,
        )
        for d, held in rows
    ]


def _hold(run: Run, wait: list[Filed]) -> None:
    if not wait:
        return
    with run.connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO simulators.customs_waiting (key, data, since)"
            " VALUES (%s, %s, clock_timestamp() - make_interval(secs => %s)) ON CONFLICT DO NOTHING",
            [
                (
                    books.list_key(f.origin.head),
                    Jsonb({**f.origin._asdict(), "at": f.origin.at.isoformat(), "lines": list(f.lines)}),
                    f.held_s,
                )
                for f in wait
            ],
        )


def _drawn(guid: str) -> float:
    """A number in [0, 1) that belongs to the document: the same list is drawn the same way on every machine."""
    return int.from_bytes(hashlib.sha256(guid.upper().encode()).digest()[:6], "big") / 2**48
