"""Refund filings at the simulated tax authority. Synthetic: no document shows the interface of the real system.

A filing is judged by its own sum, by its signature, and by the authority's own book of lines: a line it already took in another
filing is refused. The same filing again is answered alike. After a decision to refund the treasury pays at once.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import psycopg

from pilotzone.base.errors import Refused
from pilotzone.exchange.signing import SUITES, from_pem
from pilotzone.simulators.faults import Behaviour

Connection = psycopg.Connection[Any]
ACCEPTED, RETURNED, REFUSED, PAID = "accepted", "returned", "refused", "paid"
QUESTION = "请说明出口货物与进货凭证的对应关系（模拟疑点）"


def take(connection: Connection, told: dict[str, Any], behaviour: Behaviour, now: datetime) -> dict[str, str]:
    """受理: {state, receipt, text}. A returned filing may come again, mended and signed anew."""
    number = str(told["number"])
    with connection.transaction():
        known = connection.execute(
            "SELECT state, receipt, said FROM simulators.tax_filing WHERE number = %s FOR UPDATE", (number,)
        ).fetchone()
        if known and known[0] != RETURNED:
            return {"state": ACCEPTED, "receipt": known[1], "text": known[2]}
        body, wrong = _judged(connection, number, told, behaviour)
        state = RETURNED if wrong else ACCEPTED
        digest = hashlib.sha256(number.encode()).hexdigest()[:8].upper()
        receipt = "" if wrong else f"SL{now:%Y%m%d}{digest}"
        connection.execute(
            "INSERT INTO simulators.tax_filing (number, firm, amount, state, receipt, said, taken_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (number) DO UPDATE SET state = excluded.state,"
            " amount = excluded.amount, receipt = excluded.receipt, said = excluded.said, taken_at = excluded.taken_at",
            (number, str(body.get("firm", ""))[:30], _amount(body), state, receipt, wrong, now),
        )
        if not wrong:
            connection.cursor().executemany(
                "INSERT INTO simulators.tax_line VALUES (%s, %s, %s)",
                [(str(line[0]), int(line[1]), number) for line in body["lines"]],
            )
            if _share(number) < behaviour.tax_ask:
                _ask(connection, number)
    return {"state": state, "receipt": receipt, "text": wrong}


def answer(connection: Connection, number: str, text: str) -> bool:
    """The firm's answer to a question; False for a filing nobody knows."""
    done = connection.execute(
        "UPDATE simulators.tax_filing SET said = %s, asked = false WHERE number = %s", (text[:2000], number)
    )
    return done.rowcount == 1


def decide(connection: Connection, number: str, decision: str, now: datetime) -> bool:
    """What the officers decided: refunded at once by the treasury, or the lines are free. The same again changes nothing."""
    with connection.transaction():
        row = connection.execute(
            "SELECT state FROM simulators.tax_filing WHERE number = %s FOR UPDATE", (number,)
        ).fetchone()
        if row is None:
            return False
        if row[0] != ACCEPTED:
            return True
        if decision == "approved":
            refund = f"TH{now:%Y%m%d}{hashlib.sha256(number.encode()).hexdigest()[:8].upper()}"
            _news(connection, number, "paid", refund)
        else:
            connection.execute("DELETE FROM simulators.tax_line WHERE number = %s", (number,))
        state = PAID if decision == "approved" else REFUSED
        connection.execute("UPDATE simulators.tax_filing SET state = %s WHERE number = %s", (state, number))
    return True


def news(connection: Connection, limit: int = 50) -> list[dict[str, Any]]:
    """Questions and payments not acknowledged yet: [{id, number, kind, content}]."""
    rows = connection.execute(
        "SELECT id, number, kind, content FROM simulators.tax_news WHERE NOT fetched ORDER BY id LIMIT %s", (limit,)
    ).fetchall()
    return [dict(zip(("id", "number", "kind", "content"), row, strict=True)) for row in rows]


def acknowledge(connection: Connection, ids: list[int]) -> int:
    """The platform has these; they are not told again."""
    return connection.execute(
        "UPDATE simulators.tax_news SET fetched = true WHERE id = ANY(%s) AND NOT fetched", (ids,)
    ).rowcount


def _judged(
    connection: Connection, number: str, told: dict[str, Any], behaviour: Behaviour
) -> tuple[dict[str, Any], str]:
    try:
        body: dict[str, Any] = json.loads(told["body"])
        total = sum((Decimal(line[4]) for line in body["lines"]), Decimal())
        keys = [(str(line[0]), int(line[1])) for line in body["lines"]]
    except (ValueError, KeyError, TypeError, IndexError, InvalidOperation):
        return {}, "申报数据格式错误"
    if not total.is_finite():
        return {}, "申报数据格式错误"
    if body.get("number") != number or not keys or total != _amount(body):
        return body, "申报合计与明细不符"
    if not _signed(told):
        return body, "数字签名验证失败"
    if _share(f"refuse {number}") < behaviour.tax_refuse:
        return body, "系统不予受理（模拟故障）"
    for key in keys:
        row = connection.execute(
            "SELECT number FROM simulators.tax_line WHERE list_no = %s AND line_no = %s", key
        ).fetchone()
        if row:
            return body, f"清单{key[0]}第{key[1]}项已在申报{row[0]}中"
    return body, ""


def _signed(told: dict[str, Any]) -> bool:
    try:
        card = from_pem(str(told["certificate"]).encode())
        value = base64.b64decode(told["signature"], validate=True)
    except (Refused, ValueError, KeyError, TypeError):
        return False
    suites = [suite for suite in SUITES.values() if suite.key_kind == card.key_kind]
    return any(card.holds(suite.digest_name, value, told["body"].encode()) for suite in suites)


def _ask(connection: Connection, number: str) -> None:
    connection.execute("UPDATE simulators.tax_filing SET asked = true WHERE number = %s", (number,))
    _news(connection, number, "question", QUESTION)


def _news(connection: Connection, number: str, kind: str, content: str) -> None:
    connection.execute(
        "INSERT INTO simulators.tax_news (number, kind, content) VALUES (%s, %s, %s)", (number, kind, content)
    )


def _amount(body: dict[str, Any]) -> Decimal:
    try:
        amount = Decimal(str(body.get("amount", "0")))
    except (InvalidOperation, AttributeError):
        return Decimal(0)
    return amount if amount.is_finite() and abs(amount) < 10**15 else Decimal(0)


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(f"tax {text}".encode()).digest()[:6], "big") / 2**48
