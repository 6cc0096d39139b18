"""Payment raw data that platforms give customs in real time: announcements 2018-165 and 2018-179 (spec §5.1).

Customs asks the platform (`openReq`, platDataOpen), the platform answers at once and sends the data afterwards
(`payExInfoStr`, realTimeDataUp). The string that is signed quotes the inner JSON without escaping it, and
keeps the key order of the annex, which is the order of the fields below.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import msgspec

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import payment_raw_fields as fields
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.payment_raw_shapes import (
    SOURCE,
    Goods,
    OpenRequest,
    OrderPaid,
    PayHead,
    PaymentRaw,
)

__all__ = [
    "FAILURE",
    "SUCCESS",
    "Goods",
    "OpenRequest",
    "OrderPaid",
    "PayHead",
    "PaymentRaw",
    "answer",
    "read",
    "read_answer",
    "read_open_request",
    "signed",
    "to_sign",
    "to_verify",
    "write",
    "write_open_request",
]

SUCCESS = "10000"
FAILURE = "20000"
_ANSWERS = re.compile(r"10000|20[0-9]{3}|21000", re.ASCII)


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
    top = fields.object_in(text)
    if isinstance(top, Finding):
        return None, [top]
    found: list[Finding] = []
    session = fields.text_of(top, "sessionID", "", (36, True), found)
    head = fields.read_head(top.get("payExchangeInfoHead"), found)
    lists = top.get("payExchangeInfoLists")
    orders = fields.read_orders(lists, found)
    service = fields.service_time(top, found)
    number = fields.text_of(top, "certNo", "", (64, True), found)
    value = fields.text_of(top, "signValue", "", (4096, True), found)
    if found or head is None:
        return None, found
    return PaymentRaw(session, head, orders, service, number, value), []


def read_open_request(text: str | bytes) -> OpenRequest:
    """The form field openReq; Refused `format.payment_raw` with what is wrong by field."""
    top = fields.object_in(text)
    found: list[Finding] = [top] if isinstance(top, Finding) else []
    if isinstance(top, dict):
        order = fields.text_of(top, "orderNo", "", (60, True), found)
        session = fields.text_of(top, "sessionID", "", (36, True), found)
        service = fields.service_time(top, found)
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
    """The JSON by which customs asks a platform for payment data (platDataOpen, announcement 179 of 2018)."""
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
    top = fields.object_in(text)
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


def _unreadable(zh: str, en: str) -> Refused:
    return Refused(code="format.payment_raw", zh=zh, en=en, source=SOURCE)
