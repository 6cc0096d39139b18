"""Generic table: a query over the firm's own database, SQLite or PostgreSQL, one row a line of an order (docs/connectors.md, Generic table).

The rows have the columns of the generic CSV. `:since` in the query is the moment since when changes are asked for; without it the whole
answer is read each round, and rows already known are no news.
"""

from __future__ import annotations

from datetime import datetime

from pilotzone.exchange.connectors.asking import Request
from pilotzone.exchange.connectors.contract import Setting
from pilotzone.exchange.connectors.shipped.csv_feed.connector import COLUMNS, following, key, orders, parse

__all__ = ["COLUMNS", "SETTINGS", "first", "following", "key", "orders", "parse"]

SETTINGS = (
    Setting("source", "数据库", "sqlite:FILE, or postgresql://USER@HOST/DATABASE with the password in ~/.pgpass"),
    Setting(
        "query",
        "查询语句",
        "SELECT … with the columns of the generic CSV; :since may stand for the moment of the last round",
    ),
)


def first(settings: dict[str, str], since: datetime) -> Request:
    """One question; what is read is never written."""
    return Request(f"table:{settings['source']}", body=settings["query"]).showing(since=since.isoformat())
