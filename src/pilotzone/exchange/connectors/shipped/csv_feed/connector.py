"""Generic CSV: a file an ERP writes, one row a line of an order (docs/connectors.md, Generic CSV)."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from itertools import groupby
from typing import Any

from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.sale import Line, Sale, amount, moment

SETTINGS = (Setting("file", "文件", "the CSV file, UTF-8 or GB18030; columns parted by comma, semicolon or tab"),)
COLUMNS = (
    "order_no", "status", "created", "updated", "currency", "buyer", "country", "freight", "discount", "tax", "fees",
    "total", "sku", "name", "quantity", "price", "amount",
)  # fmt: skip


def first(settings: dict[str, str], since: datetime) -> Request:
    """The whole file; rows already known are no news."""
    return Request(f"file:{settings['file']}")


def following(request: Request, answer: Answer) -> Request | None:
    """A file has one page."""
    return None


def orders(answer: Answer) -> list[Any]:
    """Rows of one order number that follow each other are one order; ValueError names missing columns."""
    try:
        text = answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = answer.body.decode("gb18030")
    head = text.partition("\n")[0]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))
    missing = [column for column in COLUMNS if rows and column not in rows[0]]
    if missing:
        raise ValueError(f"missing columns: {', '.join(missing)}")
    return [list(found) for _, found in groupby(rows, key=lambda row: row["order_no"])]


def key(order: Any) -> str:
    """The order number."""
    return str(order[0]["order_no"])


def parse(order: Any) -> Sale:
    """The first row says what is of the order, every row what is of a line."""
    head = order[0]
    lines = tuple(
        Line(row["sku"], row["name"], amount(row["quantity"]), amount(row["price"]), amount(row["amount"]))
        for row in order
        if row["sku"]
    )
    return Sale(
        platform="csv", number=head["order_no"], status=head["status"], created=moment(head["created"]),
        updated=moment(head["updated"]), currency=head["currency"], buyer=head["buyer"], country=head["country"],
        lines=lines, total=amount(head["total"]), freight=amount(head["freight"]), discount=amount(head["discount"]),
        tax=amount(head["tax"]), fees=amount(head["fees"]),
    )  # fmt: skip
