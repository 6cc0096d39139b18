"""Customs asks for payment raw data (platDataOpen), the firm signs, the platform uploads (realTimeDataUp).

A request is open until signed data are queued for customs; customs' answer makes it accepted or refused, and a refused one
may be signed again. What is signed has its own time, so it is composed first and kept sealed until the signature comes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.base.errors import Gap, Refused
from pilotzone.exchange import outbox
from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.formats import payment_raw_deposit as deposits
from pilotzone.exchange.formats.payment_raw_shapes import SOURCE, PaymentRaw
from pilotzone.exchange.outbox import Letter
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.exchange.signing import SUITES, Certificate
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance.engine import keys
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, IMPORT
from pilotzone.rooms.clearance.models import PaymentRequest, Trade
from pilotzone.rooms.clearance.operations import composing
from pilotzone.rooms.clearance.operations.payment_data import PLATFORM_ROLE, milliseconds, platform_firm
from pilotzone.rooms.clearance.operations.uploads import ACCEPTED, COUNTERPART, KIND, OPEN, QUEUED, REFUSED
from pilotzone.rooms.clearance.queries.payment_data import SEALED, data_for

SWITCH, HOURS = "import.payment_raw.open", "import.payment_raw.answer_hours"
MOST = 200
ORDER_KIND = BY_MESSAGE["CEB311Message"]


def asked(open_request: str, *, platform: str = "") -> str:
    """Take customs' openReq and answer it at once, in the annex's form: code 10000, or 20000 with the reason.

    `platform` is the code of the platform enterprise whose address was asked; empty where customs used the zone's. Runs as
    the platform itself; the same session again is answered alike and kept once.
    """
    now = clock.now()
    try:
        told = payment_raw.read_open_request(open_request)
        rate(SWITCH, on=day_of(now))
        firm = _asked_firm(told.order_no, platform)
    except (Refused, Gap) as problem:
        return payment_raw.answer(payment_raw.FAILURE, problem.zh, service_time=int(milliseconds(now)))
    made, new = PaymentRequest.objects.get_or_create(
        organisation=firm, session=told.session_id,
        defaults={
            "order_no": told.order_no, "service_time": told.service_time, "asked_at": now, "due_at": _due(now),
        },
    )  # fmt: skip
    if new:
        audit.record(
            "clearance.payment.asked", object_kind="payment_request", object_id=made.pk, after={"order": told.order_no}
        )
    elif made.order_no != told.order_no:
        return payment_raw.answer(
            payment_raw.FAILURE, "该sessionID已用于另一订单。", service_time=int(milliseconds(now))
        )
    return payment_raw.answer(service_time=int(milliseconds(now)))


def compose(*, requests: Sequence[int]) -> dict[str, Any]:
    """What the caller's firm has to sign for these open requests: {batch, messages: [{request, order_no, session,
    service_time, signed_info}]}, in the order in which signatures must come back.

    Refused `clearance.payment.unknown` (not there, or answered), `clearance.payment.no_data`, `clearance.payment.many`.
    """
    firm = platform_firm()
    rows = _rows(firm, requests)
    if any(row.state not in (OPEN, REFUSED) for row in rows):
        raise _unknown()
    now = clock.now()
    told = []
    for row in rows:
        data = data_for(firm.pk, row.order_no)
        if data is None:
            raise Refused(
                code="clearance.payment.no_data", source=SOURCE, fields={"order_no": row.order_no},
                zh=f"订单{row.order_no}的支付原始数据尚未存入。", en=f"No payment data were laid down for order {row.order_no}.",
                mend_zh="请先上传该订单的支付原始数据。", mend_en="Lay the order's payment data down first.",
            )  # fmt: skip
        head, orders = deposits.read_one(unpack(bytes(data.body), SEALED).decode())
        raw = PaymentRaw(row.session, head, orders, milliseconds(now))
        row.composed = pack(
            payment_raw.write(payment_raw.signed(raw, sign_value="-", certificate_number="-")).encode(), SEALED
        )
        row.composed_at = now
        row.save(update_fields=["composed", "composed_at"])
        told.append({
            "request": row.pk, "order_no": row.order_no, "session": row.session, "service_time": raw.service_time,
            "signed_info": payment_raw.to_sign(raw).decode(),
        })  # fmt: skip
    return {"batch": ",".join(str(row.pk) for row in rows), "messages": told}


def hand_in(*, batch: str, certificate: str, signatures: Sequence[str], number: str = "") -> dict[str, Any]:
    """Verify the signatures of composed requests and queue the data for customs: {requests, repeated}; all or none.

    `number` is the certificate's serial where the caller names it (certNo): it must be this certificate's. Refused
    `clearance.payment.…`, `clearance.signing.certificate|ended|count`, `signature.value|base64|key_name`.
    """
    firm = platform_firm()
    rows = _rows(firm, [int(part) for part in batch.split(",") if part.isascii() and part.isdigit() and len(part) < 19])
    if all(row.state in (QUEUED, ACCEPTED) for row in rows):
        return {"requests": [row.pk for row in rows], "repeated": True}
    card = composing.certificate_of(certificate)
    composing.trusted(card, firm)
    if number and not card.names(number):
        raise _refused(
            "signature.key_name",
            f"certNo（{number[:64]}）不是所附证书的序列号。",
            "certNo is not the certificate's serial.",
        )
    if len(signatures) != len(rows):
        raise _refused(
            "clearance.signing.count", f"应有{len(rows)}个签名，收到{len(signatures)}个。",
            f"{len(rows)} signatures are wanted, {len(signatures)} came.",
        )  # fmt: skip
    letters = [_letter(firm, row, card, text) for row, text in zip(rows, signatures, strict=True)]
    _queue(letters)
    for row in rows:
        row.state, row.certificate, row.uploads = QUEUED, card.serial, row.uploads + 1
        row.composed, row.answer_code, row.answer_message, row.answered_at = b"", "", "", None
        row.save()
    audit.record(
        "clearance.payment.sign", object_kind="organisation", object_id=firm.pk,
        after={"requests": [row.pk for row in rows], "certificate": card.serial},
    )  # fmt: skip
    return {"requests": [row.pk for row in rows], "repeated": False}


def _queue(letters: Sequence[Letter]) -> None:
    """Queue uploads. The outbox is the platform's own; the firm's transaction only hands over what it signed."""
    with scope(PLATFORM), psycopg.Cursor(connection.connection) as cursor:
        outbox.enqueue(cursor, letters)


def order_hashes(codes: Sequence[str], order_no: str) -> list[int]:
    """The hashes of the trade an order number may stand for under a platform's codes."""
    texts = (keys.trade_text(ORDER_KIND, {"ebpCode": code, "orderNo": order_no}) for code in codes if code)
    return [keys.trade_hash(IMPORT, text) for text in texts if text]


def _asked_firm(order_no: str, platform: str) -> Organisation:
    """The platform enterprise whose order it is; Refused where none in this zone, or more than one, knows it."""
    firms = Organisation.objects.filter(roles__contains=[PLATFORM_ROLE])
    if platform:
        firms = firms.filter(customs_code=platform) | firms.filter(uscc=platform)
    found = [firm for firm in firms if _knows(firm, order_no)]
    if len(found) != 1:
        zh = "该订单号属于多个平台，请使用平台专用地址。" if found else "平台没有该订单。"
        raise _refused("clearance.payment.order", zh, "No platform here, or more than one, knows this order.")
    return found[0]


def _knows(firm: Organisation, order_no: str) -> bool:
    hashes = order_hashes([firm.customs_code or "", firm.uscc or ""], order_no)
    return Trade.objects.filter(hash__in=hashes).exists() or data_for(firm.pk, order_no) is not None


def _due(now: datetime) -> datetime | None:
    try:
        return now + timedelta(hours=float(rate(HOURS, on=day_of(now)).number))
    except Gap:
        return None


def _rows(firm: Organisation, requests: Sequence[int]) -> list[PaymentRequest]:
    wanted = set(requests)
    if not 0 < len(wanted) <= MOST:
        raise _refused("clearance.payment.many", f"请选择1至{MOST}项。", f"Choose 1 to {MOST}.")
    rows = list(PaymentRequest.objects.select_for_update().filter(organisation=firm, pk__in=wanted).order_by("pk"))
    if len(rows) < len(wanted):
        raise _unknown()
    return rows


def _letter(firm: Organisation, row: PaymentRequest, card: Certificate, text: str) -> Letter:
    if row.state not in (OPEN, REFUSED) or not row.composed:
        raise _unknown()
    raw, _ = payment_raw.read(unpack(bytes(row.composed), SEALED))
    data = data_for(firm.pk, row.order_no)
    if raw is None or data is None or row.composed_at is None or data.deposited_at > row.composed_at:
        raise _refused(
            "clearance.payment.changed", "支付原始数据在签名期间被替换，请重新签名。",
            "The payment data were replaced while signing; sign again.",
        )  # fmt: skip
    try:
        value = base64.b64decode("".join(text[:4096].split()), validate=True)
    except (binascii.Error, ValueError):
        raise _refused("signature.base64", "签名值不是有效的 Base64。", "The signature is no valid Base64.") from None
    if not holds(card, value, payment_raw.to_sign(raw)):
        raise _refused("signature.value", "签名与待签名字符串不符。", "The signature does not fit the string to sign.")
    signed = payment_raw.signed(raw, sign_value=base64.b64encode(value).decode(), certificate_number=card.serial)
    return Letter(COUNTERPART, KIND, payment_raw.write(signed).encode(), {"request": row.pk, "session": row.session})


def holds(card: Certificate, value: bytes, data: bytes) -> bool:
    """Whether `value` is the card's signature over `data` by any digest its kind of key allows (the string names none)."""
    return any(
        card.holds(suite.digest_name, value, data) for suite in SUITES.values() if suite.key_kind == card.key_kind
    )


def _refused(code: str, zh: str, en: str) -> Refused:
    return Refused(code=code, zh=zh, en=en, source=SOURCE)


def _unknown() -> Refused:
    return _refused("clearance.payment.unknown", "没有这一待答复的请求，或已答复。", "There is no such open request.")
