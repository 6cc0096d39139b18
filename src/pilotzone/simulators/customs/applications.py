"""Cancellations (605, 623) and returns (625 of imports, 213 of exports) at customs: decided against the list they name, in its books.

A list is released once its 800 has left the queue: until then it can be cancelled, after that only returned. Official
codes for imports (data/codes/customs_reason.csv); for exports only ranges are published, so theirs is the first of the
range of business errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pilotzone.base.errors import Gap
from pilotzone.base.money import to_cents
from pilotzone.reference.rates import rate
from pilotzone.simulators.customs import books
from pilotzone.simulators.customs.answers import release_waits, withdraw
from pilotzone.simulators.customs.books import Entry
from pilotzone.simulators.customs.checks import Answer, coded
from pilotzone.simulators.customs.filed import Origin, Run

CANCELS, RETURNS, EXPORT_RETURN = ("CEB605", "CEB623"), ("CEB625", "CEB213"), "CEB213"
CANCELLED, RELEASED = "cancelled", "800"
EXPORT_REFUSED, EXPORT_RETURN_REFUSED = "-607001", "-603001"


class Back(NamedTuple):
    """What a return brings back: quantities by line number since the release, and the price given back by this one."""

    quantities: dict[str, str]
    price: Decimal
    whole: bool


def decide(run: Run, origin: Origin, lines: Sequence[dict[str, str]]) -> None:
    """Answer one application; the books follow at once."""
    entry = books.by_number(run.connection, origin.head["invtNo"])
    if origin.name[:6] in CANCELS:
        answer = _cancel(run, origin, entry)
    elif origin.name[:6] == EXPORT_RETURN:
        answer = _export_return(run, origin, entry, lines)
    else:
        answer = _return(run, origin, entry, lines)
    run.answer(origin, 1, answer.status, answer.info)


def _cancel(run: Run, origin: Origin, entry: Entry | None) -> Answer:
    number = origin.head["invtNo"]
    if entry is None:
        waiting = books.drop_waiting(run.connection, number)
        return GRANTED if waiting else _not(origin, "-623003", f"系统中不存在清单编号为[{number}]的清单")
    if entry.data.get("agent") != origin.head["agentCode"]:
        return _not(origin, "-623026", f"[{origin.head['agentCode']}]没有权限进行操作")
    if entry.status == CANCELLED:
        return _not(origin, "-623009", f"撤单清单[{number}]已经申报过")
    if entry.status != RELEASED or not release_waits(run.connection, number, at=origin.at):
        return _not(origin, "-623005", f"清单的状态不符合撤单申报要求(清单编号[{number}])")
    withdraw(run.connection, number)
    books.amend(run.connection, entry._replace(status=CANCELLED))
    books.drop_bill(run.connection, number)
    if "buyer" in entry.data:
        books.give_back(run.connection, entry.data["buyer"], entry.data["year"], Decimal(entry.data["price"]))
    return GRANTED


def _return(run: Run, origin: Origin, entry: Entry | None, lines: Sequence[dict[str, str]]) -> Answer:
    copy, number = origin.head.get("copNo") or origin.head["orderNo"], origin.head["invtNo"]
    if entry is None or "buyer" not in entry.data:
        return Answer("-625204", f"未找到清单编号为[{number}]的清单")
    data = entry.data
    if data["agent"] != origin.head["agentCode"]:
        return Answer("-625021", f"[{origin.head['agentCode']}]没有权限进行操作")
    if copy in data.get("returns", ()):
        return Answer("-625033", f"退货申请单[{copy}]已经申报过，请勿重复申报")
    if entry.status != RELEASED or release_waits(run.connection, number, at=origin.at):
        return Answer("-625004", f"退货申请单申报失败，[清单[{number}]未放行]")
    days = window(date.fromisoformat(data["released_on"]))
    if days is not None and (origin.day - date.fromisoformat(data["released_on"])).days > days:
        return Answer("-625004", f"退货申请单申报失败，[已超过放行之日起{days}日的退货申请期限]")
    back = brought_back(data, lines)
    if isinstance(back, str):
        return Answer(*_line_refused(copy, back))
    books.give_back(run.connection, data["buyer"], data["year"], back.price)
    kept = {**data, "back": back.quantities, "restored": str(_restored(data) + back.price)}
    books.amend(run.connection, entry._replace(data={**kept, "returns": [*data.get("returns", ()), copy]}))
    if back.whole:
        books.drop_bill(run.connection, number)
    return Answer("399", "审结")


def _export_return(run: Run, origin: Origin, entry: Entry | None, lines: Sequence[dict[str, str]]) -> Answer:
    """Goods of an export list that come back: within the days of its release, never more than it held."""
    copy, number = origin.head["coElNo"], origin.head["invtNo"]
    if entry is None or "goods" not in entry.data or entry.data["agent"] != origin.head["agentCode"]:
        return Answer(EXPORT_RETURN_REFUSED, f"未找到清单编号为[{number}]的清单")
    data = entry.data
    if entry.status != RELEASED or release_waits(run.connection, number, at=origin.at):
        return Answer(EXPORT_RETURN_REFUSED, f"清单[{number}]未放行")
    released_on = date.fromisoformat(data["released_on"])
    with suppress(Gap):
        days = int(rate("export.return.days", on=released_on).value)
        if (origin.day - released_on).days > days:
            return Answer(EXPORT_RETURN_REFUSED, f"已超过放行之日起{days}日的退货期限")
    held = {str(int(line["gnum"])): [line["gcode"], line["qty"], line["totalPrice"]] for line in data["goods"]}
    back = brought_back({**data, "lines": held, "price": "0"}, lines)
    if isinstance(back, str):
        return Answer(EXPORT_RETURN_REFUSED, _line_refused(copy, back)[1])
    kept = {**data, "back": back.quantities, "returns": [*data.get("returns", ()), copy]}
    books.amend(run.connection, entry._replace(data=kept))
    return Answer("399", "审结")


def window(released_on: date) -> int | None:
    """Days from release within which a return is applied for; None where the law of that day names none.

    Before announcement 2020-45 the goods had to be back within the days of 2018-194: the same days are used.
    """
    for key in ("import.return.apply_days", "import.return.arrive_days"):
        with suppress(Gap):
            return int(rate(key, on=released_on).value)
    return None


def brought_back(data: dict[str, Any], lines: Sequence[dict[str, str]]) -> Back | str:
    """What comes back with these lines; "gnum,gcode" of a line the list has not, "gnum" of one with more than it had."""
    quantities = {number: Decimal(text) for number, text in data.get("back", {}).items()}
    for line in lines:
        number, quantity = str(int(line["gnum"])), Decimal(line["qty"])
        declared = data["lines"].get(number)
        if declared is None or declared[0] != line["gcode"]:
            return f"{number},{line['gcode']}"
        quantities[number] = quantities.get(number, Decimal()) + quantity
        if quantity <= 0 or quantities[number] > Decimal(declared[1]):
            return number
    whole = all(quantities.get(number) == Decimal(row[1]) for number, row in data["lines"].items())
    price = Decimal(data["price"])
    goods = sum((Decimal(row[2]) for row in data["lines"].values()), Decimal())
    rows = [(data["lines"][number], quantity) for number, quantity in quantities.items()]
    worth = sum((Decimal(row[2]) * quantity / Decimal(row[1]) for row, quantity in rows), Decimal())
    # freight and insurance come back with their share of the goods; everything back gives exactly the whole
    reached = price if whole or not goods else min(price, to_cents(worth * price / goods))
    return Back({number: str(quantity) for number, quantity in quantities.items()}, reached - _restored(data), whole)


def _restored(data: dict[str, Any]) -> Decimal:
    return Decimal(data.get("restored", "0"))


def _line_refused(copy: str, wrong: str) -> tuple[str, str]:
    number, _, code = wrong.partition(",")
    if code:
        said = f"退货申请单[{copy}],在关联的清单中未找到表体序号为[{number}],商品编号为[{code}]的数据"
        return "-625209", said
    return "-625001", f"退货申请单报文校验失败，[表体第{number}项的退货数量不大于零，或超过原清单数量]"


def _not(origin: Origin, code: str, said: str) -> Answer:
    return Answer(code if origin.flow == "I" else EXPORT_REFUSED, said)


GRANTED = Answer("399", coded("2300", "撤销申请审核通过，清单已撤销"))
