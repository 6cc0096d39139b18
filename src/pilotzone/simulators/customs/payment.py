"""Customs asks for payment raw data of a set share of import orders and judges what it gets (announcements 165, 179).

The annex prints 10000 and 20000 only; the details 20001 and following are this simulator's own.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import uuid
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import psycopg

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.formats.payment_raw_shapes import OpenRequest, PaymentRaw
from pilotzone.exchange.signing import SUITES, Certificate, from_pem
from pilotzone.simulators.customs import books
from pilotzone.simulators.customs.filed import Origin, Run

Connection = psycopg.Connection[Any]
Certificates = Callable[[str], Certificate | None]
PATIENCE_S, TRIES, WAIT_S = 5.0, 20, 5
FORMAT, SESSION, ORDER, SIGNER, SIGNATURE, AMOUNT = "20001", "20002", "20003", "20004", "20005", "20006"


def pick(run: Run, origin: Origin) -> None:
    """Note an accepted order whose payment data customs wants: the set share of import orders, the same on every machine."""
    head = origin.head
    if origin.name[:6] != "CEB311" or run.behaviour.follow or _drawn(head["orderNo"]) >= run.behaviour.ask:
        return
    run.connection.execute(
        "INSERT INTO simulators.payment_request (session, order_no, ebp) SELECT %s, %s, %s WHERE NOT EXISTS"
        " (SELECT 1 FROM simulators.payment_request WHERE order_no = %s AND ebp = %s)",
        (str(uuid.uuid4()).upper(), head["orderNo"], head["ebpCode"], head["orderNo"], head["ebpCode"]),
    )


def ask(connection: Connection, platform: str, now: datetime, *, limit: int = 20) -> int:
    """Ask the platform at this address for what is due; answers how many it took. Who is away is asked again later."""
    rows = connection.execute(
        "WITH n AS MATERIALIZED (SELECT session FROM simulators.payment_request WHERE asked_at IS NULL AND refused = ''"
        " AND next_try_at <= clock_timestamp() ORDER BY next_try_at LIMIT %s FOR UPDATE SKIP LOCKED)"
        " UPDATE simulators.payment_request p SET tries = tries + 1,"
        " next_try_at = clock_timestamp() + make_interval(secs => %s)"
        " FROM n WHERE p.session = n.session RETURNING p.session, p.order_no, p.ebp, p.tries",
        (limit, WAIT_S),
    ).fetchall()
    taken = 0
    for session, order, ebp, tries in rows:
        request = OpenRequest(order, session, str(int(now.timestamp() * 1000)))
        accepted, said = _open(platform, ebp, request)
        if accepted:
            connection.execute(
                "UPDATE simulators.payment_request SET asked_at = clock_timestamp() WHERE session = %s", (session,)
            )
            taken += 1
        elif said or tries >= TRIES:
            connection.execute(
                "UPDATE simulators.payment_request SET refused = %s WHERE session = %s", (said or "away", session)
            )
    return taken


def _open(platform: str, ebp: str, request: OpenRequest) -> tuple[bool, str]:
    """(taken, why not); nothing said where the platform was away."""
    parts = urlsplit(platform)
    body = urlencode({"openReq": payment_raw.write_open_request(request)})
    try:
        connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
        try:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/ebp/{quote(ebp)}/platDataOpen", body, headers)
            told = connection.getresponse().read(65536)
        finally:
            connection.close()
        accepted, _, message = payment_raw.read_answer(told)
    except (OSError, http.client.HTTPException, Refused):
        return False, ""
    return accepted, "" if accepted else message or "20000"


def judge(connection: Connection, text: str, certificates: Certificates, now: datetime) -> str:
    """Customs' answer to one payExInfoStr. The same session again is answered alike."""
    code, message = _judged(connection, text, certificates)
    raw, _ = payment_raw.read(text)
    if raw is not None and code != SESSION:
        connection.execute(
            "UPDATE simulators.payment_request SET code = %s, answered_at = clock_timestamp()"
            " WHERE session = %s AND code <> %s",
            (code, raw.session_id, payment_raw.SUCCESS),
        )
    return payment_raw.answer(code, message, service_time=int(now.timestamp() * 1000), total=0)


def _judged(connection: Connection, text: str, certificates: Certificates) -> tuple[str, str]:
    raw, found = payment_raw.read(text)
    if raw is None:
        return FORMAT, (found[0].zh if found else "报文格式错误")[:200]
    asked = connection.execute(
        "SELECT order_no, ebp FROM simulators.payment_request WHERE session = %s", (raw.session_id,)
    ).fetchone()
    if asked is None:
        return SESSION, "sessionID不存在"
    order, ebp = asked
    if raw.head.ebpCode != ebp or order not in {one.orderNo for one in raw.orders}:
        return ORDER, f"数据中没有所查订单{order}"
    certificate = certificates(raw.certificate_number)
    if certificate is None or certificate.enterprise != ebp:
        return SIGNER, "签名证书不属于该平台企业"
    if not _holds(certificate, raw, text):
        return SIGNATURE, "验证签名失败"
    return _amount(connection, raw)


def _holds(certificate: Certificate, raw: PaymentRaw, text: str) -> bool:
    try:
        value = base64.b64decode(raw.sign_value, validate=True)
    except ValueError:
        return False
    data = payment_raw.to_verify(text)
    suites = [suite for suite in SUITES.values() if suite.key_kind == certificate.key_kind]
    return any(certificate.holds(suite.digest_name, value, data) for suite in suites)


def _amount(connection: Connection, raw: PaymentRaw) -> tuple[str, str]:
    keys = [books.order_key({"ebpCode": raw.head.ebpCode, "orderNo": one.orderNo}) for one in raw.orders]
    known = books.read(connection, keys)
    lacking = next((one.orderNo for one, key in zip(raw.orders, keys, strict=True) if key not in known), "")
    if lacking:
        return ORDER, f"订单{lacking}不存在"
    paid = sum((Decimal(known[key].data["paid"] or 0) for key in dict.fromkeys(keys)), Decimal())
    if paid != raw.head.totalAmount:
        return AMOUNT, f"支付金额{raw.head.totalAmount}与订单实付{paid}不一致"
    return payment_raw.SUCCESS, "上传成功"


def issued(keys: Path) -> Certificates:
    """The certificates the demonstration's authority issued, by serial: in reality customs' data centre knows them all."""

    def find(serial: str) -> Certificate | None:
        for place in keys.glob("*/*/cert.pem"):
            certificate = from_pem(place.read_bytes())
            if certificate.names(serial):
                return certificate
        return None

    return find


def _drawn(text: str) -> float:
    return int.from_bytes(hashlib.sha256(f"payment {text}".encode()).digest()[:6], "big") / 2**48
