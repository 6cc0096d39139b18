"""The file a synthetic ERP writes."""

from __future__ import annotations

import csv
import io

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.shipped.csv_feed.connector import COLUMNS
from pilotzone.exchange.connectors.simulated import BEGAN, World

PAID = "paid"


def answer(request: Request, world: World) -> Answer:
    """All orders, whatever is asked."""
    out = io.StringIO()
    told = csv.DictWriter(out, COLUMNS)
    told.writeheader()
    for one in world.changed_since(BEGAN):
        plain = {**one.as_dict(), "order_no": one.number}
        for line in plain["lines"]:
            told.writerow({column: line.get(column, plain.get(column, "")) for column in COLUMNS})
    return Answer(200, out.getvalue().encode())
