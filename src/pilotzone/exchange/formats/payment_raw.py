"""Payment raw data that platforms give customs in real time: announcements 2018-165 and 2018-179 (spec §5.1).

Customs asks the platform (`openReq`, platDataOpen), the platform answers at once and sends the data afterwards
(`payExInfoStr`, realTimeDataUp). The string that is signed quotes the inner JSON without escaping it, and
keeps the key order of the annex, which is the order of the fields below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec

from pilotzone.base.days import parse_stamp
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.findings import Finding

SOURCE = "Announcements 2018-165 and 2018-179, annex (spec §5.1)"
LARGEST = 1024 * 1024
SUCCESS = "10000"
FAILURE = "20000"

_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)
_MILLISECONDS = re.compile(r"[0-9]{13}", re.ASCII)
_ANSWERS = re.compile(r"10000|20[0-9]{3}|21000", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,14}(?:\.[0-9]{1,5})?", re.ASCII)


class Goods(msgspec.Struct, frozen=True):
    gname: str
    itemLink: str


class OrderPaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order of the payment. `recpCode` is absent for a foreign seller."""

    orderNo: str
    goodsInfo: tuple[Goods, ...]
    recpAccount: str
    recpCode: str | None = None
    recpName: str = ""


class PayHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """The payment. `totalAmount` is written as a JSON number with the digits it has."""

    guid: str
    initalRequest: str
    initalResponse: str
    ebpCode: str
    payCode: str
    payTransactionId: str
    totalAmount: Decimal
    currency: str
    verDept: str
    payType: str | None = None
    tradingTime: str = ""
    note: str | None = None


@dataclass(frozen=True)
class PaymentRaw:
    """One payExInfoStr; `service_time` are milliseconds since 1970 as text."""

    session_id: str
    head: PayHead
    orders: tuple[OrderPaid, ...]
    service_time: str
    certificate_number: str = ""
    sign_value: str = ""


@dataclass(frozen=True)
class OpenRequest:
    """What customs asks for: the raw data of the payment of one order."""

    order_no: str
    session_id: str
    service_time: str


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


def to_sign(raw: PaymentRaw) -> bytes:
    """The bytes that are signed: four first-level nodes joined by ||."""
    nodes = (
        ("sessionID", raw.session_id),
        ("payExchangeInfoHead", _compact(_head_plain(raw.head))),
        ("payExchangeInfoLists", _compact([_plain(order) for order in raw.orders])),
        ("serviceTime", raw.service_time),
    )
    return "||".join(f'"{name}":"{value}"' for name, value in nodes).encode()


class _AsSent(msgspec.Struct):
    sessionID: str
    payExchangeInfoHead: msgspec.Raw
    payExchangeInfoLists: msgspec.Raw
    serviceTime: str | int


def to_verify(text: str | bytes) -> bytes:
    """The bytes a received payExInfoStr was signed over: its inner JSON exactly as it was sent."""
    try:
        sent = msgspec.json.decode(text, type=_AsSent)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise _unreadable("不是支付原始数据。", "This is no payment raw data.") from None
    head, lists = (bytes(part).decode() for part in (sent.payExchangeInfoHead, sent.payExchangeInfoLists))
    return (
        f'"sessionID":"{sent.sessionID}"||"payExchangeInfoHead":"{head}"'
        f'||"payExchangeInfoLists":"{lists}"||"serviceTime":"{sent.serviceTime}"'
    ).encode()


def signed(raw: PaymentRaw, *, sign_value: str, certificate_number: str) -> PaymentRaw:
    """`raw` with the Base64 signature over `to_sign` and the serial of its certificate."""
    return replace(raw, sign_value=sign_value, certificate_number=certificate_number)


def write(raw: PaymentRaw) -> str:
    """The JSON text of the form field payExInfoStr."""
    return _compact(
        {
            "sessionID": raw.session_id,
            "payExchangeInfoHead": _head_plain(raw.head),
            "payExchangeInfoLists": [_plain(order) for order in raw.orders],
            "serviceTime": raw.service_time,
            "certNo": raw.certificate_number,
            "signValue": raw.sign_value,
        }
    )


def read(text: str | bytes) -> tuple[PaymentRaw | None, list[Finding]]:
    """The raw data in a payExInfoStr, and everything wrong with it; None when there is any finding."""
    top = _object(text)
    if isinstance(top, Finding):
        return None, [top]
    found: list[Finding] = []
    session = _text(top, "sessionID", "", (36, True), found)
    head = _read_head(top.get("payExchangeInfoHead"), found)
    lists = top.get("payExchangeInfoLists")
    orders = _read_orders(lists, found)
    service = _service_time(top, found)
    number = _text(top, "certNo", "", (64, True), found)
    value = _text(top, "signValue", "", (4096, True), found)
    if found or head is None:
        return None, found
    return PaymentRaw(session, head, orders, service, number, value), []


def read_open_request(text: str | bytes) -> OpenRequest:
    """The form field openReq; Refused `format.payment_raw` with what is wrong by field."""
    top = _object(text)
    found: list[Finding] = [top] if isinstance(top, Finding) else []
    if isinstance(top, dict):
        order = _text(top, "orderNo", "", (60, True), found)
        session = _text(top, "sessionID", "", (36, True), found)
        service = _service_time(top, found)
        if not found:
            return OpenRequest(order, session, service)
    raise Refused(
        code="format.payment_raw",
        zh="".join(one.zh for one in found),
        en=" ".join(one.en for one in found),
        source=SOURCE,
        fields={one.path: one.code for one in found},
    )


def write_open_request(request: OpenRequest) -> str:
    return _compact(
        {"orderNo": request.order_no, "sessionID": request.session_id, "serviceTime": int(request.service_time)}
    )


def answer(code: str = SUCCESS, message: str = "", *, service_time: int, total: int | None = None) -> str:
    """The JSON answer of either service; `total` only on realTimeDataUp."""
    counted = {} if total is None else {"total": total}
    return _compact({"code": code, "message": message} | counted | {"serviceTime": service_time})


def read_answer(text: str | bytes) -> tuple[bool, str, str]:
    """(accepted, code, message) of an answer; codes 20000 to 21000 are refusals, anything else is unreadable.

    Refused `format.payment_raw` when the text is no answer.
    """
    top = _object(text)
    if isinstance(top, dict) and _ANSWERS.fullmatch(code := str(top.get("code", ""))):
        return code == SUCCESS, code, str(top.get("message") or "")[:1000]
    raise _unreadable(
        "支付原始数据服务的应答无法识别。", "The answer of the payment raw data service cannot be understood."
    )


def _compact(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _plain(struct: msgspec.Struct) -> dict[str, Any]:
    """The members in the annex's order, absent optional ones left out."""
    plain: dict[str, Any] = msgspec.to_builtins(struct)
    return {name: plain[name] for name in struct.__struct_fields__ if plain.get(name) is not None}


def _head_plain(head: PayHead) -> dict[str, Any]:
    plain = _plain(head)
    # A number in JSON, with exactly its digits: a float would change what is signed.
    plain["totalAmount"] = msgspec.Raw(format(head.totalAmount, "f").encode())
    return plain


def _object(text: str | bytes) -> dict[str, Any] | Finding:
    """The JSON object in `text`, numbers with a point as Decimal; a finding when it is none."""
    if len(text) > LARGEST:
        return _finding("format.payment_raw_size", "", "数据超过 1 MB。", "The data are larger than 1 MB.")
    try:
        top = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _finding("format.payment_raw_json", "", "不是 JSON 对象。", "This is not a JSON object.")
    return top


def _read_head(value: object, found: list[Finding]) -> PayHead | None:
    path = "payExchangeInfoHead"
    if not isinstance(value, dict):
        found.append(_missing(path))
        return None
    before = len(found)
    texts = {name: _text(value, name, path, rule, found) for name, rule in _HEAD_RULES.items()}
    amount = _amount(value.get("totalAmount"), f"{path}/totalAmount", found)
    for name, allowed in _CHOICES.items():
        if texts[name] and texts[name] not in allowed:
            found.append(_wrong(f"{path}/{name}", "、".join(allowed)))
    if texts["tradingTime"]:
        try:
            parse_stamp(texts["tradingTime"])
        except Refused:
            found.append(_wrong(f"{path}/tradingTime", "yyyyMMddHHmmss"))
    if len(found) > before or amount is None:
        return None
    optional = {name: texts[name] or None for name in ("payType", "note")}
    return PayHead(**(texts | optional), totalAmount=amount)  # type: ignore[arg-type]


def _read_orders(value: object, found: list[Finding]) -> tuple[OrderPaid, ...]:
    path = "payExchangeInfoLists"
    if not isinstance(value, list) or not value:
        found.append(_missing(path))
        return ()
    orders = []
    for number, item in enumerate(value, 1):
        at = f"{path}[{number}]"
        if not isinstance(item, dict):
            found.append(_wrong(at, "{…}"))
            continue
        texts = {name: _text(item, name, at, rule, found) for name, rule in _ORDER_RULES.items()}
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
            found.append(_wrong(at, "{…}"))
            continue
        goods.append(Goods(**{name: _text(item, name, at, rule, found) for name, rule in _GOODS_RULES.items()}))
    return tuple(goods)


def _text(parent: dict[str, Any], name: str, path: str, rule: tuple[int, bool], found: list[Finding]) -> str:
    """The text of a member; a missing, foreign or too long one is a finding and reads as ""."""
    widest, needed = rule
    value, at = parent.get(name), f"{path}/{name}".lstrip("/")
    if value is None or value == "":
        if needed:
            found.append(_missing(at))
        return ""
    if not isinstance(value, str):
        found.append(_wrong(at, "text"))
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
    found.append(_missing(path) if value is None else _wrong(path, "N19,5"))
    return None


def _service_time(top: dict[str, Any], found: list[Finding]) -> str:
    """Milliseconds; the annex writes a number, working implementations text."""
    value = top.get("serviceTime")
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not _MILLISECONDS.fullmatch(text):
        found.append(_missing("serviceTime") if value is None else _wrong("serviceTime", "ms, 13 digits"))
    return text


def _missing(path: str) -> Finding:
    return _finding("format.payment_raw_missing", path, f"缺少 {path}。", f"{path} is missing.")


def _wrong(path: str, wanted: str) -> Finding:
    return _finding("format.payment_raw_value", path, f"{path} 的值应为 {wanted}。", f"{path} must be {wanted}.")


def _finding(code: str, path: str, zh: str, en: str) -> Finding:
    return Finding(code=code, path=path, line=0, zh=zh, en=en, source=SOURCE)


def _unreadable(zh: str, en: str) -> Refused:
    return Refused(code="format.payment_raw", zh=zh, en=en, source=SOURCE)
