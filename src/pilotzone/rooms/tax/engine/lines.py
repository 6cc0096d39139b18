"""One order as a line of JSON, and its answer: what `pilotzone tax import --json` reads and writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Problem, Refused
from pilotzone.base.money import decimal, yuan
from pilotzone.rooms.tax.engine.assess import assess
from pilotzone.rooms.tax.engine.assessment import Assessment
from pilotzone.rooms.tax.engine.limits import REFUSED
from pilotzone.rooms.tax.engine.order import MEANS_OF_PAYMENT, OPEN_TO_ALL, Discount, Item, Order
from pilotzone.rooms.tax.engine.parameters import parameter

ORDER_FIELDS = (
    "id", "on", "used_this_year", "freight", "insurance", "items", "discounts", "spread_by", "usd_cny",
)  # fmt: skip
ITEM_FIELDS = (
    "hs", "kind", "qty", "unit_price", "content", "pieces", "litres", "weight", "mfn_tariff",
)  # fmt: skip
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SOURCE = "pilotzone tax import --help"


class _Number(str):
    """A JSON number as it was written: reading it as a binary fraction would change cents."""

    __slots__ = ()


def answer(text: str) -> dict[str, Any]:
    """The answer to one line; never raises for what a line can hold.

    A refused order has no items and the total "0.00": nothing is levied in this channel. A line that could not be
    computed (bad input, a named gap) has the channel refused, no items and the total None: nothing is known.
    """
    told_id: Any = None
    try:
        line = _object(_parsed(text), "")
        told_id = _id(line.get("id"))
        return _answered(told_id, _assessed(line), _ignored(line))
    except Problem as problem:
        return _unanswered(told_id, problem)


def as_line(answered: Mapping[str, Any]) -> str:
    """The answer as JSON on one line; Chinese readable unless the id holds half a character."""
    text = json.dumps(answered, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() or _encodable(text) else json.dumps(answered, separators=(",", ":"))


def as_sentence(answered: Mapping[str, Any]) -> str:
    """The answer for a reader's eye: id, channel, total, then every reason in both languages."""
    parts = [f"{answered['id']!a}", answered["channel"], answered["total"] or "?"]
    parts += [f"{told['code']} {told['text_zh']} / {told['text_en']}" for told in answered["reasons"]]
    text = "  ".join(parts)
    return text if _encodable(text) else ascii(text)


def _answered(told_id: Any, found: Assessment, notices: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": told_id,
        "channel": found.channel,
        "items": [
            {"tariff": yuan(i.tariff), "consumption_tax": yuan(i.consumption_tax), "vat": yuan(i.vat)}
            for i in found.items
        ],
        "total": yuan(found.total),
        "reasons": [_reason(r.code, r.zh, r.en, r.source) for r in found.reasons] + notices,
        "parameters": [parameter(used) for used in found.parameters],
    }


def _unanswered(told_id: Any, problem: Problem) -> dict[str, Any]:
    return {
        "id": told_id,
        "channel": REFUSED,
        "items": [],
        "total": None,
        "reasons": [_reason(problem.code, problem.zh, problem.en, problem.source)],
        "parameters": [],
    }


def _reason(code: str, zh: str, en: str, source: str) -> dict[str, str]:
    return {"code": code, "text_zh": zh, "text_en": en, "source": source}


def _assessed(line: Mapping[str, Any]) -> Assessment:
    order = Order(
        tuple(_item(number, written) for number, written in enumerate(_list(line, "items"), start=1)),
        freight=_number(line, "freight", "0"),
        insurance=_number(line, "insurance", "0"),
        discounts=tuple(_discount(written) for written in _list(line, "discounts", [])),
        spread_by=_one_of(line, "spread_by", ("price", "weight"), "price"),
    )
    return assess(
        order,
        on=_day(line.get("on")),
        used=_number(line, "used_this_year", "0"),
        usd_cny=_number(line, "usd_cny") if line.get("usd_cny") is not None else None,
    )


def _item(number: int, written: Any) -> Item:
    row, where = _object(written, f"items[{number}]"), f"items[{number}]."
    measure = {
        name: _number(row, name, where=where)
        for name in ("content", "pieces", "litres", "weight", "mfn_tariff")
        if row.get(name) is not None
    }
    return Item(
        quantity=_number(row, "qty", where=where),
        unit_price=_number(row, "unit_price", where=where),
        hs=_text(row, "hs", where),
        kind=_text(row, "kind", where),
        **measure,
    )


def _discount(written: Any) -> Discount:
    row = _object(written, "discounts")
    return Discount(
        _one_of(row, "kind", (OPEN_TO_ALL, MEANS_OF_PAYMENT), ""), _number(row, "amount", where="discounts.")
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _bad("format.json", "这一行不是JSON对象", "This line is not a JSON object") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad("format.json", f"{where}不是JSON对象", f"{where or 'This line'} is not a JSON object")
    return value


def _id(value: Any) -> str | int | None:
    if isinstance(value, _Number):
        return int(value) if value.lstrip("-").isdigit() and len(value) <= 18 else str(value)
    return value if isinstance(value, str) else None


def _number(row: Mapping[str, Any], name: str, default: str | None = None, *, where: str = "") -> Decimal:
    value = row.get(name)
    if value is None:
        if default is None:
            raise _bad("format.field", f"缺少{where}{name}", f"{where}{name} is missing")
        return Decimal(default)
    if not isinstance(value, str):
        raise _bad("format.field", f"{where}{name}必须是数字", f"{where}{name} must be a number")
    try:
        return decimal(value)
    except Refused as problem:
        raise Refused(
            code=problem.code,
            zh=f"{where}{name}：{problem.zh}",
            en=f"{where}{name}: {problem.en}",
            source=problem.source,
        ) from None


def _list(row: Mapping[str, Any], name: str, default: list[Any] | None = None) -> list[Any]:
    value = default if row.get(name) is None else row[name]
    if not isinstance(value, list):
        raise _bad("format.field", f"{name}必须是列表", f"{name} must be a list")
    return value


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _bad("format.field", f"{where}{name}必须是文字", f"{where}{name} must be text")
    return str(value)


def _one_of(row: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = row.get(name, default)
    if value not in allowed:
        known = "、".join(allowed)
        raise _bad("format.field", f"{name}只能是{known}", f"{name} must be one of {', '.join(allowed)}")
    return str(value)


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _bad("format.field", "on必须是yyyy-mm-dd的日期", "on must be a day written yyyy-mm-dd")


def _ignored(line: Mapping[str, Any]) -> list[dict[str, str]]:
    names = [name for name in line if name not in ORDER_FIELDS]
    names += [f"items.{name}" for row in line["items"] for name in row if name not in ITEM_FIELDS]
    if not names:
        return []
    shown = ", ".join(sorted(set(names)))[:200]
    return [_reason("format.field_ignored", f"未使用的字段：{shown}", f"Fields not used: {shown}", _SOURCE)]


def _bad(code: str, zh: str, en: str) -> Refused:
    return Refused(code=code, zh=zh, en=en, source=_SOURCE)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
