"""Read payment raw data field by field; everything wrong becomes a finding (announcement 179, spec §5.1)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.payment_raw_shapes import SOURCE, Goods, OrderPaid, PayHead

LARGEST = 1024 * 1024

_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_MILLISECONDS = re.compile(r"[0-9]{13}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,5})?", re.ASCII)

# field → (widest, mandatory); the widths are the annex's
_HEAD_RULES = {
    "guid": (36, True),
    "initalRequest": (8000, True),
    "initalResponse": (8000, True),
    "ebpCode": (18, True),
    "payCode": (18, True),
    "payTransactionId": (60, True),
    "currency": (4, True),
    "verDept": (1, True),
    "payType": (1, False),
    "tradingTime": (14, True),
    "note": (1000, False),
}
_ORDER_RULES = {
    "orderNo": (60, True),
    "recpAccount": (60, True),
    "recpCode": (18, False),
    "recpName": (100, True),
}
_GOODS_RULES = {"gname": (250, True), "itemLink": (3000, True)}
_CHOICES = {"verDept": "123", "payType": "1234"}


def object_in(text: str | bytes, *, largest: int = LARGEST) -> dict[str, Any] | Finding:
    """The JSON object in `text`, numbers with a point as Decimal; a finding when it is none."""
    if len(text) > largest:
        most = largest // (1024 * 1024)
        return _finding("format.payment_raw_size", "", f"数据超过 {most} MB。", f"The data are larger than {most} MB.")
    try:
        top = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _finding("format.payment_raw_json", "", "不是 JSON 对象。", "This is not a JSON object.")
    return top


def read_head(value: object, found: list[Finding]) -> PayHead | None:
    """`payExchangeInfoHead`; None where it has a fault, each of them appended to `found`."""
    path = "payExchangeInfoHead"
    if not isinstance(value, dict):
        found.append(_missing(path))
        return None
    before = len(found)
    texts = {name: text_of(value, name, path, rule, found) for name, rule in _HEAD_RULES.items()}
    amount = _amount(value.get("totalAmount"), f"{path}/totalAmount", found)
    for name, allowed in _CHOICES.items():
        if texts[name] and texts[name] not in allowed:
            found.append(wrong(f"{path}/{name}", "、".join(allowed)))
    if texts["tradingTime"]:
        try:
            parse_stamp(texts["tradingTime"])
        except Refused:
            found.append(wrong(f"{path}/tradingTime", "yyyyMMddHHmmss"))
    if len(found) > before or amount is None:
        return None
    optional = {name: texts[name] or None for name in ("payType", "note")}
    return PayHead(**(texts | optional), totalAmount=amount)  # type: ignore[arg-type]


def read_orders(value: object, found: list[Finding]) -> tuple[OrderPaid, ...]:
    """`payExchangeInfoLists`, the orders paid; faults are appended to `found` and their orders left out."""
    path = "payExchangeInfoLists"
    if not isinstance(value, list) or not value:
        found.append(_missing(path))
        return ()
    orders = []
    for number, item in enumerate(value, 1):
        at = f"{path}[{number}]"
        if not isinstance(item, dict):
            found.append(wrong(at, "{…}"))
            continue
        texts = {name: text_of(item, name, at, rule, found) for name, rule in _ORDER_RULES.items()}
        goods = _read_goods(item.get("goodsInfo"), f"{at}/goodsInfo", found)
        orders.append(
            OrderPaid(
                orderNo=texts["orderNo"],
                goodsInfo=goods,
                recpAccount=texts["recpAccount"],
                recpCode=texts["recpCode"] or None,
                recpName=texts["recpName"],
            )
        )
    return tuple(orders)


def _read_goods(value: object, path: str, found: list[Finding]) -> tuple[Goods, ...]:
    if not isinstance(value, list) or not value:
        found.append(_missing(path))
        return ()
    goods = []
    for number, item in enumerate(value, 1):
        at = f"{path}[{number}]"
        if not isinstance(item, dict):
            found.append(wrong(at, "{…}"))
            continue
        goods.append(Goods(**{name: text_of(item, name, at, rule, found) for name, rule in _GOODS_RULES.items()}))
    return tuple(goods)


def text_of(parent: dict[str, Any], name: str, path: str, rule: tuple[int, bool], found: list[Finding]) -> str:
    """The text of a member; a missing, foreign or too long one is a finding and reads as ""."""
    widest, needed = rule
    value, at = parent.get(name), f"{path}/{name}".lstrip("/")
    if value is None or value == "":
        if needed:
            found.append(_missing(at))
        return ""
    if not isinstance(value, str):
        found.append(wrong(at, "text"))
        return ""
    if len(value) > widest:
        found.append(
            _finding("format.payment_raw_length", at, f"{at} 超过 {widest} 个字符。", f"{at} is longer than {widest}.")
        )
        return ""
    return value


def _amount(value: object, path: str, found: list[Finding]) -> Decimal | None:
    """N19,5 as a JSON number."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and _AMOUNT.fullmatch(str(value)):
        return Decimal(value)
    found.append(_missing(path) if value is None else wrong(path, "N19,5"))
    return None


def service_time(top: dict[str, Any], found: list[Finding]) -> str:
    """Milliseconds; the annex writes a number, working implementations text."""
    value = top.get("serviceTime")
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _MILLISECONDS.fullmatch(text):
        found.append(_missing("serviceTime") if value is None else wrong("serviceTime", "ms, 13 digits"))
    return text


def _missing(path: str) -> Finding:
    return _finding("format.payment_raw_missing", path, f"缺少 {path}。", f"{path} is missing.")


def wrong(path: str, wanted: str) -> Finding:
    """The finding that a value is not what it should be."""
    return _finding("format.payment_raw_value", path, f"{path} 的值应为 {wanted}。", f"{path} must be {wanted}.")


def _finding(code: str, path: str, zh: str, en: str) -> Finding:
    return Finding(code=code, path=path, line=0, zh=zh, en=en, source=SOURCE)
