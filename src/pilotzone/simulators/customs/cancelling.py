"""Customs cancels a list it has released, of its own accord or on paper: its receipt follows the release (docs/adr/0017).

Nobody files such an application here; the receipt (606, 624) names the list, and its application's number is customs' own.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import psycopg

from pilotzone.simulators.customs import books
from pilotzone.simulators.customs.answers import Receipt, fields_of, release_waits, schedule, withdraw
from pilotzone.simulators.customs.applications import CANCELLED, GRANTED, RELEASED
from pilotzone.simulators.customs.numbers import serials
from pilotzone.simulators.faults import Behaviour

PATH = "/customs/cancellations"
RECEIPTS = {"I": "CEB624Message", "E": "CEB606Message"}


def cancel(connection: psycopg.Connection[Any], number: str, now: datetime, behaviour: Behaviour) -> str:
    """What became of it, in Chinese. A list not released yet, closed (899) or unknown is left alone."""
    entry = books.by_number(connection, number)
    if entry is None or "told" not in entry.data:
        return f"{number} 无此清单"
    if entry.status != RELEASED or release_waits(connection, number, at=now):
        return f"{number} 未放行或已撤销"
    waits = connection.execute(
        "SELECT 1 FROM simulators.customs_receipt WHERE fields ->> 'invtNo' = %s AND fields ->> 'returnStatus' = '899'",
        (number,),
    ).fetchone()
    told = entry.data["told"]
    if told["closes"] and waits is None:
        return f"{number} 已结关"
    withdraw(connection, number)
    books.amend(connection, entry._replace(status=CANCELLED))
    books.drop_bill(connection, number)
    if "buyer" in entry.data:
        left = Decimal(entry.data["price"]) - Decimal(entry.data.get("restored", "0"))
        books.give_back(connection, entry.data["buyer"], entry.data["year"], left)
    name, serial = RECEIPTS[entry.data["flow"]], next(iter(serials(connection, "customs", 1)))
    head = {**told["head"], "copNo": f"HG{serial:016d}", "invtNo": number}
    fields = fields_of(name, told["edition"], head, GRANTED.status, GRANTED.info)
    schedule(connection, [Receipt(tuple(told["receivers"]), told["customs"], name, told["edition"], 0, 0, fields)])
    return f"{number} 放行后撤销"
