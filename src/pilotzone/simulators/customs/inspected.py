"""Results of joint inspections, entered on the platform and handed to customs: its receipts 800, 599 or 700 follow them.

While a list is inspected its release waits in the queue (`faults.Behaviour.field_s`). A result lets it out, parks it
(扣留: another result may come) or puts another receipt in its place. The form of the hand-over is the platform's own (P).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pilotzone.simulators.customs import books
from pilotzone.simulators.customs.answers import withdraw
from pilotzone.simulators.faults import Behaviour

PATH = "/customs/inspections"
RELEASE, HOLD, DESTROY = "release", "hold", "destroy"
SAID = {"599": "查验扣留", "700": "查验退运"}
Connection = psycopg.Connection[Any]


def take(connection: Connection, results: Sequence[dict[str, Any]], behaviour: Behaviour) -> list[dict[str, Any]]:
    """One answer for each result: {id, text}. The same again finds nothing that waits, which is no fault."""
    if behaviour.down:
        raise ValueError("system")
    return [
        {"id": int(one["id"]), "text": "；".join(_one(connection, one, row) for row in one["lists"])[:200]}
        for one in results
    ]


def _one(connection: Connection, result: dict[str, Any], row: dict[str, str]) -> str:
    number = str(row.get("invt_no", ""))
    entry = books.by_number(connection, number) if number else None
    if entry is None:
        return f"{number or row.get('order_no', '')} 无此清单"
    waiting = connection.execute(
        "SELECT receivers, sender, message, edition, step, fields FROM simulators.customs_receipt"
        " WHERE fields ->> 'invtNo' = %s AND fields ->> 'returnStatus' = '800' ORDER BY id LIMIT 1 FOR UPDATE",
        (number,),
    ).fetchone()
    if waiting is None:
        return f"{number} 已处理"
    outcome, status = str(result["outcome"]), str(result["status"])
    if outcome == RELEASE:
        connection.execute(
            "UPDATE simulators.customs_receipt SET due_at = clock_timestamp() WHERE fields ->> 'invtNo' = %s"
            " AND fields ->> 'returnStatus' IN ('800', '899')",
            (number,),
        )
        return f"{number} 放行"
    words = "查验销毁" if outcome == DESTROY else SAID.get(status, "查验处理")
    if outcome == HOLD:
        connection.execute(
            "UPDATE simulators.customs_receipt SET due_at = 'infinity' WHERE fields ->> 'invtNo' = %s"
            " AND fields ->> 'returnStatus' IN ('800', '899')",
            (number,),
        )
    else:
        withdraw(connection, number)
        books.amend(connection, entry._replace(status=status))
        books.drop_bill(connection, number)
        if "buyer" in entry.data:
            books.give_back(connection, entry.data["buyer"], entry.data["year"], Decimal(entry.data["price"]))
    receivers, sender, message, edition, step, fields = waiting
    connection.execute(
        "INSERT INTO simulators.customs_receipt (due_at, at, receivers, sender, message, edition, step, fields)"
        " VALUES (clock_timestamp(), NULL, %s, %s, %s, %s, %s, %s)",
        (receivers, sender, message, edition, step, Jsonb({**fields, "returnStatus": status, "returnInfo": words})),
    )
    return f"{number} {words}"
